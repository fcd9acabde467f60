"""Add a case's counts up file by file, on both cores: of each day only sums stay in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge, narrow
from truetally.counts.items import Weigh, item_sums, of_items, weigher
from truetally.counts.recount import TEXTS
from truetally.events.ahead import ahead
from truetally.run.case import inside

Result = TypeVar("Result")
_MEASURES = ("mask", "events", "watched_ms")
_PLACES = ("day", "terminal", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of a case: of all items together as a cube without them, and of each item a day."""

    places: pa.Table
    items: Sequence[pa.Table]


def totals(case: Path, manifest: Mapping[str, Any], judge: Judge) -> Totals:
    """Read each day's cube once, and keep what a report shows of it."""
    days = _each(case, manifest, "cube", partial(_day, weigher(judge)))
    return Totals(places=narrow(pa.concat_tables(places for places, _ in days), _PLACES),
                  items=[items for _, items in days])


def _day(weigh: Weigh, file: Path) -> tuple[pa.Table, pa.Table]:
    cube = _read(file, (*_PLACES, "item_id", *_MEASURES))
    return narrow(cube, _PLACES, threads=False), item_sums(cube, weigh)


def masks(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Add the cube up by mask alone."""
    days = _each(case, manifest, "cube", lambda file: narrow(
        _read(file, _MEASURES), (), threads=False))
    return narrow(pa.concat_tables(days), ())


def unique_by_day(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Add unique items up by day: day, unique_total_net."""
    days = _each(case, manifest, "unique", lambda file: int(np.sum(
        _read(file, ("unique_total_net",))["unique_total_net"].to_numpy())))
    return pa.table({"day": pa.array([p["day"] for p in manifest["partitions"]], pa.int32()),
                     "unique_total_net": pa.array(days, pa.int64())})


def unique_of(case: Path, manifest: Mapping[str, Any], items: Sequence[str]) -> pa.Table:
    """Read the unique items of some items: item_id, unique_total_net."""
    wanted = pa.array(items, pa.string())
    return pa.concat_tables(_each(case, manifest, "unique", lambda file: of_items(
        _read(file, ("item_id", "unique_total_net")).unify_dictionaries(), wanted)))


def _each(case: Path, manifest: Mapping[str, Any], name: str,
          work: Callable[[Path], Result]) -> list[Result]:
    return list(ahead((inside(case, p[name]) for p in manifest["partitions"]), work))


def _read(file: Path, columns: Sequence[str]) -> pa.Table:
    """Read some columns of a day's counts, texts in dictionaries."""
    texts = [name for name in columns if name in TEXTS]
    with pq.ParquetFile(file, read_dictionary=texts) as opened:
        return opened.read(columns=list(columns), use_threads=False)
