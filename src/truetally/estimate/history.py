"""Aggregate plays by what their devices were seen to do: the one scan over events.

Cost grows with groups: (device, item) once, then (item, half, cell). `plays` holds item_id,
device_id, order_id, day, and account (the event has an account, or is paid).
"""

import ibis
import ibis.expr.types as ir

from truetally.engine.dialect import total
from truetally.engine.spec import column_types
from truetally.estimate.windows import Window

COLUMNS = ("item_id", "device_id", "order_id", "day", "account")
PAST, ELSEWHERE, ACCOUNT = (1 << n for n in range(3))
CELLS = 1 << 3


def plays(key_type: str) -> ir.Table:
    """Describe the table `plays`."""
    types = column_types(key_type)
    return ibis.table({"item_id": types["item_id"], "device_id": key_type, "order_id": "int64",
                       "day": "int32", "account": "boolean"}, name="plays")


def held(name: str, key_type: str) -> ir.Table:
    """Describe a table made of `devices`."""
    types = column_types(key_type)
    return ibis.table({"item_id": types["item_id"], "device_id": key_type, "half": "int64",
                       "plays": "int64", "cell": "int64"}, name=name)


def devices(played: ir.Table, window: Window) -> ir.Table:
    """Count each device's plays of each item in the window, with the cell of its history.

    One row a device and item: item_id, device_id, half, cell, plays. A cell says whether the device
    was seen in the lookback, on another item since the lookback began, and with an account.
    The half is the parity of the device's first row since then: the same in every run, and not in
    the hands of whoever made the rows.
    """
    start = window.first - window.lookback
    seen = played.filter((played.day >= start) & (played.day <= window.last)
                         & played.device_id.notnull())
    inside = seen.day >= window.first
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    pairs = seen.group_by("device_id", "item_id").agg(
        plays=total(inside.ifelse(one, none)), before=total(inside.ifelse(none, one)),
        account=total(seen.account.fill_null(False).ifelse(one, none)), first=seen.order_id.min())
    whole = pairs.group_by("device_id").agg(
        items=pairs.count(), before=total(pairs.before), account=total(pairs.account),
        first=pairs["first"].min())
    whole = whole.select("device_id", half=whole["first"] % 2, code=_code(whole))
    inner = pairs.filter(pairs.plays > 0).select("device_id", "item_id", "plays")
    joined = inner.inner_join(whole, "device_id")
    return joined.select("item_id", "device_id", "half", "plays", cell=joined.code)


def _code(t: ir.Table) -> ir.IntegerValue:
    none = ibis.literal(0, "int64")
    code: ir.IntegerValue = none
    for flag, bit in ((t.before > 0, PAST), (t["items"] > 1, ELSEWHERE), (t.account > 0, ACCOUNT)):
        code = code + flag.ifelse(ibis.literal(bit, "int64"), none)
    return code


def sizes(rows: ir.Table, least: int) -> ir.Table:
    """Count the plays of every item with at least `least` of them: item_id, size."""
    counted = rows.group_by("item_id").agg(size=total(rows.plays))
    return counted.filter(counted["size"] >= least)


def by_item(rows: ir.Table, chosen: ir.Table) -> ir.Table:
    """Add `devices` up by item, half and cell, for the items of `chosen` (item_id, text).

    Columns: text, half, cell, plays, squares (of the devices' plays).
    """
    joined = rows.inner_join(chosen, "item_id").select(
        text=chosen.text, half=rows.half, cell=rows.cell, plays=rows.plays)
    return joined.group_by("text", "half", "cell").agg(
        plays=total(joined.plays), squares=total(joined.plays * joined.plays))


def as_one(rows: ir.Table, chosen: ir.Table | None = None) -> ir.Table:
    """Add `devices` up by half and cell, over all items or those of `chosen`, as if they were one.

    A device's plays of several items are one observation: they are added up first.
    """
    kept = rows if chosen is None else rows.semi_join(chosen, "item_id")
    each = kept.group_by("device_id", "half", "cell").agg(plays=total(kept.plays))
    return each.group_by("half", "cell").agg(
        plays=total(each.plays), squares=total(each.plays * each.plays))
