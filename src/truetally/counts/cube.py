"""The two tables that every count is added up from: the cube of masks, and unique items.

Both have an item's place among all texts where its text will be: see `engine.places`.
"""

import ibis
import ibis.expr.types as ir

from truetally.engine.dialect import count_where, total
from truetally.engine.places import placed
from truetally.engine.spec import column_types

PLACES = "item_places"  # the table (key, place) of items

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
    return _placed(counted, key_type).order_by(*CUBE_KEYS)


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
    return _placed(counted, key_type).order_by("day", "item_id")


def _placed(t: ir.Table, key_type: str) -> ir.Table:
    return placed(t, {"item_id": PLACES}, column_types(key_type))
