"""Add a case's counts up file by file, on both cores: of each day only sums stay in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge, narrow
from truetally.counts.items import SHOWN, Weigh, item_sums, of_items, weigher
from truetally.counts.recount import TEXTS
from truetally.decisions.verdict import Verdict
from truetally.events.ahead import ahead
from truetally.run.case import inside

Result = TypeVar("Result")
_MEASURES = ("mask", "events", "watched_ms")
_PLACES = ("day", "terminal", "region")
UNIQUE = "unique_total_net"
Partitions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of a case: of all items together as a cube without them, and of each item a day."""

    places: pa.Table
    items: Sequence[pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a run added up of the counts that it wrote in one pass, and the names of the cubes.

    A name says what is in the file: it is made of the day's decisions. Of sessions that reached an
    item `visits` has the sum of each day, `reached` that of each item.
    """

    cubes: frozenset[str]
    totals: Totals
    visits: pa.Table
    reached: pa.Table


class Counting:
    """Adds days up while they are written: their rows are at hand, items as places in `texts`.

    Masks that add the same to every sum are one kind; what is added up is events and watch time of
    each item and kind.
    """

    def __init__(self, texts: pa.Array, verdicts: Mapping[int, Verdict]) -> None:
        weigh, masks = weigher(verdicts.__getitem__), sorted(verdicts)
        kinds = list(dict.fromkeys(map(weigh, masks)))
        self._texts, self._masks = texts, pa.array(masks, pa.int64())
        self._kind = np.array([kinds.index(weigh(mask)) for mask in masks], dtype=np.int64)
        self._adds = np.array(kinds, dtype=np.int64).reshape(-1, len(SHOWN))
        self._events = np.zeros((len(texts), len(kinds)), dtype=np.int64)
        self._watched = np.zeros_like(self._events)
        self._reached = np.zeros(len(texts), dtype=np.int64)
        self._places: list[pa.Table] = []
        self._visits: dict[int, int] = {}
        self._one = Lock()

    @property
    def size(self) -> int:
        """Give the memory that is taken while days are added, in bytes."""
        return self._events.nbytes + self._watched.nbytes + self._reached.nbytes

    def add(self, cube: pa.Table, unique: pa.Table) -> None:
        """Add one day, a row an item in `unique`. May be called by several threads."""
        item = cube["item_id"].to_numpy().astype(np.int64)
        kind = self._kind[pc.index_in(cube["mask"], value_set=self._masks).to_numpy()]
        at = item * len(self._adds) + kind
        places = narrow(cube.select([*_PLACES, *_MEASURES]), _PLACES, threads=False)
        with self._one:
            np.add.at(self._events.reshape(-1), at, cube["events"].to_numpy())
            np.add.at(self._watched.reshape(-1), at, cube["watched_ms"].to_numpy())
            self._reached[unique["item_id"].to_numpy()] += unique[UNIQUE].to_numpy()
            self._places.append(places)
            self._visits[cube["day"][0].as_py()] = int(unique[UNIQUE].to_numpy().sum())

    def counted(self, cubes: Iterable[str]) -> Counted:
        """Give what was added, under the names of the files that hold it."""
        there = np.flatnonzero(self._events.any(axis=1))
        items = pa.DictionaryArray.from_arrays(pa.array(there, pa.int32()), self._texts)
        *of_events, of_watched = self._adds.T
        sums = [self._events[there] @ adds for adds in of_events]
        sums.append(self._watched[there] @ of_watched)
        of_items = pa.table([items, *map(pa.array, sums)], ["item_id", *SHOWN])
        return Counted(
            cubes=frozenset(cubes),
            totals=Totals(places=pa.concat_tables(self._places), items=[of_items]),
            visits=_of_days(self._visits),
            reached=pa.table([items, self._reached[there]], ["item_id", UNIQUE]))


def holding(manifest: Mapping[str, Any], counted: Sequence[Counted],
            ) -> tuple[list[Counted], Partitions]:
    """Tell which of `counted` the case still is, and which of its days none of them holds."""
    names = {p["cube"] for p in manifest["partitions"]}
    held: list[Counted] = []
    for each in reversed(counted):  # of a day decided twice the last pass holds
        if each.cubes <= names:
            held.append(each)
            names -= each.cubes
    return held, [p for p in manifest["partitions"] if p["cube"] in names]


def totals(case: Path, days: Partitions, judge: Judge, held: Sequence[Counted] = ()) -> Totals:
    """Read the cube of each of some days once, and keep what a report shows of it."""
    found = [each.totals for each in held]
    found += _each(case, days, "cube", partial(_day, weigher(judge)))
    return Totals(places=narrow(pa.concat_tables(each.places for each in found), _PLACES),
                  items=[items for each in found for items in each.items])


def _day(weigh: Weigh, file: Path) -> Totals:
    cube = _read(file, (*_PLACES, "item_id", *_MEASURES))
    return Totals(places=narrow(cube, _PLACES, threads=False), items=[item_sums(cube, weigh)])


def masks(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Add the cube up by mask alone."""
    days = _each(case, manifest["partitions"], "cube", lambda file: narrow(
        _read(file, _MEASURES), (), threads=False))
    return narrow(pa.concat_tables(days), ())


def unique_by_day(case: Path, days: Partitions, held: Sequence[Counted] = ()) -> pa.Table:
    """Add unique items up by day: day, unique_total_net."""
    sums = _each(case, days, "unique", lambda file: int(
        _read(file, (UNIQUE,))[UNIQUE].to_numpy().sum()))
    read = _of_days(dict(zip((p["day"] for p in days), sums, strict=True)))
    return pa.concat_tables([*(each.visits for each in held), read])


def _of_days(sums: Mapping[int, int]) -> pa.Table:
    return pa.table({"day": pa.array(sums, pa.int32()),
                     UNIQUE: pa.array(sums.values(), pa.int64())})


def unique_of(case: Path, days: Partitions, items: Sequence[str],
              held: Sequence[Counted] = ()) -> pa.Table:
    """Give the unique items of some items: item_id, unique_total_net; an item may have rows."""
    wanted = pa.array(items, pa.string())
    found = [of_items(each.reached, wanted) for each in held]
    found += _each(case, days, "unique", lambda file: of_items(
        _read(file, ("item_id", UNIQUE)).unify_dictionaries(), wanted))
    return pa.concat_tables(found)


def _each(case: Path, days: Partitions, name: str,
          work: Callable[[Path], Result]) -> list[Result]:
    return list(ahead((inside(case, p[name]) for p in days), work))


def _read(file: Path, columns: Sequence[str]) -> pa.Table:
    """Read some columns of a day's counts, texts in dictionaries."""
    texts = [name for name in columns if name in TEXTS]
    with pq.ParquetFile(file, read_dictionary=texts) as opened:
        return opened.read(columns=list(columns), use_threads=False)
