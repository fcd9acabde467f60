"""What a title had in an order's days beyond what its other days lead one to expect.

Expected: the mean of the title's days that no order covers, times the days of the window. Interval:
the prediction interval of such a sum, counts taken to vary as the title's own days do and never
less than by chance (quasi-Poisson; McCullagh and Nelder 1989, 6.2). With no play on any other day
the bound is the exact one of Poisson, -ln(0.025) = 3.689 a baseline. Whole numbers, outwards.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt

LEAST_DAYS = 3  # of a baseline: fewer say nothing of how days vary
_Z_SQUARED = Fraction(38416, 10_000)  # 1.96 squared: 95 %, two-sided
_ZERO_BOUND = Fraction(3689, 1000)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Observed events of a window, expected ones, and the excess with its 95 % interval.

    Unknown (None) where the title has fewer than three other days. `spread` is the half width of
    the interval, squared, and `expected_millionths` what is expected before it is rounded: of sums
    of independent excesses both add up.
    """

    observed: int
    days: int
    baseline_days: int
    expected: int | None = None
    excess: int | None = None
    lower: int | None = None
    upper: int | None = None
    spread: int = 0
    expected_millionths: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Days that no order covers: how many, their events, and the sum of the daily squares."""

    days: int
    events: int
    squares: int


def baseline(counts: Mapping[int, int], inside: frozenset[int], days: Sequence[int]) -> Baseline:
    """Add up a title's daily counts outside some days; a day without a count had none."""
    known = [n for day, n in counts.items() if day not in inside]
    return Baseline(days=len(days) - len(inside), events=sum(known),
                    squares=sum(n * n for n in known))


def excess(window: Sequence[int], others: Sequence[int]) -> Excess:
    """Measure the excess of a window's daily counts over those of other days."""
    return excess_of(sum(window), Fraction(len(window)), Baseline(
        days=len(others), events=sum(others), squares=sum(n * n for n in others)))


def excess_of(observed: int, days: Fraction, base: Baseline) -> Excess:
    """Measure the excess of a window of so many days, or parts of one, over a baseline."""
    others, whole = base.days, ceil(days)
    if others < LEAST_DAYS or not days:
        return Excess(observed=observed, days=whole, baseline_days=others)
    expected = base.events * days / others
    spread = _Z_SQUARED * _dispersion(base) * expected * (1 + days / others)
    half = _root(spread)
    if not base.events:
        half = ceil(_ZERO_BOUND * days / others)
        spread = Fraction(half * half)
    low, high = max(0, floor(expected - half)), ceil(expected + half)
    return Excess(observed=observed, days=whole, baseline_days=others, expected=round(expected),
                  excess=observed - round(expected), lower=observed - high, upper=observed - low,
                  spread=ceil(spread), expected_millionths=round(expected * _MILLION))


def summed(parts: Sequence[Excess]) -> Excess:
    """Add independent excesses up: their squared half widths add; those unknown stay out of it."""
    known = [p for p in parts if p.excess is not None]
    if not known:
        return Excess(observed=sum(p.observed for p in parts), days=0, baseline_days=0)
    observed, spread = sum(p.observed for p in known), sum(p.spread for p in known)
    expected = Fraction(sum(p.expected_millionths for p in known), _MILLION)
    half, middle = _root(Fraction(spread)), observed - round(expected)
    return Excess(observed=observed, days=sum(p.days for p in known),
                  baseline_days=sum(p.baseline_days for p in known), excess=middle,
                  expected=observed - middle, lower=middle - half,
                  upper=min(observed, middle + half), spread=spread,
                  expected_millionths=sum(p.expected_millionths for p in known))


def _dispersion(base: Baseline) -> Fraction:
    """Give the variance of the days over their mean, at least 1."""
    if not base.events:
        return Fraction(1)
    return max(Fraction(1), Fraction(base.squares * base.days - base.events**2,
                                     (base.days - 1) * base.events))


def _root(square: Fraction) -> int:
    """Give the square root, rounded up."""
    whole = ceil(square)
    root = isqrt(whole)
    return root if root * root == whole else root + 1


def covered(windows: Sequence[tuple[int, int]], days: Sequence[int]) -> frozenset[int]:
    """Give the days, of those known, that lie in any window [first, last]."""
    return frozenset(days[i] for a, b in windows
                     for i in range(bisect_left(days, a), bisect_right(days, b)))


def observed_in(counts: Mapping[int, int], inside: frozenset[int]) -> int:
    """Add up a title's daily counts of some days."""
    return sum(n for day, n in counts.items() if day in inside)
