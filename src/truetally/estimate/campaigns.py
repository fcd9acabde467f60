"""Bound every campaign (an item in a window) at once, so that the title may be picked afterwards.

Titles whose plays surged are suspects; the others are their company, and the placebos: they go
through the same arithmetic, and what it finds in them is what innocence looks like in this log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from truetally.estimate.company import Company, tells
from truetally.estimate.lower import Excess, bound, excess
from truetally.estimate.snapshots import Snapshot, together
from truetally.estimate.windows import Comparison, Window

CONFIDENCE_PERMILLE = 950
SUSPECTS, EVERYTHING = "(all that surged)", "(everything)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lower:
    """At least `fakes` of the `plays` of a title in the window are not honest.

    The titles that surged, all together, are SUSPECTS; all titles are EVERYTHING.

    Of the plays, `inside` fell where `expected` would if all were honest (rounded up); the bound
    holds while the honest share there stays below `voided_permille`. `cells` are the sets of the
    two halves, as `history` numbers them.
    """

    item: str
    first_day: int
    last_day: int
    plays: int
    fakes: int
    inside: int
    expected: int
    voided_permille: int
    surged: bool
    own_past: bool
    cells: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """All bounds of one window. They hold together at `confidence_permille`.

    `titles` were bounded, `placebos` of them had no surge; `z_milli` is the number of spreads
    granted; `placebo_milli` what the placebos alone would ask for. `reference_days` is null where
    nothing precedes the window.
    """

    first_day: int
    last_day: int
    reference_days: int | None
    lookback_days: int
    titles: int
    placebos: int
    z_milli: int
    placebo_milli: int
    confidence_permille: int
    items: tuple[Lower, ...]
    pooled: tuple[Lower, ...]

    @property
    def fakes(self) -> int:
        """The best of three bounds for the window: title by title, suspects, everything."""
        return max(sum(one.fakes for one in self.items), *(one.fakes for one in self.pooled), 0)


def bound_window(comparison: Comparison, now: Snapshot, past: Sequence[Snapshot], *,
                 confidence_permille: int = CONFIDENCE_PERMILLE) -> Bounded:
    """Bound every title of a window, and the window, simultaneously.

    The spreads granted are the larger of two: the normal tail shared among all titles (Bonferroni),
    and the placebos' own scores at their conformal rank (Vovk et al. 2005), which is distribution-
    free for one title and takes in whatever the arithmetic leaves out.
    """
    if not past:
        return Bounded(first_day=comparison.asked.first, last_day=comparison.asked.last,
                       reference_days=None, lookback_days=0, titles=0, placebos=0, z_milli=0,
                       placebo_milli=0, confidence_permille=confidence_permille, items=(),
                       pooled=())
    before = together(past)
    company = Company.of(now, before, len(past))
    found = {item: excess(*company.title(item)) for item in now.items}
    many = {SUSPECTS: (now.suspects, before.suspects), EVERYTHING: (now.whole, before.whole)}
    pooled = {name: excess(*company.as_one(*one)) for name, one in many.items()}
    placebos = [found[i].score() for i in found if i not in company.surged]
    miss = (1000 - confidence_permille) / 1000
    rank = conformal(placebos, confidence_permille)
    z = max(NormalDist().inv_cdf(1 - miss / (len(found) + len(pooled))), rank)
    asked = comparison.asked
    return Bounded(
        first_day=asked.first, last_day=asked.last,
        reference_days=len(past) * (asked.last - asked.first + 1), lookback_days=asked.lookback,
        titles=len(found), placebos=len(placebos), z_milli=-int(-z * 1000 // 1),
        placebo_milli=-int(-rank * 1000 // 1), confidence_permille=confidence_permille,
        items=tuple(_lower(item, one, z, asked, surged=item in company.surged,
                           own_past=item in before.items and tells(before.items[item]))
                    for item, one in found.items()),
        pooled=tuple(_lower(name, one, z, asked, surged=False, own_past=tells(many[name][1]))
                     for name, one in pooled.items() if one.plays))


def conformal(scores: Sequence[float], confidence_permille: int) -> float:
    """Give the score that a further, exchangeable one stays below with this confidence.

    It is the ceil((n + 1) p)-th smallest; the largest where n is too small for p.
    """
    if not scores:
        return 0.0
    place = -(-(len(scores) + 1) * confidence_permille // 1000)
    return sorted(scores)[min(place, len(scores)) - 1]


def _lower(item: str, one: Excess, z: float, window: Window, *, surged: bool,
           own_past: bool) -> Lower:
    return Lower(item=item, first_day=window.first, last_day=window.last, plays=one.plays,
                 fakes=bound(one, z), inside=one.inside,
                 expected=-int(-one.share * one.plays // 1),
                 voided_permille=one.inside * 1000 // max(1, one.plays), surged=surged,
                 own_past=own_past, cells=one.cells)
