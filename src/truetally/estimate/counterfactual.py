"""How many plays there would have been: matched titles tell what the period alone brought.

Difference in differences on logarithms of counts. What the other titles' counts did from then to
now is what this title's would have done; how far titles stray from that by themselves is read off
the titles that fell short of it (placebo in space: Abadie, Diamond and Hainmueller, JASA 2010).
Fakes only add plays, so the side below is clean whoever else was attacked; honest strays are taken
to be as wide above. More plays than expected are not fakes by themselves: a premiere is that too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from truetally.estimate.campaigns import CONFIDENCE_PERMILLE, conformal
from truetally.estimate.snapshots import surged

FEWEST = 10  # matched titles without which nothing is said
_LEAST_PAST = 30  # plays in a usual window; below, a ratio says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Plays of a title beyond what was to be expected: `more`, and the interval of it.

    `usual` is its mean window before; `expected` adds what the matched titles did. A `more_lower`
    below nothing is given as it is.
    """

    item: str
    plays: int
    usual: int
    expected: int
    more: int
    more_lower: int
    more_upper: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """All titles that surged. `matched` titles told the trend, `placebos` how far titles stray.

    The intervals hold together at `confidence_permille` if strays have a normal tail; by ranks
    alone one of them, named beforehand, holds at `ranks_permille` at most (null: nothing is said).
    """

    matched: int
    placebos: int
    trend_permille: int
    confidence_permille: int
    ranks_permille: int | None
    items: tuple[Excess, ...]


def counterfactual(now: Mapping[str, int], past: Mapping[str, int], windows: int, *,
                   confidence_permille: int = CONFIDENCE_PERMILLE) -> Counterfactual:
    """Compare plays `now` with those of `windows` earlier windows together, for titles that surged.

    An interval is as wide as the larger of two: the placebos' conformal rank, and the normal tail
    shared among the titles asked about (Bonferroni), in units of the placebos' own spread.
    """
    asked = sorted(surged(now, past, windows))
    usual = {i: past.get(i, 0) / windows for i in now}
    matched = [i for i in now if i not in asked and usual[i] >= _LEAST_PAST]
    asked = [i for i in asked if usual[i] >= _LEAST_PAST]
    if len(matched) < FEWEST:
        return Counterfactual(matched=len(matched), placebos=0, trend_permille=0, items=(),
                              confidence_permille=confidence_permille, ranks_permille=None)
    moved = {i: log(now[i] / usual[i]) for i in [*matched, *asked]}
    trend = _median([moved[i] for i in matched])
    below = [(trend - moved[i]) / _noise(now[i], past[i]) for i in moved if moved[i] <= trend]
    miss = (1000 - confidence_permille) / 1000 / 2 / max(1, len(asked))
    scale = max(1.0, sqrt(sum(score**2 for score in below) / len(below)))
    wide = max(conformal(below, confidence_permille), scale * NormalDist().inv_cdf(1 - miss))
    ranks = min(confidence_permille, 1000 * len(below) // (len(below) + 1))
    return Counterfactual(
        matched=len(matched), placebos=len(below), trend_permille=round(1000 * exp(trend)),
        confidence_permille=confidence_permille, ranks_permille=ranks,
        items=tuple(_excess(i, now[i], past[i], usual[i], trend, wide) for i in asked))


def _excess(item: str, plays: int, past: int, usual: float, trend: float, wide: float) -> Excess:
    expected = usual * exp(trend)
    stray = exp(wide * _noise(max(1.0, expected), past))
    return Excess(item=item, plays=plays, usual=round(usual), expected=round(expected),
                  more=plays - round(expected), more_lower=plays - -int(-expected * stray // 1),
                  more_upper=plays - int(expected / stray))


def _noise(now: float, past: float) -> float:
    """Scale a logarithm of a ratio of counts by what chance alone makes of such counts."""
    return sqrt(1 / max(1.0, now) + 1 / max(1.0, past) + _OWN**2)


_OWN = 0.05  # titles have ups and downs of their own, however large


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
