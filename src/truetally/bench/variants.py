"""Ours, and ours with something taken away: policies are generated, verdicts are restated.

A verdict is a function of the reason mask, so a policy with fewer criteria can be applied to the
masks that the full policy left. What is exact about that: every criterion but the two that see
only what earlier stages left (double-click, replayed-row); those keep the marks of the full run.
Counting rules are never taken away: they say what a play is, not who made it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.bench.decided import REJECTED
from truetally.bench.log import I64, Flags
from truetally.criteria import all_criteria
from truetally.criterion import Criterion
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.policy import Policy, Rule, parse_policy, read_policy
from truetally.decisions.verdict import verdict

OURS = "ours"
LISTS_ONLY = "lists-only"
KEPT, SUSPECT, GIVT, SIVT = 0, 1, 2, 3
COUNTING = ("prefetch", "replayed-row")  # with all that is not_counted: no play at all
LISTED = frozenset({"ua_robot", "ip_data_centre", "ip_gateway", "plugins", "referrer_host"})
Codes = NDArray[np.int8]
_ENTRY = re.compile(r"^\[\[criterion\]\]\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A generated policy under the name of its row in the tables."""

    name: str
    title: str
    policy: Policy


def variants(policy_name: str) -> tuple[Variant, ...]:
    """Make ours, lists only, and ours without each family and basis, from a built-in policy."""
    whole = read_policy(policy_name, all_criteria())
    judged = [rule.criterion for rule in whole.rules if not _counts(rule.criterion)]
    families = sorted({criterion.family for criterion in judged})
    bases = sorted({criterion.basis for criterion in judged})
    return (Variant(name=OURS, title="Truetally", policy=whole),
            Variant(name=LISTS_ONLY, title="Lists only", policy=_keep(whole, LISTS_ONLY, _listed)),
            *[_without(whole, family, family) for family in families],
            *[_without(whole, f"{basis}-basis", basis) for basis in bases])


def _without(whole: Policy, name: str, part: str) -> Variant:
    """Take away the criteria of one family or one basis."""
    return Variant(
        name=f"{OURS}-without-{name}", title=f"Truetally without {part} criteria",
        policy=_keep(whole, f"without-{name}", lambda c: part not in {c.family, c.basis}))


def countable(mask: I64, policy: Policy) -> Flags:
    """Tell which rows are plays at all, whoever made them: none of the counting rules hit."""
    bits = sum(1 << rule.bit for rule in policy.rules if _counts(rule.criterion))
    return np.asarray((mask != REJECTED) & (mask & bits == 0))


def restate(mask: I64, whole: Policy, variant: Policy) -> Codes:
    """Decide masks of the whole policy again under a variant of it: KEPT, SUSPECT, GIVT or SIVT."""
    bits = {rule.criterion.code: rule.bit for rule in whole.rules}
    moves = [(bits[rule.criterion.code], rule.bit) for rule in variant.rules]
    distinct, where = np.unique(mask, return_inverse=True)
    codes = np.array([_code(_moved(int(m), moves), variant) for m in distinct], dtype=np.int8)
    return codes[where]


def _moved(mask: int, moves: list[tuple[int, int]]) -> int:
    if mask == REJECTED:
        return 0
    return sum((mask >> old & 1) << new for old, new in moves) | mask & 1 << UNSIGNED_BIT


def _code(mask: int, policy: Policy) -> int:
    found = verdict(mask, policy)
    return {"givt": GIVT, "sivt": SIVT}.get(found.verdict, SUSPECT if found.suspect else KEPT)


def any_listed(mask: I64, policy: Policy) -> Codes:
    """Void whatever any single list names: what lists do without corroboration."""
    bits = sum(1 << rule.bit for rule in policy.rules if _listed(rule.criterion))
    return np.where((mask != REJECTED) & (mask & bits != 0), SIVT, KEPT).astype(np.int8)


def reasons(mask: I64, codes: Codes, policy: Policy) -> Mapping[str, int]:
    """Count voided rows by the criterion that decided."""
    found: dict[str, int] = {}
    voided = mask[codes >= GIVT]
    for value, count in zip(*np.unique(voided, return_counts=True), strict=True):
        primary = verdict(int(value), policy).primary
        found[primary] = found.get(primary, 0) + int(count)
    return found


def families(mask: I64, rows: Flags, policy: Policy) -> Mapping[str, int]:
    """Count rows by the families whose criteria flagged them, joined by "+"; none is "".

    Counting rules are left out: what is no play is no evidence of anything.
    """
    found: dict[str, int] = {}
    for value, count in zip(*np.unique(mask[rows], return_counts=True), strict=True):
        hit = {rule.criterion.family for rule in policy.rules
               if int(value) >> rule.bit & 1 and not _counts(rule.criterion)}
        name = "+".join(sorted(hit))
        found[name] = found.get(name, 0) + int(count)
    return found


def judged(policy: Policy) -> tuple[Rule, ...]:
    """List the rules that judge who made an event: all but those that say what a play is."""
    return tuple(rule for rule in policy.rules if not _counts(rule.criterion))


def _counts(criterion: Criterion) -> bool:
    return criterion.klass == "NOT_COUNTED" or criterion.code in COUNTING


def _listed(criterion: Criterion) -> bool:
    needed = set(criterion.reads) - set(criterion.optional)
    return bool(needed & LISTED - {"ip_gateway"}) and needed <= LISTED | {"ip"}


def _keep(whole: Policy, name: str, wanted: Callable[[Criterion], bool]) -> Policy:
    """Write the policy again without the criteria that are not wanted, and parse it."""
    head, *entries = _ENTRY.split(whole.text)
    kept = [entry for entry, rule in zip(entries, whole.rules, strict=True)
            if _counts(rule.criterion) or wanted(rule.criterion)]
    text = "[[criterion]]\n".join([head, *kept])
    return parse_policy(text, f"{whole.name} {name}", all_criteria())
