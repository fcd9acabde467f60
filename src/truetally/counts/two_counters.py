"""The one scan that two counters need where their days or their repeat rules differ."""

from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from truetally.criterion import Run
from truetally.decisions.runs import neighbours
from truetally.engine.spec import column_types, table
from truetally.events.schema import DAY_MS

_FARTHEST = 2  # days: no two offsets are farther apart than 28 hours


def their_day(t: ir.Table, their_offset_ms: int) -> ir.IntegerValue:
    """Give the other counter's day of an event, by comparisons alone (ADR 0003: no division).

    From our day, one is added for every midnight of theirs that the event has passed.
    """
    start = t.day.cast("int64") * DAY_MS
    clock = t.time_ms + ibis.literal(their_offset_ms, "int64")
    passed = [(clock >= start + k * DAY_MS).ifelse(1, 0).cast("int32")
              for k in range(1 - _FARTHEST, _FARTHEST + 1)]
    return t.day - _FARTHEST + reduce(add, passed)


def repeats(key_type: str, shape: Run, window_ms: int, keep: str) -> ir.Table:
    """Select (order_id) of the events that the other counter drops as repeats.

    Of the table `seen`: what it would count but for repeats. Chained, as COUNTER R5.1 says; the
    last or the first of a chain is kept.
    """
    columns = ("order_id", "time_ms", *shape.keys)
    t = table("seen", tuple(dict.fromkeys(columns)), key_type)
    known = t.filter([t[c].notnull() for c in shape.required])
    ordered = neighbours(known, shape)
    gap = (ordered.next_ms - ordered.time_ms if keep == "last"
           else ordered.time_ms - ordered.previous_ms)
    return ordered.filter((gap <= window_ms).fill_null(False)).select("order_id")


def bundles(key_type: str, their_offset_ms: int, *, by_item: bool) -> ir.Table:
    """Count events of the table `placed` by our day, their day, reason mask and repeat.

    `by_item` adds the item as text. The table `repeated` (order_id) holds the repeats.
    """
    types = column_types(key_type)
    t = ibis.table({"order_id": "int64", "day": "int32", "time_ms": "int64", "mask": "int64",
                    "item_id": types["item_id"]}, name="placed")
    again = ibis.table({"order_id": "int64"}, name="repeated").mutate(repeat=ibis.literal(True))
    joined = t.left_join(again, "order_id")
    whole = joined.select(*[joined[c] for c in t.columns],
                          repeat=again.repeat.fill_null(False))
    dated = whole.mutate(their_day=their_day(whole, their_offset_ms))
    keys = ["day", "their_day", "mask", "repeat", *(["item_id"] if by_item else [])]
    counted = dated.group_by(*keys).agg(events=dated.count())
    if not by_item:
        return counted.order_by(*keys)
    names = ibis.table({"key": types["item_id"], "text": "string"}, name="dict_item_id")
    named = counted.inner_join(names, counted.item_id == names.key)
    return named.select(*[names.text.name("item_id") if c == "item_id" else counted[c]
                          for c in counted.columns]).order_by(*keys)
