"""Order ledgers against the log: what each order's days had beyond the title's other days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.attribution.determination import events
from truetally.attribution.excess import (
    Excess,
    baseline,
    covered,
    excess_of,
    observed_in,
    summed,
)
from truetally.attribution.ledgers.order import Order
from truetally.attribution.sightings import spellings
from truetally.events.dates import day_text
from truetally.events.schema import DAY_MS, TERMINALS
from truetally.run.attribute_log import Log
from truetally.run.attribute_signature import Verified
from truetally.run.case import inside

MOST_LISTED = 200
_NAMED = ("item_id", "item", "video_id", "title_id")
_TOKEN = re.compile(r"[A-Za-z0-9]+")
Daily = Mapping[str, Mapping[int, int]]  # by item, by local day


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order on an item of the log, with the local days of its window."""

    order: Order
    item: str
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Events by item, terminal ("" if unknown) and local day, and all days of the case."""

    counts: Mapping[str, Mapping[str, Mapping[int, int]]]
    days: tuple[int, ...]

    def of(self, item: str, terminals: frozenset[str]) -> dict[int, int]:
        """Give an item's daily counts on some terminals; none named is all."""
        found: dict[int, int] = {}
        for terminal, days in self.counts.get(item, {}).items():
            if not terminals or terminal in terminals or not terminal:
                for day, count in days.items():
                    found[day] = found.get(day, 0) + count
        return found


def compare(log: Log, orders: Sequence[Order], items: Mapping[str, str],
            verified: Sequence[Verified]) -> dict[str, Any]:
    """Compare every order with the excess in its window, and the whole with what was attributed.

    `items` are the items of the orders' targets.
    """
    placed = [p for p in (_placed(o, items, log.offset_ms) for o in orders) if p is not None]
    days = load_days(log, {p.item for p in placed})
    by_item: dict[str, list[Placed]] = {}
    for p in placed:
        by_item.setdefault(p.item, []).append(p)
    marked = attributed_days(verified)
    lines, wholes = [], []
    for item, mine in by_item.items():
        windows = [(p.first_day, p.last_day) for p in mine]
        inside_days = covered(windows, days.days)
        every = days.of(item, frozenset())
        wholes.append(excess_of(observed_in(every, inside_days), Fraction(len(inside_days)),
                                baseline(every, inside_days, days.days)))
        lines += [_line(p, days, inside_days, marked.get(item, {}), len(mine)) for p in mine]
    lines.sort(key=lambda line: (-(line["observed"] or 0), line["id"]))
    there = {p.order.row for p in placed}
    return _results(orders, lines, [o for o in orders if o.row not in there], wholes,
                    _outside(marked, by_item))


def _line(p: Placed, days: Days, inside_days: frozenset[int], marked: Mapping[int, int],
          shared: int) -> dict[str, Any]:
    """Say of one order what was ordered and what was observed; its window alone, the baseline being
    the days that no order on the title covers."""
    counts = days.of(p.item, terminals_of(p.order.terminal))
    window = covered([(p.first_day, p.last_day)], days.days)
    found = excess_of(observed_in(counts, window), Fraction(len(window)),
                      baseline(counts, inside_days, days.days))
    order = p.order
    delivered = order.accesses if order.accesses is not None else order.done
    agrees = None if delivered is None or found.lower is None or found.upper is None else \
        found.lower <= delivered <= found.upper
    return {"id": order.id, "target": order.target, "item": p.item, "ordered": order.ordered,
            "done": order.done, "delivered": delivered, "stay_s": order.stay_s,
            "terminal": order.terminal, "spread": order.spread, "region": order.region,
            "first_day": day_text(p.first_day), "last_day": day_text(p.last_day),
            "orders_on_item": shared, "attributed": sum(marked.get(d, 0) for d in window),
            "agrees": agrees, **asdict(found)}


def _results(orders: Sequence[Order], lines: Sequence[Mapping[str, Any]],
             lost: Sequence[Order], wholes: Sequence[Excess],
             outside: tuple[int, int]) -> dict[str, Any]:
    known = [line for line in lines if line["lower"] is not None]
    stays: dict[int | None, int] = {}
    for order in orders:
        stays[order.stay_s] = stays.get(order.stay_s, 0) + 1
    return {
        "orders": len(orders), "on_log": len(lines), "titles": len(wholes),
        "stays": [{"stay_s": s, "orders": n} for s, n in sorted(
            stays.items(), key=lambda pair: (-pair[1], pair[0] or -1))],
        "ordered": sum(o.ordered or 0 for o in orders), "done": sum(o.done or 0 for o in orders),
        "delivered": sum(line["delivered"] or 0 for line in lines),
        "excess": asdict(summed(wholes)),
        "with_excess": sum(1 for line in known if line["lower"] > 0),
        "without_excess": sum(1 for line in known if line["lower"] <= 0),
        "without_baseline": len(lines) - len(known),
        "agreeing": sum(1 for line in known if line["agrees"]),
        "comparable": sum(1 for line in known if line["agrees"] is not None),
        "attributed_outside": {"events": outside[0], "items": outside[1]},
        "not_on_log": [{"id": o.id, "target": o.target} for o in lost[:MOST_LISTED]],
        "not_on_log_count": len(lost), "list": list(lines[:MOST_LISTED])}


def attributed_days(verified: Sequence[Verified]) -> dict[str, dict[int, int]]:
    """Give attributed events by item and day. Of signatures that overlap the larger count stands:
    at least so many events are attributed there."""
    found: dict[str, dict[int, int]] = {}
    for v in verified:
        cells = v.found.cells
        for day, item, count in zip(*(cells[c].to_pylist() for c in ("day", "item_id", "events")),
                                    strict=True):
            held = found.setdefault(item, {})
            held[day] = max(held.get(day, 0), count)
    return found


def _outside(marked: Daily, by_item: Mapping[str, Sequence[Placed]]) -> tuple[int, int]:
    """Count attributed events, and their items, on days that no order of the title covers."""
    count, items = 0, 0
    for item, days in marked.items():
        windows = [(p.first_day, p.last_day) for p in by_item.get(item, ())]
        rest = sum(n for d, n in days.items() if not any(a <= d <= b for a, b in windows))
        count, items = count + rest, items + bool(rest)
    return count, items


def items_of(log: Log, targets: Sequence[str], orders: Sequence[Order] = ()) -> dict[str, str]:
    """Find the item of each target: as the ledger says, by its page in the log, by its own name.

    A target whose page stands for several items is left out.
    """
    found = {o.target: value for o in orders if o.target for name, value in o.others
             if name.lower() in _NAMED and value}
    rest = sorted(set(targets) - set(found))
    if not rest:
        return found
    spelled = [(s, target) for target in rest for s in spellings(target)]
    log.engine.load("targets", pa.table({"uri": pa.array([s for s, _ in spelled], pa.string())}))
    t = events().select("item_id", uri="page_url")
    pages = t.semi_join(ibis.table({"uri": "string"}, name="targets"), "uri").distinct()
    by_page: dict[str, set[str]] = {}
    for row in log.engine.arrow(pages).to_pylist():
        by_page.setdefault(row["uri"], set()).add(row["item_id"])
    for uri, target in spelled:
        if len(by_page.get(uri, ())) == 1:
            found.setdefault(target, next(iter(by_page[uri])))
    return found | _by_name(log, [t for t in rest if t not in found])


def _by_name(log: Log, targets: Sequence[str]) -> dict[str, str]:
    """Find items whose id is a target, or stands in its path as one word."""
    words = {t: {t, *_TOKEN.findall(t.partition("//")[2])} for t in targets}
    every = sorted({w for some in words.values() for w in some})
    if not every:
        return {}
    log.engine.load("names", pa.table({"item_id": pa.array(every, pa.string())}))
    t = events().select("item_id").semi_join(
        ibis.table({"item_id": "string"}, name="names"), "item_id").distinct()
    known = set(log.engine.arrow(t)["item_id"].to_pylist())
    return {t: next(iter(words[t] & known)) for t in targets if len(words[t] & known) == 1}


def _placed(order: Order, items: Mapping[str, str], offset_ms: int) -> Placed | None:
    item = items.get(order.target or "")
    if item is None or order.start_ms is None or order.end_ms is None:
        return None
    last_ms = max(order.start_ms, order.end_ms - 1)
    return Placed(order=order, item=item, first_day=(order.start_ms + offset_ms) // DAY_MS,
                  last_day=(last_ms + offset_ms) // DAY_MS)


def terminals_of(text: str | None) -> frozenset[str]:
    """Read the terminals of an order form; none that we know is no restriction."""
    return frozenset(re.findall(r"[a-z0-9]+", (text or "").lower())) & frozenset(TERMINALS)


def load_days(log: Log, items: set[str]) -> Days:
    """Read daily counts of some items from the case's cube."""
    counts: dict[str, dict[str, dict[int, int]]] = {}
    wanted = pa.array(sorted(items), pa.string())
    for part in log.manifest["partitions"]:
        cube = pq.read_table(inside(log.case, part["cube"]),
                             columns=["item_id", "terminal", "events"])
        cube = cube.filter(pc.is_in(cube["item_id"], value_set=wanted))
        rows = cube.group_by(["item_id", "terminal"]).aggregate([("events", "sum")])
        for item, terminal, count in zip(*(rows[c].to_pylist() for c in (
                "item_id", "terminal", "events_sum")), strict=True):
            by_day = counts.setdefault(item, {}).setdefault(terminal or "", {})
            by_day[part["day"]] = by_day.get(part["day"], 0) + count
    return Days(counts=counts, days=tuple(p["day"] for p in log.manifest["partitions"]))
