"""Why two counters of the same traffic differ: each criterion belongs to one cause.

A cause is a toggle: with it, our count is made as the other counter says it counts. What a set of
causes comes to is our count restated under all of them at once, from reason masks alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from truetally.decisions.policy import Policy, Rule
from truetally.decisions.verdict import verdict

CAUSES = ("time_zone", "definition", "window", "duplicates", "robots", "prefetch", "invalid",
          "loss")
WINDOW_CODES = ("double-click", "repeat-last-touch", "repeat-same-day")
_BY_CODE = {"declared-robot": "robots", "malformed-user-agent": "robots", "prefetch": "prefetch",
            "replayed-row": "duplicates", **dict.fromkeys(WINDOW_CODES, "window")}
WITHIN_PERMILLE = 50  # IAB Podcast Technical Measurement v2.3: within 5 % is normal
AUDIT_LOW_PERMILLE, AUDIT_HIGH_PERMILLE = -80, 30  # COUNTER R5.1 audit: -8 % to +3 %
_OUT = ("not_counted", "givt", "sivt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the other counter counts, as declared. None: not declared, and so taken as ours.

    A flag that is false says that it does not remove this at all. `window_ms` 0 is no repeat rule;
    `keep` says which event of a chain of repeats it keeps. `loss_permille` is the share of events
    that never reach it.
    """

    name: str
    offset_ms: int | None = None
    window_ms: int | None = None
    keep: str = "last"
    removes: Mapping[str, bool] | None = None
    loss_permille: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Events alike in all that a restated count can ask: how many, on which side of the period,
    with which reasons, and whether the other counter's repeat rule drops them."""

    ours: bool
    theirs: bool
    mask: int
    repeat: bool
    events: int


def cause_of(rule: Rule) -> str:
    """Name the one cause that a policy's criterion belongs to."""
    named = _BY_CODE.get(rule.criterion.code)
    if named:
        return named
    return "definition" if rule.consequence == "not_counted" else "invalid"


def bits_of(policy: Policy, cause: str) -> int:
    """Give the mask's bits of the criteria that belong to a cause."""
    return sum(1 << rule.bit for rule in policy.rules if cause_of(rule) == cause)


def differing(policy: Policy, rules: Rules, offset_ms: int) -> tuple[str, ...]:
    """List the causes in which the declared rules differ from ours, in the order of CAUSES."""
    found = set()
    if rules.offset_ms is not None and rules.offset_ms != offset_ms:
        found.add("time_zone")
    if rules.window_ms is not None:
        found.add("window")
    if rules.loss_permille:
        found.add("loss")
    found |= {cause for cause, removes in (rules.removes or {}).items()
              if not removes and bits_of(policy, cause)}
    return tuple(cause for cause in CAUSES if cause in found)


def seen_by_them(mask: int, policy: Policy, rules: Rules) -> bool:
    """Say whether the other counter would count an event but for its repeat rule."""
    gone = bits_of(policy, "window") | sum(
        bits_of(policy, c) for c, removes in (rules.removes or {}).items() if not removes)
    return verdict(mask & ~gone, policy).verdict not in _OUT


def restated(bundles: Sequence[Bundle], policy: Policy, rules: Rules,
             ) -> Callable[[frozenset[str]], Fraction]:
    """Return the function that counts events under a set of causes.

    A cause that is not in the set is counted by our rules. Under `window` the other counter's own
    repeats are dropped in place of ours (none of them where no bundle is marked).
    """
    @cache
    def counts(mask: int) -> bool:
        return verdict(mask, policy).verdict not in _OUT

    def value(causes: frozenset[str]) -> Fraction:
        dropped = sum(bits_of(policy, c) for c in causes)
        total = sum(b.events for b in bundles
                    if (b.theirs if "time_zone" in causes else b.ours)
                    and not (b.repeat and "window" in causes) and counts(b.mask & ~dropped))
        arrived = 1000 - (rules.loss_permille or 0) if "loss" in causes else 1000
        return Fraction(total * arrived, 1000)

    return value


def in_band(theirs: int | Fraction, ours: int | Fraction) -> tuple[bool, bool]:
    """Say whether theirs lies within 5 % of ours, and within -8 % to +3 % of it."""
    base = Fraction(ours)
    gap = (Fraction(theirs) - base) * 1000
    return (abs(gap) <= WITHIN_PERMILLE * base,
            AUDIT_LOW_PERMILLE * base <= gap <= AUDIT_HIGH_PERMILLE * base)
