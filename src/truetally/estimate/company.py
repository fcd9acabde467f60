"""Who is compared with whom: suspects with suspects' past, placebos with the rest's.

A title whose past is small tells little of its own audience. It is held to be its own measure from
as many plays on as are bounded at all; below, it is a title without a past.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from truetally.estimate.history import ACCOUNT, CELLS, PAST
from truetally.estimate.lower import I64, Held, Reference
from truetally.estimate.siblings import Siblings
from truetally.estimate.snapshots import Snapshot, added, less, surged

LEAST_PLAYS = 150  # a title with fewer in the window is not bounded by itself
DRIFT, DRIFT_WITHOUT_PAST = 0.15, 0.3  # relative, declared: how far honest habits may move
APART, FAR_APART, FEW = 0.15, 0.5, 8  # titles differ by so much at least; if few are of its kind
_SURGED, _QUIET, _ALL = "surged", "quiet", "all"
_KEPT_WITHOUT_PAST = PAST | ACCOUNT  # how much else people watch differs from title to title


def tells(past: Held) -> bool:
    """Tell whether titles were played enough to be their own measure."""
    return past.size >= LEAST_PLAYS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Company:
    """One window's titles, now and before.

    `groups` are the past of the titles that surged, of those that did not, and of all; `places`
    tells where a title stands in each.
    """

    now: Snapshot
    past: Snapshot
    surged: frozenset[str]
    others_now: Held
    others_past: Held
    guides: Mapping[bool, tuple[Held, Held]]
    groups: Mapping[str, Siblings]
    places: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, now: Snapshot, past: Snapshot, windows: int) -> "Company":
        """Sort the titles of a window by whether they surged; `past` is `windows` windows."""
        hot = surged({i: held.size for i, held in now.items.items()},
                     {i: held.size for i, held in past.items.items()}, windows)
        names = {_SURGED: [i for i in now.items if i in hot and i in past.items],
                 _QUIET: [i for i in past.items if i not in hot], _ALL: list(past.items)}
        return cls(
            now=now, past=past, surged=hot,
            others_now=less(now.whole, (now.items[i] for i in hot)),
            others_past=less(past.whole, (past.items[i] for i in names[_SURGED])),
            guides={key == _SURGED: (added(now.items[i] for i in names[key] if i in now.items),
                                     added(past.items[i] for i in names[key]))
                    for key in (_SURGED, _QUIET)},
            groups={key: _stacked(past.items[i] for i in items) for key, items in names.items()},
            places={key: {item: n for n, item in enumerate(items)}
                    for key, items in names.items()})

    def title(self, item: str) -> tuple[Held, Reference]:
        """Give a title's plays and what they are compared with: titles of its kind, or all others
        where these are too few to tell how much titles differ."""
        now, past = self.now.items[item], self.past.items.get(item)
        if past is None or not tells(past):
            return self._without_past(now, past or added(()))
        hot = item in self.surged
        kind = _SURGED if hot else _QUIET
        alike = len(self.places[kind]) > FEW
        return now, Reference(
            past=past, siblings=self._beside(item, kind if alike else _ALL),
            guide=self.guides[hot], others_past=self.others_past, others_now=self.others_now,
            drift=DRIFT, apart=APART if alike else FAR_APART)

    def as_one(self, now: Held, past: Held) -> tuple[Held, Reference]:
        """Give the plays of many titles and what they are compared with: their own past alone."""
        if not tells(past):
            return self._without_past(now, past)
        return now, Reference(
            past=past, siblings=_stacked(()), guide=(now, past), others_past=self.others_past,
            others_now=self.others_now, drift=DRIFT, apart=APART)

    def _without_past(self, now: Held, past: Held) -> tuple[Held, Reference]:
        """Compare a title of no past, or too little, with the others that did not surge (with all
        the rest as one where there is none), in what does not differ from title to title."""
        others_now, others_past = _coarsened(self.others_now), _coarsened(self.others_past)
        quiet = self.groups[_QUIET] if self.places[_QUIET] else _stacked((self.others_past,))
        return _coarsened(now), Reference(
            past=_coarsened(past), guide=(_coarsened(now), others_past), others_past=others_past,
            siblings=Siblings(plays=_coarse(quiet.plays), squares=_coarse(quiet.squares)),
            others_now=others_now, drift=DRIFT_WITHOUT_PAST,
            apart=APART if len(self.places[_QUIET]) >= FEW else FAR_APART)

    def _beside(self, item: str, kind: str) -> Siblings:
        """Give the past of a group's titles but for this one."""
        group, place = self.groups[kind], self.places[kind][item]
        return Siblings(plays=np.delete(group.plays, place, axis=0),
                        squares=np.delete(group.squares, place, axis=0))


def _stacked(parts: Iterable[Held]) -> Siblings:
    listed = list(parts)
    shape = (len(listed), 2, CELLS)
    return Siblings(
        plays=np.array([one.plays for one in listed], dtype=np.int64).reshape(shape),
        squares=np.array([one.squares for one in listed], dtype=np.int64).reshape(shape))


def _coarsened(held: Held) -> Held:
    return Held(plays=_coarse(held.plays), squares=_coarse(held.squares))


def _coarse(cells: I64) -> I64:
    """Add cells up that differ only in what is not kept, along the last axis."""
    found = np.zeros_like(cells)
    for cell in range(CELLS):
        found[..., cell & _KEPT_WITHOUT_PAST] += cells[..., cell]
    return found
