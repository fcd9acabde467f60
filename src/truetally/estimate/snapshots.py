"""What one window holds: plays by half and cell, of titles, of suspects, and of all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pyarrow as pa

from truetally.estimate.history import CELLS
from truetally.estimate.lower import I64, Held

SURGE_PERMILLE, SURGE_SPREADS = 1500, 3  # of a usual window of its own, and beyond chance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """One window: plays by half and cell, of each title large enough, of the suspects together and
    of the whole log."""

    items: Mapping[str, Held]
    suspects: Held
    whole: Held


def surged(now: Mapping[str, int], past: Mapping[str, int], windows: int) -> frozenset[str]:
    """Name the titles that were played half as much again as in a usual window, and more than
    chance does (three standard deviations of a Poisson count).

    `past` are the plays of `windows` windows together.
    """
    def more(item: str, plays: int) -> bool:
        usual = past.get(item, 0) * SURGE_PERMILLE / 1000 / windows
        return plays > usual + SURGE_SPREADS * sqrt(usual)

    return frozenset(item for item, plays in now.items() if more(item, plays))


def snapshot(items: pa.Table, suspects: pa.Table, whole: pa.Table) -> Snapshot:
    """Read the tables of `history.by_item` and, twice, of `history.as_one`."""
    found: dict[str, list[Mapping[str, int]]] = {}
    for row in items.to_pylist():
        found.setdefault(row["text"], []).append(row)
    return Snapshot(items={item: _held(rows) for item, rows in sorted(found.items())},
                    suspects=_held(suspects.to_pylist()), whole=_held(whole.to_pylist()))


def _held(rows: Iterable[Mapping[str, int]]) -> Held:
    plays, squares = _empty()
    for row in rows:
        plays[row["half"], row["cell"]] += row["plays"]
        squares[row["half"], row["cell"]] += row["squares"]
    return Held(plays=plays, squares=squares)


def _empty() -> tuple[I64, I64]:
    return np.zeros((2, CELLS), dtype=np.int64), np.zeros((2, CELLS), dtype=np.int64)


def together(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Add the reference windows up."""
    listed = list(snapshots)
    items = sorted({item for one in listed for item in one.items})
    return Snapshot(items={item: added(s.items[item] for s in listed if item in s.items)
                           for item in items}, suspects=added(s.suspects for s in listed),
                    whole=added(s.whole for s in listed))


def added(parts: Iterable[Held]) -> Held:
    """Add plays up."""
    plays, squares = _empty()
    for part in parts:
        plays, squares = plays + part.plays, squares + part.squares
    return Held(plays=plays, squares=squares)


def less(whole: Held, parts: Iterable[Held]) -> Held:
    """Take plays away from a whole that holds them."""
    gone = added(parts)
    return Held(plays=whole.plays - gone.plays, squares=whole.squares - gone.squares)
