"""The two tables that every count is added up from: the cube of masks, and unique items.

Engines put millions of rows in order by an item's place among all texts, not by its text. The table
`item_places` (key, place) holds the places; `with_texts` puts texts there once rows are in order.
"""

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.engine.dialect import count_where, total
from truetally.engine.spec import column_types

CUBE_KEYS = ("day", "item_id", "terminal", "region", "mask")
LEVELS = ("gross", "net", "total_net")


def _decided(key_type: str) -> ir.Table:
    types = column_types(key_type)
    names = ("day", "item_id", "terminal", "region", "visit", "watched_ms", "mask")
    return ibis.table({c: types[c] for c in names}, name="decided")


def cube(key_type: str) -> ir.Table:
    """Count events and add up watch time by day, item, terminal, region and reason mask.

    One row a combination, ordered by its keys; the item is its place.
    """
    t = _decided(key_type)
    counted = t.group_by(*CUBE_KEYS).agg(
        events=t.count(), watched_ms=total(t.watched_ms).fill_null(0))
    return _placed(counted, key_type).order_by("day", "place", *CUBE_KEYS[2:])


def unique_items(key_type: str) -> ir.Table:
    """Count sessions that reached an item, by day and item: COUNTER R5.1 unique item.

    Where there is no session id a session is identity + date + hour. The table `masks`
    (mask, level) says in how many of `LEVELS`, each within the one before, a mask still counts.
    One row a day and item, ordered by them; the item is its place.
    """
    t = _decided(key_type).select("day", "item_id", "visit", "mask")
    masks = ibis.table({"mask": "int64", "level": "int64"}, name="masks")
    joined = t.filter(t.visit.notnull()).join(masks, "mask")
    once = joined.group_by("day", "item_id", "visit").agg(level=joined.level.max())
    counted = once.group_by("day", "item_id").agg(
        **{f"unique_{name}": count_where(once.level > place)
           for place, name in enumerate(LEVELS)})
    return _placed(counted, key_type).order_by("day", "place")


def items_in_order(key_type: str) -> ir.Table:
    """Select the key and text of every item, in the order of texts."""
    items = ibis.table({"key": column_types(key_type)["item_id"], "text": "string"},
                       name="dict_item_id")
    return items.filter(items.text.notnull()).select("key", "text").order_by("text")


def places(items: pa.Table) -> pa.Table:
    """Number items (key, text) that are in order: the table `item_places`."""
    return pa.table({"key": items["key"], "place": pa.array(range(items.num_rows), pa.int32())})


def with_texts(rows: pa.Table, items: pa.Table) -> pa.Table:
    """Put the texts of items (key, text), which are in order, where rows have places."""
    at = rows.schema.get_field_index("place")
    return rows.set_column(at, "item_id", items["text"].take(rows["place"]))


def _placed(t: ir.Table, key_type: str) -> ir.Table:
    items = ibis.table({"key": column_types(key_type)["item_id"], "place": "int32"},
                       name="item_places")
    joined = t.inner_join(items, t.item_id == items.key)
    return joined.select(*[items.place if c == "item_id" else joined[c] for c in t.columns])
