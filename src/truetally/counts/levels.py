"""Add the cube up at every level at once, in Arrow: counts and watch time before and after."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from truetally.counts.breakdown import Judge, narrow
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.verdict import Verdict

SUMS = ("events", "gross", "net", "total_net", "undetermined", "suspect", "signed",
        "watched_gross_ms", "watched_ms")
_OUT = {"events": (), "gross": ("not_counted",), "net": ("not_counted", "givt"),
        "total_net": ("not_counted", "givt", "sivt")}


def by_level(cube: pa.Table, judge: Judge, columns: Sequence[str]) -> pa.Table:
    """Add a cube up by some of its keys, ordered by them.

    One row a combination with `SUMS`: events decided, then counts at each level (MRC); undetermined
    and suspect, which are parts of total net; gross events with the policy's minimum signals; watch
    time claimed by the gross events and by the total net. Whole numbers only.
    """
    cube = narrow(cube, tuple(columns))
    masks = [int(mask) for mask in pc.unique(cube["mask"]).to_pylist()]
    place = pc.index_in(cube["mask"], value_set=pa.array(masks, pa.int64()))
    arrays = [cube[c] for c in columns]
    for name in SUMS:
        weights = pa.array([weight(name, judge(m), m) for m in masks], pa.int64())
        measure = cube["watched_ms" if name.startswith("watched") else "events"]
        arrays.append(pc.multiply(measure, pc.take(weights, place)))
    table = pa.table(arrays, names=[*columns, *SUMS])
    summed = table.group_by(list(columns)).aggregate([(name, "sum") for name in SUMS])
    named = summed.rename_columns([*columns, *SUMS])
    return named.sort_by([(c, "ascending") for c in columns]) if columns else named


def weight(name: str, verdict: Verdict, mask: int) -> int:
    """Say whether an event of this verdict belongs to a sum (1) or not (0)."""
    if name == "signed":
        return int(verdict.verdict != "not_counted" and not mask >> UNSIGNED_BIT & 1)
    if name == "undetermined":
        return int(verdict.verdict == "undetermined")
    if name == "suspect":
        return int(verdict.suspect)
    level = {"watched_gross_ms": "gross", "watched_ms": "total_net"}.get(name, name)
    return int(verdict.verdict not in _OUT[level])


def between(table: pa.Table, first: int | None, last: int | None) -> pa.Table:
    """Keep the local days from `first` to `last`, both inclusive; None leaves that end open."""
    kept = table
    if first is not None:
        kept = kept.filter(pc.greater_equal(kept["day"], first))
    if last is not None:
        kept = kept.filter(pc.less_equal(kept["day"], last))
    return kept
