"""Count events by item, period, reason mask and how they stand to terms that the cube lacks."""

import ibis
import ibis.expr.types as ir

from truetally.events.schema import ROW_BITS

# How an event stands to the terms. A term that is known to fail outweighs one that is unknown.
MEETS, NOT_PAID, TOO_SHORT, UNKNOWN = range(4)


def terms_cube(span: tuple[int, int], minimum_watch_ms: int | None, *, paid_only: bool) -> ir.Table:
    """Count the events of the items in `wanted` whose decisions are in `decisions`.

    Tables: `events` as the engine has them, `decisions` (event_id, mask, period), `wanted` (text).
    `span` are half-open UTC milliseconds around all periods: it spares the scan, the period of an
    event is what its decision says. One row an item, period, mask and standing, ordered by these.
    """
    e = ibis.table({"number": "int64", "row": "int64", "time_ms": "int64", "item_id": "string",
                    "paid": "boolean", "watched_ms": "int64"}, name="events")
    wanted = ibis.table({"text": "string"}, name="wanted")
    near = e.filter(e.time_ms >= span[0], e.time_ms < span[1])
    asked = near.semi_join(wanted, near.item_id == wanted.text)
    placed = asked.select("item_id", event_id=asked.number * (1 << ROW_BITS) + asked.row,
                          standing=_standing(asked, minimum_watch_ms, paid_only=paid_only))
    decisions = ibis.table({"event_id": "int64", "mask": "int64", "period": "int32"},
                           name="decisions")
    joined = decisions.inner_join(placed, "event_id").select(
        "item_id", "period", "mask", "standing")
    keys = ("item_id", "period", "mask", "standing")
    return joined.group_by(*keys).agg(events=joined.count()).order_by(*keys)


def _standing(t: ir.Table, minimum_watch_ms: int | None, *, paid_only: bool) -> ir.Value:
    cases: list[tuple[ir.BooleanValue, int]] = []
    if paid_only:
        cases.append((~t.paid, NOT_PAID))
    if minimum_watch_ms is not None:
        cases.append((t.watched_ms < minimum_watch_ms, TOO_SHORT))
        cases.append((t.watched_ms.isnull(), UNKNOWN))
    if paid_only:
        cases.append((t.paid.isnull(), UNKNOWN))
    return ibis.cases(*cases, else_=MEETS).cast("int32")
