"""Bound every campaign (an item in a window) at once, so that the title may be picked afterwards.

Titles whose plays surged are suspects; the others are their company, and the placebos: they go
through the same arithmetic, and what it finds in them is what innocence looks like in this log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from truetally.estimate.history import ACCOUNT, PAST
from truetally.estimate.lower import I64, Excess, Held, Reference, bound, excess
from truetally.estimate.snapshots import Snapshot, added, less, surged, together
from truetally.estimate.windows import Comparison, Window

LEAST_PLAYS = 150  # a title with fewer in the window is not bounded by itself
CONFIDENCE_PERMILLE = 950
DRIFT, DRIFT_WITHOUT_PAST = 0.15, 0.3  # relative, declared: how far honest habits may move
SUSPECTS, EVERYTHING = "(all that surged)", "(everything)"
_KEPT_WITHOUT_PAST = PAST | ACCOUNT  # how much else people watch differs from title to title


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
    company = _Company.of(now, together(past), len(past))
    found = {item: company.measure(item) for item in now.items}
    pooled = {SUSPECTS: company.pooled(now.suspects, company.past.suspects),
              EVERYTHING: company.pooled(now.whole, company.past.whole)}
    placebos = [found[i].score() for i in found if i not in company.surged]
    miss = (1000 - confidence_permille) / 1000
    rank = conformal(placebos, confidence_permille)
    z = max(NormalDist().inv_cdf(1 - miss / (len(found) + len(pooled))), rank)
    asked = comparison.asked
    items = tuple(_lower(item, one, z, asked, company) for item, one in found.items())
    return Bounded(
        first_day=asked.first, last_day=asked.last,
        reference_days=len(past) * (asked.last - asked.first + 1), lookback_days=asked.lookback,
        titles=len(found), placebos=len(placebos), z_milli=-int(-z * 1000 // 1),
        placebo_milli=-int(-rank * 1000 // 1), confidence_permille=confidence_permille,
        items=items,
        pooled=tuple(_lower(name, one, z, asked, company) for name, one in pooled.items()
                     if one.plays))


def conformal(scores: Sequence[float], confidence_permille: int) -> float:
    """Give the score that a further, exchangeable one stays below with this confidence.

    It is the ceil((n + 1) p)-th smallest; the largest where n is too small for p.
    """
    if not scores:
        return 0.0
    place = -(-(len(scores) + 1) * confidence_permille // 1000)
    return sorted(scores)[min(place, len(scores)) - 1]


def _lower(item: str, one: Excess, z: float, window: Window, company: "_Company") -> Lower:
    return Lower(item=item, first_day=window.first, last_day=window.last, plays=one.plays,
                 fakes=bound(one, z), inside=one.inside,
                 expected=-int(-one.share * one.plays // 1),
                 voided_permille=one.inside * 1000 // max(1, one.plays),
                 surged=item in company.surged,
                 own_past=item in company.past.items or item in (SUSPECTS, EVERYTHING),
                 cells=one.cells)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Company:
    """Who is compared with whom: suspects with suspects' past, placebos with the rest's."""

    now: Snapshot
    past: Snapshot
    surged: frozenset[str]
    others_now: Held
    others_past: Held
    siblings: Mapping[bool, I64]
    guides: Mapping[bool, tuple[Held, Held]]

    @classmethod
    def of(cls, now: Snapshot, past: Snapshot, windows: int) -> "_Company":
        hot = surged({i: held.size for i, held in now.items.items()},
                     {i: held.size for i, held in past.items.items()}, windows)
        known = {True: [i for i in now.items if i in hot and i in past.items],
                 False: [i for i in past.items if i not in hot]}
        return cls(
            now=now, past=past, surged=hot,
            others_now=less(now.whole, (now.items[i] for i in hot)),
            others_past=less(past.whole, (past.items[i] for i in hot if i in past.items)),
            siblings={key: _stack(past, items) for key, items in known.items()},
            guides={key: (added(now.items[i] for i in items if i in now.items),
                          added(past.items[i] for i in items)) for key, items in known.items()})

    def pooled(self, now: Held, past: Held) -> Excess:
        """Measure many titles as if they were one, by their own past alone."""
        return excess(now, Reference(
            past=past, siblings=past.plays.sum(axis=0)[None], guide=(now, past),
            others_past=self.others_past, others_now=self.others_now, drift=DRIFT))

    def measure(self, item: str) -> Excess:
        """Measure one title."""
        held, key = self.now.items[item], item in self.surged
        if item not in self.past.items:
            return self._without_past(held)
        return excess(held, Reference(
            past=self.past.items[item], siblings=self.siblings[key], guide=self.guides[key],
            others_past=self.others_past, others_now=self.others_now, drift=DRIFT))

    def _without_past(self, held: Held) -> Excess:
        """Compare a new title with the others, in what does not differ from title to title."""
        siblings = np.stack([_coarse(row) for row in self.siblings[False]])
        others_now, others_past = _coarsened(self.others_now), _coarsened(self.others_past)
        return excess(_coarsened(held), Reference(
            past=replace(held, plays=held.plays * 0, squares=held.squares * 0), siblings=siblings,
            guide=(_coarsened(held), others_past), others_past=others_past,
            others_now=others_now, drift=DRIFT_WITHOUT_PAST))


def _stack(past: Snapshot, items: Sequence[str]) -> I64:
    """Plays by title and cell; of the whole log as one title, where there is none."""
    rows = [past.items[i].plays.sum(axis=0) for i in items] or [past.whole.plays.sum(axis=0)]
    return np.stack(rows)


def _coarsened(held: Held) -> Held:
    return Held(plays=np.stack([_coarse(row) for row in held.plays]),
                squares=np.stack([_coarse(row) for row in held.squares]))


def _coarse(row: I64) -> I64:
    found = np.zeros_like(row)
    np.add.at(found, np.arange(len(row)) & _KEPT_WITHOUT_PAST, row)
    return found
