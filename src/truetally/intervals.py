"""Exact bounds of shares and counts, and a bootstrap by cluster. Results are whole numbers.

Shares are in parts per billion, rounded outwards: a lower bound down, an upper bound up, so that a
bound is never narrower than its promise. The least significant part is one in a billion.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from truetally.errors import InputError, problem

PPB = 1_000_000_000
CONFIDENCE_PERMILLE = 950
RESAMPLES = 2000
_DIGITS = 30
_EXACT_BELOW = 60
_MOST_TERMS = 1_000_000
_MOST_EVENTS = 1_000_000_000  # times a billion parts, some draws above, it fits 64 bits
# B(2k) / (2k (2k - 1)), k = 1..12: the Stirling series of ln gamma (NIST DLMF 5.11.1).
_STIRLING = ((1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156),
             (-3617, 122400), (43867, 244188), (-174611, 125400), (77683, 5796),
             (-236364091, 1506960))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A two-sided interval, both ends included; what they count is said where they are made."""

    lower: int
    upper: int


@lru_cache(maxsize=1 << 14)
def clopper_pearson(found: int, n: int, *,
                    confidence_permille: int = CONFIDENCE_PERMILLE) -> Bounds:
    """Bound a share from `found` in `n` independent trials, in parts per billion.

    Exact in that it covers at least as often as it says, whatever the share (Clopper and Pearson
    1934), to two parts in a billion. 0 in n: the upper bound is ``1 - (a / 2) ** (1 / n)``, about
    3.7 / n; of one side alone, at 95 %, the well-known 3 / n. Without a trial nothing is known: 0
    to 1.

    Raises:
        InputError: not 0 <= found <= n, or a confidence outside 1..999 permille.
    """
    _check(found, n, confidence_permille)
    tail = Fraction(1000 - confidence_permille, 2000)
    lower = 0 if found == 0 else _last(
        lambda p: _at_least(found, n, p) <= tail)
    upper = PPB if found == n else 1 + _last(
        lambda p: 1 - _at_least(found + 1, n, p) >= tail)
    return Bounds(lower=lower, upper=min(upper, PPB))


def upper_bound(found: int, n: int, *, confidence_permille: int = CONFIDENCE_PERMILLE) -> int:
    """Bound a share from above alone, in parts per billion: 0 in n gives about 3 / n at 95 %.

    Raises:
        InputError: as `clopper_pearson`.
    """
    _check(found, n, confidence_permille)
    both = max(1, 2 * confidence_permille - 1000)
    return clopper_pearson(found, n, confidence_permille=both).upper


def hypergeometric(found: int, sample: int, population: int, *,
                   confidence_permille: int = CONFIDENCE_PERMILLE) -> Bounds:
    """Bound how many of a finite population are marked, from `found` in a sample drawn of it
    without replacement. Whole things, not parts; exact in integers.

    Raises:
        InputError: not 0 <= found <= sample <= population, or a confidence outside 1..999.
    """
    _check(found, sample, confidence_permille)
    if sample > population:
        raise InputError(problem("the sample is larger than the population",
                                 expected=f"at most {population}", found=sample))
    whole = math.comb(population, sample) * (1000 - confidence_permille)
    least, most = found, population - (sample - found)

    def surely_fewer(marked: int) -> bool:  # P(X >= found) <= a / 2 still at one less
        return 2000 * _ways(found, sample, population, marked, above=True) <= whole

    def surely_more(marked: int) -> bool:
        return 2000 * _ways(found, sample, population, marked, above=False) <= whole

    lower = _first(least, most, lambda marked: not surely_fewer(marked))
    upper = _first(lower, most + 1, surely_more) - 1
    return Bounds(lower=lower, upper=max(lower, upper))


def cluster_bootstrap(part: NDArray[np.int64], whole: NDArray[np.int64],
                      counts: NDArray[np.int64] | None = None, *, seed: int,
                      resamples: int = RESAMPLES,
                      confidence_permille: int = CONFIDENCE_PERMILLE) -> Bounds:
    """Bound the share ``sum(part) / sum(whole)`` in parts per billion, drawing whole clusters
    (devices, not events) with replacement (Efron 1979; percentile method).

    `part` and `whole` have one place a cluster; with `counts`, one place stands for so many
    clusters that are alike: millions of clusters are a few thousand kinds. Neither the order of
    places nor how they are gathered changes the result. Where no cluster has a part it says 0 to
    0: use `clopper_pearson` with the number of clusters there.

    Raises:
        InputError: no cluster, unequal lengths, parts of more than 10**9 in all, or a confidence
            outside 1..999 permille.
    """
    times = np.ones(len(part), dtype=np.int64) if counts is None else counts
    if not len(part) or not len(part) == len(whole) == len(times) or not int(whole @ times):
        raise InputError(problem("nothing to draw from", expected="as many parts as wholes",
                                 found=f"{len(part)} and {len(whole)}"))
    _check(0, 1, confidence_permille)
    _check(int(part @ times), _MOST_EVENTS, confidence_permille)
    kinds, place = np.unique(np.stack([part, whole], axis=1), axis=0, return_inverse=True)
    clusters = np.zeros(len(kinds), dtype=np.int64)
    np.add.at(clusters, place.reshape(-1), times)
    source = np.random.Generator(np.random.PCG64(seed))
    drawn = source.multinomial(int(clusters.sum()), clusters / clusters.sum(), size=resamples)
    above, below = drawn @ kinds[:, 0], np.maximum(drawn @ kinds[:, 1], 1)
    cut = resamples * (1000 - confidence_permille) // 2000
    lower, upper = np.sort(above * PPB // below), np.sort(-(-above * PPB // below))
    return Bounds(lower=int(lower[cut]), upper=int(upper[-1 - cut]))


def _check(found: int, n: int, confidence_permille: int) -> None:
    if not 0 <= found <= n:
        raise InputError(problem("impossible count", expected=f"0 to {n}", found=found))
    if not 0 < confidence_permille < 1000:  # noqa: PLR2004 - permille
        raise InputError(problem("impossible confidence", expected="1 to 999 permille",
                                 found=confidence_permille))


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Find the least number in [low, high] from which on `holds` is true; `high` if none."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _last(holds: Callable[[int], bool]) -> int:
    """Find the largest share, in parts per billion, up to which `holds` is true."""
    return _first(1, PPB, lambda p: not holds(p)) - 1


def _ways(found: int, sample: int, population: int, marked: int, *, above: bool) -> int:
    """Count the samples with at least (or at most) `found` marked, out of all samples."""
    rest = population - marked
    start, end = max(0, sample - rest), min(sample, marked)
    low, high = (max(found, start), end) if above else (start, min(found, end))
    if low > high:
        return 0
    term = math.comb(marked, low) * math.comb(rest, sample - low)
    total = term
    for x in range(low, high):
        term = term * (marked - x) * (sample - x) // ((x + 1) * (rest - sample + x + 1))
        total += term
    return total


def _at_least(found: int, n: int, share_ppb: int) -> float:
    """Give P(X >= found) for n trials: the regularised incomplete beta I(found, n - found + 1)."""
    if found == 0 or share_ppb == PPB:
        return 1.0
    if share_ppb == 0 or found > n:
        return 0.0
    a, b, x = found, n - found + 1, share_ppb / PPB
    if x < (a + 1) / (a + b + 2):
        return _front(a, b, share_ppb) * _fraction(a, b, x) / a
    return 1.0 - _front(b, a, PPB - share_ppb) * _fraction(b, a, 1 - x) / b


def _front(a: int, b: int, share_ppb: int) -> float:
    """Give x^a (1-x)^b / B(a, b), in decimals because its logarithms cancel."""
    with localcontext() as context:
        context.prec = _DIGITS
        x = Decimal(share_ppb) / PPB
        log = a * x.ln() + b * (1 - x).ln() + _ln_gamma(a + b) - _ln_gamma(a) - _ln_gamma(b)
        return float(log.exp())


@lru_cache(maxsize=1 << 10)
def _ln_gamma(z: int) -> Decimal:
    """Give ln (z - 1)! by the Stirling series, from the product below 60. NIST DLMF 5.11.1."""
    if z < _EXACT_BELOW:
        return Decimal(math.factorial(z - 1)).ln()
    number = Decimal(z)
    half_ln_tau = Decimal("0.9189385332046727417803297364056176398614")
    series = sum(Decimal(p) / q / number ** (2 * k + 1) for k, (p, q) in enumerate(_STIRLING))
    return (number - Decimal("0.5")) * number.ln() - number + half_ln_tau + series


def _fraction(a: int, b: int, x: float) -> float:
    """Evaluate the continued fraction of the incomplete beta (NIST DLMF 8.17.22) by Lentz."""
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 / (1.0 + step * d)
            c = 1.0 + step / c
            value *= d * c
        if abs(d * c - 1.0) < 1e-15:  # noqa: PLR2004 - the precision of a float
            return value
    return value
