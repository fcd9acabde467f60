"""Thresholds for a false-positive rate: split-conformal, by unit, shared among the criteria.

A unit is whatever stands behind a group independently of the others: a device, an address, a title.
It is flagged if any of its groups on any day is, so that its days need not be independent. With n
units of the calibrating half, a threshold that flags k of them flags one further unit, drawn as
they were, with probability at most (k + 1) / (n + 1) (Vovk, Gammerman and Shafer 2005; with m
criteria each is granted R / m: Bonferroni). The other half checks it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from truetally.intervals import PPB, clopper_pearson

UP, DOWN = 1, -1  # which way the threshold flags less
# The parameter of each statistical criterion that grades how far out a group must be.
THRESHOLDS: Mapping[str, tuple[str, int]] = {
    "address-crowd": ("least_identities", UP), "cookie-churn": ("least_cookies", UP),
    "copied-curve": ("index_milli", DOWN), "driven-together": ("least_devices", UP),
    "device-rate": ("least_events", UP), "equal-stays": ("least_plays", UP),
    "even-curve": ("dispersion_milli", DOWN), "interval-heaping": ("share_permille", UP),
    "item-surge": ("factor_permille", UP), "many-user-agents": ("least_user_agents", UP),
    "no-gesture": ("least_plays", UP), "platform-switching": ("least_systems", UP),
    "round-the-clock": ("least_events", UP), "same-pace": ("share_permille", UP),
    "stay-heaping": ("spreads", UP), "too-few-bytes": ("least_plays", UP),
    "visits-without-gesture": ("share_permille", UP), "watch-drop": ("watch_permille", DOWN)}
PLANTED_PERMILLE = 10  # what if one unit in a hundred was poured into the reference
DRIFT_PERMILLE = 990
_FAR = 3  # times: a hundredth of the units alone drags a threshold as far as this
CHECK_PERMILLE = 999  # the other half contradicts a guarantee: many criteria are checked at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one criterion may flag of `units` calibrating units: `allowed` of them for its share of
    the rate. `reached` is false where so few units support no such rate; then none is allowed."""

    units: int
    allowed: int
    reached: bool

    @property
    def guaranteed_ppb(self) -> int:
        """Bound the chance that a further unit is flagged, rounded up."""
        return -(-(self.allowed + 1) * PPB // (self.units + 1))


def grant(units: int, rate: Fraction, criteria: int) -> Grant:
    """Share a rate among criteria: the largest k with (k + 1) / (n + 1) <= R / m."""
    allowed = int(rate / criteria * (units + 1)) - 1
    return Grant(units=units, allowed=max(0, allowed), reached=allowed >= 0)


def planted(units: int) -> int:
    """Count the units that would be planted, rounded up."""
    return -(-units * PLANTED_PERMILLE // 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search for the most sensitive value that flags no more than `allowed`, ends included.

    `strict` is known or taken to be within it, `loose` beyond it; both are values of the parameter.
    """

    strict: int
    loose: int
    allowed: int
    way: int

    @property
    def done(self) -> bool:
        """Whether no value is left between."""
        return abs(self.strict - self.loose) <= 1

    @property
    def middle(self) -> int:
        """Choose a value between, geometrically, for ranges span six digits."""
        low, high = sorted((self.strict, self.loose))
        return min(max(isqrt(max(1, low) * high), low + 1), high - 1)

    def told(self, flagged: int) -> "Search":
        """Go on after the middle flagged so many."""
        within = flagged <= self.allowed
        return Search(strict=self.middle if within else self.strict,
                      loose=self.loose if within else self.middle, allowed=self.allowed,
                      way=self.way)


def search(low: int, high: int, way: int, allowed: int) -> Search:
    """Begin with the whole range of a parameter; its loosest value is tried too."""
    strict, loose = (high, low - 1) if way == UP else (low, high + 1)
    return Search(strict=strict, loose=loose, allowed=allowed, way=way)


def searched(begin: Mapping[str, Search],
             flagged: Callable[[Mapping[str, int]], Mapping[str, int]]) -> dict[str, int]:
    """Search all criteria at once: `flagged` tells how many units each flags at these values."""
    going = dict(begin)
    while any(not one.done for one in going.values()):
        asked = {code: one.middle for code, one in going.items() if not one.done}
        counts = flagged(asked)
        going = {code: one if one.done else one.told(counts[code])
                 for code, one in going.items()}
    return {code: one.strict for code, one in going.items()}


def stricter(one: int, other: int, way: int) -> int:
    """Choose the value that flags less."""
    return max(one, other) if way == UP else min(one, other)


def drifts(early: int, late: int, early_units: int, late_units: int) -> bool:
    """Tell whether one half of the days flags more than chance would, given both together (99 %).

    Given the sum, the early count is binomial with the early half's share of the units.
    """
    whole = early + late
    if not whole or not early_units + late_units:
        return False
    bounds = clopper_pearson(early, whole, confidence_permille=DRIFT_PERMILLE)
    share = early_units * PPB // (early_units + late_units)
    return not bounds.lower <= share <= bounds.upper


def warnings(entries: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say what a person must weigh before using a calibration with these entries."""
    found = []
    for code, one in entries.items():
        if one["drifts"]:
            found.append(f"{code}: flagged {one['early_flagged']} units in the earlier half of the "
                         f"days and {one['late_flagged']} in the later: the reference is not of "
                         "one kind")
        if not one["check_flagged_within"]:
            found.append(f"{code}: the other half of the devices flags more than is guaranteed")
        ratio = sorted((max(1, one["value"]), max(1, one["value_if_one_percent_were_planted"])))
        if one["flagged"] and ratio[1] >= _FAR * ratio[0]:
            found.append(f"{code}: without the most extreme hundredth of units the threshold would "
                         f"be {one['value_if_one_percent_were_planted']} instead of "
                         f"{one['value']}: look at these units, they may have been planted")
    return found
