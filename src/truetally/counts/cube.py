"""The two tables that every count is added up from: the cube of masks, and unique items.

They are counted a day at a time, from the day's decided events in memory: whole numbers are put in
order, and what stands together makes a row. An item is its place among all texts, a number, where
its text will be: see `engine.places`.
"""

from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.counts.items import coded
from truetally.engine.order import Whole, order_of
from truetally.engine.places import place_table, placed
from truetally.engine.spec import column_types

PLACES = place_table("dict_item_id")

CUBE_KEYS = ("day", "item_id", "terminal", "region", "mask")
LEVELS = ("gross", "net", "total_net")
LEVEL_BITS: Final = len(LEVELS).bit_length()
MOST: Final = 1 << 62  # what codes are below, so that they fit int64


def ordered(name: str, key_type: str, columns: Sequence[str],
            days: Sequence[int] | None = None) -> ir.Table:
    """Select some columns of the facts `name` beside day and order_id, in the order of these.

    `columns` have the item, which becomes its place. With `days`, only of these.
    """
    types = column_types(key_type)
    t = ibis.table({c: types[c] for c in ("day", "order_id", *columns)}, name=name)
    if days is not None:
        t = t.filter(t.day.isin(list(days)))
    return placed(t, {"item_id": PLACES}, types).order_by("day", "order_id")


def cube(rows: pa.Table, mask: Whole) -> pa.Table:
    """Count events and add up watch time by `CUBE_KEYS`, in the order of these.

    Of one day's `rows`, in any order: day, item_id (place), terminal, region, mask and watched_ms;
    `mask` are the places of their masks among all, in order. Unknown texts are last and come back
    as unknown; the known are codes of one dictionary. Unknown watch time adds nothing.
    """
    terminal, region = (_in_order(rows[name]) for name in ("terminal", "region"))
    code = combined(rows["item_id"].to_numpy(), _places(terminal), _places(region), mask)
    order = order_of(code)
    first = _firsts(code[order])
    one = pa.array(order[first])
    watched = pc.fill_null(rows["watched_ms"], 0).to_numpy()
    return pa.table({
        "day": rows["day"].take(one), "item_id": rows["item_id"].take(one),
        "terminal": terminal.take(one), "region": region.take(one), "mask": rows["mask"].take(one),
        "events": np.diff(first, append=len(order)), "watched_ms": sums(watched[order], first)})


def unique_items(rows: pa.Table, level: Whole) -> pa.Table:
    """Count sessions that reached an item: COUNTER R5.1 unique item.

    Where there is no session id a session is identity + date + hour. Of one day's `rows`, in any
    order: day, item_id (place) and visit; `level` says of each in how many of `LEVELS`, each within
    the one before, it still counts. One row an item, in their order; the item is its place.
    """
    if rows["visit"].null_count:
        there = rows["visit"].is_valid()
        rows, level = rows.filter(there), level[there.to_numpy()]
    visit = numbered(rows["visit"])
    bits = int(visit.max(initial=0)).bit_length()
    # Of places there are 2^31 at most, and of the sessions of a day in memory fewer than 2^29.
    code = rows["item_id"].to_numpy().astype(np.int64) << bits | visit
    code = code << LEVEL_BITS | (len(LEVELS) - level)
    code.sort()
    best = code[_firsts(code >> LEVEL_BITS)]  # of each session what missed least
    item, reached = best >> bits + LEVEL_BITS, len(LEVELS) - (best & (1 << LEVEL_BITS) - 1)
    first = _firsts(item)
    counted = {f"unique_{name}": sums((reached > place).astype(np.int64), first)
               for place, name in enumerate(LEVELS)}
    return pa.table({"day": rows["day"].slice(0, 1).take(pa.array(np.zeros_like(first))),
                     "item_id": pa.array(item[first], pa.int32()), **counted})


def numbered(column: pa.ChunkedArray) -> Whole:
    """Give equal keys equal numbers, from 0: keys are whole numbers or texts, none unknown."""
    if not pa.types.is_integer(column.type):
        whole = column.cast(pa.large_string()).combine_chunks()  # texts of a day can pass 2 GiB
        texts: Whole = whole.dictionary_encode().indices.to_numpy()
        return texts.astype(np.int64)
    keys = column.to_numpy()
    order = order_of(keys)  # faster than a table of hashes
    ordered = keys[order]
    found = np.zeros(len(keys), dtype=np.int64)
    found[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return found


def _in_order(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Give texts as codes of one dictionary that is in their order."""
    whole = coded(column)
    order = pc.sort_indices(whole.dictionary)
    place = pc.sort_indices(order).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(place.take(whole.indices), whole.dictionary.take(order))


def _places(texts: pa.DictionaryArray) -> Whole:
    """Number texts by their place, unknown ones after all others."""
    found: Whole = pc.fill_null(texts.indices, len(texts.dictionary)).to_numpy()
    return found


def combined(*columns: Whole) -> Whole:
    """Make one number of several that are at least 0, in the order of the first, then others."""
    code, size = columns[0].astype(np.int64), int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 1
        if size * width > MOST:  # then only those that are there are numbered
            there, code = np.unique(code, return_inverse=True)
            size = len(there)
        code = code * width + column
        size *= width
    return code


def _firsts(ordered: Whole) -> Whole:
    """Find where in sorted numbers each begins."""
    return np.flatnonzero(np.diff(ordered, prepend=-1))


def sums(values: Whole, first: Whole) -> Whole:
    """Add up from each place to the next."""
    return np.add.reduceat(values, first) if len(first) else np.zeros(0, dtype=np.int64)
