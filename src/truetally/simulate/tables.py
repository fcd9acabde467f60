"""Whole-number tables that distributions are drawn from: shares, quantiles and hour curves.

A distribution is declared, never fitted: shares of categories, or a few quantiles joined by
straight lines. Both become tables indexed by 16 random bits.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.seeds import I64

WORD = 65_536
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
_SAFE = 2**62


def allot(total: int, weights: NDArray[np.int64] | Sequence[int]) -> I64:
    """Share `total` out in proportion to `weights` by largest remainder; ties go to the earlier.

    Returns whole numbers that sum to `total`. Weights are whole, none negative; if all are zero
    the total must be zero too. Hamilton's method, as used for seats in parliaments.
    """
    share = np.asarray(weights, dtype=np.int64)
    whole = int(share.sum(dtype=object)) if len(share) else 0
    if whole == 0:
        return np.zeros(len(share), dtype=np.int64)
    if int(share.max()) * total >= _SAFE:
        return _allot_exactly(total, [int(w) for w in share], whole)
    product = share * total
    counts: I64 = product // whole
    left = total - int(counts.sum())
    counts[np.argsort(-(product % whole), kind="stable")[:left]] += 1
    return counts


def _allot_exactly(total: int, weights: list[int], whole: int) -> I64:
    counts = [w * total // whole for w in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(weights[i] * total % whole), i))
    for i in rest[: total - sum(counts)]:
        counts[i] += 1
    return np.array(counts, dtype=np.int64)


def slots(shares: NDArray[np.int64] | Sequence[int], size: int = WORD) -> NDArray[np.int32]:
    """Return a table of `size` places in which category i has its share of the places."""
    counts = allot(size, shares)
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def ramp(knots: Sequence[Sequence[int]], size: int = WORD) -> I64:
    """Return the inverse distribution through `knots`, (permille, value) pairs, at `size` places.

    Knots start at 0 and end at 1000 permille and neither part falls; values between are joined by
    straight lines in whole numbers.
    """
    at = np.arange(size, dtype=np.int64) * 1000
    table = np.zeros(size, dtype=np.int64)
    for (p0, v0), (p1, v1) in pairwise(knots):
        if p1 == p0:
            continue
        inside = (at >= p0 * size) & (at < p1 * size)
        table[inside] = v0 + (at[inside] - p0 * size) * (v1 - v0) // ((p1 - p0) * size)
    return table


def curve(hour_weights: Sequence[int]) -> I64:
    """Return the inverse of an hour curve: the ms of the day at 65,537 evenly spaced quantiles."""
    edges = np.concatenate([[0], np.cumsum(np.asarray(hour_weights, dtype=np.int64))])
    at = np.arange(WORD + 1, dtype=np.int64) * int(edges[-1])
    hour = np.searchsorted(edges * WORD, at, side="right") - 1
    hour = np.minimum(hour, _last_hour(hour_weights))
    weight = np.asarray(hour_weights, dtype=np.int64)[hour]
    within = (at - edges[hour] * WORD) * HOUR_MS // (weight * WORD)
    return np.asarray(hour * HOUR_MS + within)


def _last_hour(hour_weights: Sequence[int]) -> int:
    return max(h for h, weight in enumerate(hour_weights) if weight > 0)


def along(table: I64, draws: NDArray[np.uint32], part: int, parts: int) -> I64:
    """Draw times of day from slice `part` of `parts` equal slices of a curve. See `curve`."""
    at = (np.int64(part) * 2**32 + draws.astype(np.int64)) // parts
    place, rest = at >> 16, at & 0xFFFF
    low = table[place]
    return np.asarray(np.minimum(low + ((table[place + 1] - low) * rest >> 16), DAY_MS - 1))


def zipf(items: int, quarters: int) -> I64:
    """Return whole-number weights of ranks 1..items that fall as rank ** -(quarters / 4).

    Only division and square roots are used: IEEE 754 rounds both the same everywhere.
    """
    rank = np.arange(1, items + 1, dtype=np.float64)
    power = np.ones(items, dtype=np.float64)
    for _ in range(quarters):
        power = power * np.sqrt(np.sqrt(rank))
    return np.maximum(1, np.floor(1e9 / power)).astype(np.int64)
