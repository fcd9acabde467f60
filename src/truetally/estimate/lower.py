"""A distribution-free lower bound on the fakes among plays: what honest people cannot have done.

For any set A of cells, honest plays fall into A with a probability q known from a reference. Of N
plays, c fell into A: so many cannot all be honest. With F fakes, at most F of the c are fake, and
the N - F honest plays put about q (N - F) into A, so

    F >= c - q (N - F) - z sd(N - F),    F >= (c - q N) / (1 - q) for large N.

Nothing is assumed of the fakes. The estimator of a mixture's share by one set: Blanchard, Lee and
Scott, JMLR 2010; Patra and Sen, JRSS B 2016. sd holds the chance that devices bring (a device's
plays stand or fall together), the reference's own chance, and drift.

q is read off plays that are few as well, so it is a Gamma's: what a Poisson count says of its mean.
Its shape is the number of independent plays behind it. The titles beside say what to expect, as far
as titles are alike (see `siblings`); the title's own past is added as a count (DuMouchel, The
American Statistician 1999). What one half of the devices chose is counted on the other alone, in
the past as now.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truetally.estimate.siblings import Siblings, said

I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]
_PRIOR = 0.5  # added to counts before ratios are taken: no cell is impossible
_WEIGHT = 100.0  # plays of the siblings, lent to both sides when cells are put in order
_CAUTION = 3.0  # spreads that a set must promise beyond, when it is chosen
_LEAST_SHARE, _MOST_SHARE = 0.005, 0.5  # so much may move to a set that nobody was in before
_ANSCOMBE = 0.375
_FARTHEST, _STEP = 64.0, 1 / 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Plays by half of the devices and cell, and the sum of the squares of each device's plays.

    Both have the shape (2, cells). A device stands in one half and, for one item, in one cell.
    """

    plays: I64
    squares: I64

    @property
    def size(self) -> int:
        """All plays."""
        return int(self.plays.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What one campaign shows: `plays`, of them `inside` the chosen sets, the honest share there
    `share` and its relative uncertainty `doubt`; `cluster` are plays behind one independent
    observation there (sum n^2 / sum n over devices); `cells` are the two sets, one a half."""

    plays: int
    inside: int
    share: float
    doubt: float
    cluster: float
    cells: tuple[tuple[int, ...], tuple[int, ...]]

    def most(self, honest: float, z: float) -> float:
        """Bound the honest plays inside at `z` spreads, if `honest` plays are honest.

        Chance is Poisson's in independent observations, and their mean m is Gamma's with the
        relative error `doubt`: the root of such a count (negative binomial) is nearly normal with
        variance (1 + m doubt^2) / 4 (Anscombe, Biometrika 1948), for few as for many.
        """
        mean = honest * self.share / self.cluster
        root = sqrt(mean + _ANSCOMBE) + z / 2 * sqrt(1 + mean * self.doubt**2)
        return self.cluster * (root**2 - _ANSCOMBE)

    def score(self) -> float:
        """Say at how many spreads all plays inside can still be honest: 0 or less is no excess."""
        low, high = 0.0, _FARTHEST
        while high - low > _STEP:
            z = (low + high) / 2
            low, high = (z, high) if self.most(self.plays, z) < self.inside else (low, z)
        return high


def bound(excess: Excess, z: float) -> int:
    """Give the least number of fakes that explains the excess at `z` spreads, rounded down."""
    def enough(fakes: int) -> bool:
        honest = excess.plays - fakes
        return excess.inside - fakes <= excess.most(honest, z)

    low, high = 0, excess.plays
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """What honest plays are compared with: the item's own past, those of its `siblings` (none: its
    own alone), and how the others moved from then to now. From `guide`, many titles now and then,
    the order of cells is learnt. `drift` and `apart`, how much titles differ at least, are
    relative, and declared."""

    past: Held
    siblings: Siblings
    guide: tuple[Held, Held]
    others_past: Held
    others_now: Held
    drift: float
    apart: float


def excess(now: Held, reference: Reference) -> Excess:
    """Measure a campaign: sets are chosen on one half of the devices and counted on the other."""
    inside, cells, found = 0, [], []
    for half in (0, 1):
        chosen = choose(now.plays[1 - half], reference, 1 - half)
        inside += int(now.plays[half][chosen].sum())
        cells.append(tuple(int(c) for c in np.flatnonzero(chosen)))
        found.append(_expected(reference, half, chosen))
    share, doubt, cluster = (max(values) for values in zip(*found, strict=True))
    return Excess(plays=now.size, inside=inside, share=share, doubt=doubt, cluster=cluster,
                  cells=(cells[0], cells[1]))


def choose(campaign: I64, reference: Reference, half: int) -> Flags:
    """Choose the set of cells that promises the largest bound, from counts of one half.

    Cells are ordered by how much more common they are in the campaign than in the reference
    (Neyman and Pearson); the cut is where the bound would be largest. A set that holds more than
    half of what is honest is left out: its bound would hang on the reference alone.
    """
    usual = (reference.past.plays + reference.siblings.plays.sum(axis=0))[half] + _PRIOR
    lent = _WEIGHT * usual / usual.sum()
    now, then = (held.plays[half] + lent for held in reference.guide)
    order = np.argsort(-(now / then), kind="stable")
    known = reference.past.plays[half] + lent
    n, all_known = max(1.0, float(campaign.sum())), float(known.sum())
    inside = np.cumsum(campaign[order]) / n
    share = np.maximum(_LEAST_SHARE, np.cumsum(known[order]) / all_known)
    cluster = _cluster(np.cumsum(reference.past.squares[half][order]), share * all_known)
    spread = np.sqrt(share * cluster * (1 / n + 1 / all_known) + (share * reference.drift) ** 2)
    least = np.where(share <= _MOST_SHARE, (inside - share - _CAUTION * spread)
                     / (1 - np.minimum(share, _MOST_SHARE)), -np.inf)
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[: int(np.argmax(least)) + 1]] = True
    return chosen


def _expected(reference: Reference, half: int, chosen: Flags) -> tuple[float, float, float]:
    """Expect the honest share inside on the half that did not choose, its doubt and clustering.

    A Gamma's mean: what the siblings say and the item's own past, by how sure either is. If the
    others rose in A since then, so may this item (in odds); never the reverse.
    """
    past, beside = reference.past, reference.siblings
    own = float(past.plays[half][chosen].sum())
    sizes, counts = beside.plays[:, half].sum(axis=1), beside.plays[:, half, chosen].sum(axis=1)
    squares = past.squares[half][chosen].sum() + beside.squares[:, half, chosen].sum()
    cluster = float(_cluster(squares, own + counts.sum()))
    shape, exposure = said(sizes / cluster, counts / cluster, reference.apart)
    shape += own / cluster
    exposure += float(past.plays[half].sum()) / cluster
    share = min(1.0, max(_LEAST_SHARE, shape / exposure)) if exposure else 1.0
    rise = max(1.0, _odds(reference.others_now, chosen) / _odds(reference.others_past, chosen))
    return (share * rise / (1 - share + share * rise), sqrt(1 / shape + reference.drift**2),
            cluster)


def _cluster(squares: Any, plays: Any) -> Any:
    return np.maximum(1.0, squares / np.maximum(1.0, plays))


def _odds(held: Held, chosen: Flags) -> float:
    inside = float(held.plays[:, chosen].sum()) + _PRIOR
    return inside / (held.size + 2 * _PRIOR - inside)
