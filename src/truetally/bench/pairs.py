"""Do criteria go wrong together? Counted in honest devices, for the events of one are not many.

Two criteria are two witnesses only if honest traffic sets them off independently. Of the honest
devices of a log, so many have an event that the first flagged, so many one that the second flagged,
and so many one event that both flagged; independence lets expect the product of the first two over
the number of devices. Logs are added up, expectations too: audiences of their own are no mixture.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from truetally.bench.log import I64, Flags
from truetally.bench.variants import judged
from truetally.decisions.policy import Policy
from truetally.intervals import PPB, clopper_pearson

MILLI = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One log's honest devices: how many, flagged by each name, and by both of each pair at once.

    Names are codes of criteria and, for all criteria of a family, the family's name.
    """

    devices: int
    by: Mapping[str, int]
    both: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two names over all logs. `chance_milli` is the expectation under independence, in thousandths
    of a device; `upper_ppb` the exact 95 % bound of the share of devices that both hit."""

    one: str
    other: str
    first: int
    second: int
    both: int
    chance_milli: int
    devices: int
    upper_ppb: int


def together(mask: I64, honest: Flags, device: I64, policy: Policy) -> Together:
    """Count honest devices by the criteria and families that flagged their events."""
    rules = judged(policy)
    bits = {rule.criterion.code: 1 << rule.bit for rule in rules}
    for rule in rules:
        family = rule.criterion.family
        bits[family] = bits.get(family, 0) | 1 << rule.bit
    flagged = honest & (mask & sum({1 << rule.bit for rule in rules}) != 0)
    masks, devices = mask[flagged], device[flagged]
    hit = {name: (masks & bit) != 0 for name, bit in sorted(bits.items())}
    hit = {name: rows for name, rows in hit.items() if rows.any()}
    return Together(
        devices=len(np.unique(device[honest])),
        by={name: len(np.unique(devices[rows])) for name, rows in hit.items()},
        both={pair: len(np.unique(devices[rows])) for pair in combinations(hit, 2)
              if (rows := hit[pair[0]] & hit[pair[1]]).any()})


def pairs(logs: Iterable[Together], names: Iterable[str]) -> tuple[Pair, ...]:
    """Add up the logs for every pair of some names, of which each was flagged at least once."""
    held = list(logs)
    seen = [name for name in sorted(names) if any(name in log.by for log in held)]
    return tuple(_pair(held, one, other) for one, other in combinations(seen, 2))


def _pair(logs: list[Together], one: str, other: str) -> Pair:
    devices = sum(log.devices for log in logs)
    both = sum(log.both.get((one, other), 0) for log in logs)
    chance = sum(log.by.get(one, 0) * log.by.get(other, 0) * MILLI // max(1, log.devices)
                 for log in logs)
    return Pair(one=one, other=other, first=sum(log.by.get(one, 0) for log in logs),
                second=sum(log.by.get(other, 0) for log in logs), both=both, chance_milli=chance,
                devices=devices,
                upper_ppb=clopper_pearson(both, devices).upper if devices else PPB)


def corroborates(policy: Policy, one: str, other: str) -> str:
    """Say whether a policy lets two criteria or families confirm each other, and if not why."""
    families = {rule.criterion.code: rule.criterion.family for rule in policy.rules}
    if frozenset((families.get(one, one), families.get(other, other))) not in policy.independent:
        return "no: families"
    shared = [cause for cause, codes in policy.common_causes.items() if {one, other} <= codes]
    return f"no: {shared[0]}" if shared else "yes"
