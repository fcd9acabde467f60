"""Add up the counts that a case has stored, on an engine: millions of rows of the cube, few out.

The views `cube` and `uniques` are the files of the days asked for. `wanted` (text) names the items
where only some are asked about; `weights` says in which sums an event of each mask takes part;
`periods` (on_day, period) puts days into periods of a contract.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.counts.breakdown import Judge
from truetally.counts.cube import LEVELS
from truetally.counts.levels import SUMS, by_level
from truetally.decisions.verdict import Verdict
from truetally.engine.dialect import total

CUBE = {"day": "int32", "item_id": "string", "terminal": "string", "region": "string",
        "mask": "int64", "events": "int64", "watched_ms": "int64"}
UNIQUE = {"day": "int32", "item_id": "string", **{f"unique_{name}": "int64" for name in LEVELS}}
_MEASURES = ("events", "watched_ms")


def weights(masks: Sequence[int], judge: Judge) -> pa.Table:
    """Make the table `weights`: for every mask what one event of it adds to each of `SUMS`.

    `alike` is the first of the masks that add the same, `same` the first of those that come to the
    same verdict for the same reason.
    """
    one = pa.array([1] * len(masks), pa.int64())
    names = pa.array(masks, pa.int64())
    apart = pa.table({"place": names, "mask": names, "events": one, "watched_ms": one})
    table = by_level(apart, judge, ("place",)).rename_columns(["mask", *SUMS])
    first: dict[tuple[int, ...], int] = {}
    alike = [first.setdefault(tuple(row[name] for name in SUMS), row["mask"])
             for row in table.to_pylist()]
    of: dict[Verdict, int] = {}
    same = [of.setdefault(judge(mask), mask) for mask in table["mask"].to_pylist()]
    return table.append_column("alike", pa.array(alike, pa.int64())).append_column(
        "same", pa.array(same, pa.int64()))


def all_masks() -> ir.Table:
    """Select the distinct masks of the cube, in order."""
    return _cube(of_items=False).select("mask").distinct().order_by("mask")


def narrowed(columns: Sequence[str], *, of_items: bool = False) -> ir.Table:
    """Add the cube up over all keys but some and the mask: events, watched_ms. Ordered by them."""
    t = _cube(of_items=of_items)
    keys = (*columns, "mask")
    return t.group_by(*keys).agg(
        **{name: total(t[name]) for name in _MEASURES}).order_by(*keys)


def levels(columns: Sequence[str], *, of_items: bool = False) -> ir.Table:
    """Add the cube up by some of its keys at every level at once: what `levels.by_level` gives.

    Masks alike in all sums are brought together first, so that the many sums meet few rows.
    """
    t = _cube(of_items=of_items).select(*columns, *_MEASURES, "mask")
    weight = ibis.table(dict.fromkeys(("mask", "alike", *SUMS), "int64"), name="weights")
    joined = t.inner_join(weight.select("mask", "alike"), "mask")
    few = joined.group_by(*columns, "alike").agg(
        **{name: total(joined[name]) for name in _MEASURES})
    of = few.inner_join(weight.rename({f"of_{name}": name for name in SUMS}).drop("alike"),
                        few.alike == weight.mask)
    sums = {name: total(of["watched_ms" if name.startswith("watched") else "events"]
                        * of[f"of_{name}"]).fill_null(0) for name in SUMS}
    return of.group_by(*columns).agg(**sums).order_by(*columns) if columns else of.agg(**sums)


def items() -> ir.Table:
    """Select the distinct items of the cube, in order."""
    return _cube(of_items=False).select("item_id").distinct().order_by("item_id")


def by_period(*, of_items: bool = False) -> ir.Table:
    """Count events by item, period and mask, masks of one verdict brought together (`weights`)."""
    t = _cube(of_items=of_items)
    periods = ibis.table({"on_day": "int32", "period": "int32"}, name="periods")
    weight = ibis.table({"mask": "int64", "same": "int64"}, name="weights")
    dated = t.inner_join(periods, t.day == periods.on_day).select(
        "item_id", "period", "mask", "events")
    keys = ("item_id", "period", "same")
    joined = dated.inner_join(weight, "mask")
    return joined.group_by(*keys).agg(events=total(joined.events)).order_by(*keys).rename(
        mask="same")


def uniques(columns: Sequence[str], *, of_items: bool = False) -> ir.Table:
    """Add unique items up by day, item or both: sessions that reached an item."""
    t = _of(ibis.table(UNIQUE, name="uniques"), of_items=of_items)
    return t.group_by(*columns).agg(
        **{f"unique_{name}": total(t[f"unique_{name}"]) for name in LEVELS}).order_by(*columns)


def _cube(*, of_items: bool) -> ir.Table:
    return _of(ibis.table(CUBE, name="cube"), of_items=of_items)


def _of(t: ir.Table, *, of_items: bool) -> ir.Table:
    """Keep the items in `wanted`."""
    if not of_items:
        return t
    wanted = ibis.table({"text": "string"}, name="wanted")
    return t.semi_join(wanted, t.item_id == wanted.text)
