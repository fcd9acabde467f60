"""What each criterion earns: fakes lost without it, and found with no other of its family.

Where criteria of a family find the same fakes, none of them is missed alone; so each is also shown
as the only weighing criterion of its family, all other families as they are. Masks of the full run
are judged again, which is exact (see `variants`).
"""

from collections.abc import Mapping

import numpy as np

from truetally.bench.log import I64, Flags
from truetally.bench.variants import judged
from truetally.decisions.policy import Policy, Rule
from truetally.decisions.verdict import verdict

VOID = ("givt", "sivt")


def earned(mask: I64, fake: Flags, policy: Policy) -> Mapping[str, tuple[int, int, int]]:
    """Count, for each weighing criterion: fakes, voided ones lost without it, and found with it
    beyond what is found when its whole family is silent."""
    values, counts = np.unique(mask[fake], return_counts=True)
    weighing = [rule for rule in judged(policy) if not rule.certain]
    whole = _voided(values, counts, 0, policy)
    found = {}
    for rule in weighing:
        own = 1 << rule.bit
        family = sum(1 << other.bit for other in weighing if _same(rule, other))
        found[rule.criterion.code] = (
            int(counts.sum()), whole - _voided(values, counts, own, policy),
            _voided(values, counts, family & ~own, policy)
            - _voided(values, counts, family, policy))
    return found


def _same(one: Rule, other: Rule) -> bool:
    return one.criterion.family == other.criterion.family


def _voided(values: I64, counts: I64, without: int, policy: Policy) -> int:
    """Count the events that are voided when some bits of their masks are not set."""
    return sum(int(n) for value, n in zip(values.tolist(), counts.tolist(), strict=True)
               if verdict(value & ~without, policy).verdict in VOID)
