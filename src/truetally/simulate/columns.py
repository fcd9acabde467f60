"""Turn drawn rows into the canonical columns and their labels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.schema import EVENT, TERMINALS
from truetally.simulate.coding import by_time, coded, indexed, numbered
from truetally.simulate.items import MOST_PARTS
from truetally.simulate.rows import Ints, Rows
from truetally.simulate.text import address_text, hex_text
from truetally.simulate.world import World

VIDEO = ("time_ms", "kind", "item_id", "part_id", "account_id", "session_id", "cookie_id",
         "device_id", "ip", "user_agent", "plugins", "referrer", "page_url", "terminal", "region",
         "watched_ms", "length_ms", "visible_permille", "interacted", "method", "status",
         "bytes_sent", "prefetch", "paid", "value_action", "screen", "language")
CLICK = ("time_ms", "kind", "item_id", "session_id", "cookie_id", "device_id", "ip", "user_agent",
         "plugins", "referrer", "page_url", "terminal", "region", "visible_permille", "interacted",
         "method", "status", "value_action", "placement_w", "placement_h", "screen", "language")
LOGS: Mapping[str, tuple[str, ...]] = {"video": VIDEO, "click": CLICK}
LABELS = pa.schema([("label", pa.string()), ("flow", pa.string()), ("fleet", pa.string()),
                    ("order_id", pa.int64()), ("device", pa.int64()), ("kept", pa.bool_())])
_SITES = ("www.video.example", "m.video.example")
_H5 = TERMINALS.index("h5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One block in the order of time: the log's columns, and the labels row by row."""

    events: pa.Table
    labels: pa.Table


def to_tables(world: World, rows: Rows) -> Drawn:
    """Sort rows by time and write them as Arrow tables."""
    order = by_time(rows.event["time_ms"])
    visit = rows.event["visit"][order]
    names = LOGS[world.scenario.log]
    columns = {name: _MAKERS[name](world, rows, order, visit) for name in names}
    schema = pa.schema([(name, columns[name].type) for name in names])
    return Drawn(events=pa.Table.from_arrays(list(columns.values()), schema=schema),
                   labels=_labels(world, rows, order, visit))


def plain(table: pa.Table) -> pa.Table:
    """Return the table with its columns' types as in the contract, without dictionaries."""
    return table.cast(pa.schema([(name, EVENT[name]) for name in table.column_names]))


def _labels(world: World, rows: Rows, order: Ints, visit: Ints) -> pa.Table:
    scenario = world.scenario
    flows = [c.name for c in scenario.crowds] + [c.fleet.name for c in scenario.campaigns]
    honest = len(scenario.crowds)
    flow = rows.visit["flow"][visit]
    bought = rows.visit["order"][visit]
    kept = rows.event["kept"][order]
    return pa.Table.from_arrays([
        coded((flow >= honest).astype(np.int32), pa.array(["honest", "fake"])),
        _named(flow, flows), _named(np.where(flow >= honest, flow, -1), flows),
        pa.array(bought.astype(np.int64), mask=bought < 0),
        pa.array(rows.visit["truth"][visit].astype(np.int64)),
        pa.array(kept == 1, mask=kept < 0)], names=LABELS.names)


def _named(codes: Ints, names: Sequence[str]) -> pa.DictionaryArray:
    distinct = list(dict.fromkeys(names))
    number = np.array([distinct.index(n) for n in names], dtype=np.int32)
    return coded(np.where(codes < 0, -1, number[codes]), pa.array(distinct))


def _identity(name: str) -> "Maker":
    def make(_: World, rows: Rows, __: Ints, visit: Ints) -> pa.DictionaryArray:
        codes, distinct = numbered(rows.visit[name], rows.visit[name] == 0)
        return indexed(codes[visit], hex_text(distinct.astype(np.uint64)))
    return make


def _ip(_: World, rows: Rows, __: Ints, visit: Ints) -> pa.DictionaryArray:
    codes, distinct = numbered(rows.visit["ip"])
    return indexed(codes[visit], address_text(distinct.astype(np.int64)))


def _of_visit(name: str, texts: Callable[[World], pa.Array]) -> "Maker":
    def make(world: World, rows: Rows, _: Ints, visit: Ints) -> pa.DictionaryArray:
        return coded(rows.visit[name][visit], texts(world))
    return make


def _of_event(name: str, texts: Callable[[World], pa.Array]) -> "Maker":
    def make(world: World, rows: Rows, order: Ints, _: Ints) -> pa.DictionaryArray:
        return coded(rows.event[name][order], texts(world))
    return make


def _number(name: str, least: int = 0) -> "Maker":
    def make(_: World, rows: Rows, order: Ints, __: Ints) -> pa.Array:
        values = rows.event[name][order].astype(np.int64)
        unknown = values < least
        return pa.array(values, mask=unknown if unknown.any() else None)
    return make


def _flag(name: str) -> "Maker":
    def make(_: World, rows: Rows, order: Ints, __: Ints) -> pa.Array:
        values = rows.event[name][order]
        unknown = values < 0
        return pa.array(values > 0, mask=unknown if unknown.any() else None)
    return make


def _constant(text: Callable[[World], str]) -> "Maker":
    def make(world: World, _: Rows, order: Ints, __: Ints) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(order), dtype=np.int32)),
                                              pa.array([text(world)]))
    return make


def _page(world: World, rows: Rows, order: Ints, visit: Ints) -> pa.DictionaryArray:
    """Item pages by item, part and site; the pages of others for embedded players."""
    page = rows.event["page"][order].astype(np.int64)
    h5 = rows.visit["terminal"][visit] == _H5
    own = (rows.event["item"][order] * MOST_PARTS + rows.event["part"][order]) * 2 + h5
    codes, distinct = numbered(np.where(page == 0, own, page), page == -1)
    items = pa.array(distinct >= 0)
    others = pa.array(world.referrers).take(
        pa.array(np.where(distinct < -1, world.embeds[0] - 2 - distinct, 0)))
    own_pages = _item_pages(world, np.maximum(distinct, 0))
    return indexed(codes, pc.if_else(items, own_pages, others))


def _item_pages(world: World, keys: Ints) -> pa.Array:
    name = world.items.names.take(pa.array(keys // 2 // MOST_PARTS))
    site = pa.array([f"http://{s}/v_" for s in _SITES]).take(pa.array(keys % 2))
    return pc.binary_join_element_wise(
        site, name, _PART_PAGES.take(pa.array(keys // 2 % MOST_PARTS)), "")


def item_pages(names: pa.Array) -> pa.Array:
    """Return the page of each item's first part: what an order form is given."""
    return pc.binary_join_element_wise(f"http://{_SITES[0]}/v_", names, _PART_PAGES[0], "")


def _placement(side: int) -> "Maker":
    def make(world: World, rows: Rows, order: Ints, _: Ints) -> pa.Array:
        sizes = np.array([int(p.split("x")[side]) for p in world.placements], dtype=np.int64)
        return pa.array(sizes[rows.event["placement"][order]])
    return make


Maker = Callable[[World, Rows, Ints, Ints], pa.Array]
_PART_PAGES = pa.array([f"_{n + 1}.html" for n in range(MOST_PARTS)])
_PARTS = pa.array([f"p{n + 1}" for n in range(MOST_PARTS)])
_MAKERS: Mapping[str, Maker] = {
    "time_ms": _number("time_ms"), "kind": _constant(lambda w: w.scenario.kind),
    "item_id": _of_event("item", lambda w: w.items.names),
    "part_id": _of_event("part", lambda _: _PARTS),
    "account_id": _identity("account"), "session_id": _identity("session"),
    "cookie_id": _identity("cookie"), "device_id": _identity("device"), "ip": _ip,
    "user_agent": _of_visit("ua", lambda w: pa.array(w.people.browsers.agents)),
    "plugins": _of_visit("plugins", lambda w: pa.array(w.people.browsers.plugins)),
    "referrer": _of_event("referrer", lambda w: pa.array(w.referrers)), "page_url": _page,
    "terminal": _of_visit("terminal", lambda _: pa.array(TERMINALS)),
    "region": _of_visit("region", lambda w: pa.array(w.people.regions)),
    "watched_ms": _number("watched"), "length_ms": _number("length"),
    "visible_permille": _number("visible"), "interacted": _flag("interacted"),
    "method": _constant(lambda _: "GET"), "status": _number("status"),
    "bytes_sent": _number("bytes"), "prefetch": _flag("prefetch"), "paid": _flag("paid"),
    "value_action": _of_event("value", lambda w: pa.array(list(
        w.scenario.audience["value"]["shares"]))),
    "placement_w": _placement(0), "placement_h": _placement(1),
    "screen": _of_visit("screen", lambda w: pa.array(w.people.screens)),
    "language": _of_visit("language", lambda w: pa.array(w.people.languages)),
}
