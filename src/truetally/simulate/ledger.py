"""The seller's side of the story: the order ledger, and the task log of a few clients."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.simulate.columns import item_pages
from truetally.simulate.plan import Plan
from truetally.simulate.scenario import Campaign
from truetally.simulate.seeds import I64
from truetally.simulate.world import World

EXAMINED = 3  # clients of each fleet whose task logs are at hand
ORDERS = pa.schema([
    ("order_id", pa.int64()), ("url", pa.string()), ("item_id", pa.string()),
    ("ordered", pa.int64()), ("done", pa.int64()), ("second_visits", pa.int64()),
    ("accesses", pa.int64()), ("stay_ms", pa.int64()), ("terminals", pa.string()),
    ("spread", pa.string()), ("regions", pa.string()), ("start", pa.string()),
    ("end", pa.string()), ("price_fen_per_thousand", pa.int64()), ("cost_fen", pa.int64())])
TASKS = pa.schema([("client", pa.int64()), ("order_id", pa.int64()), ("url", pa.string()),
                   ("opened_ms", pa.int64()), ("stay_ms", pa.int64()), ("state", pa.string())])
_LOST_PERMILLE = 20  # of an order is never delivered, and not made good (the case, controlled buys)
_LOT = 100
_CLIENT = (1 << 32) - 1


def cost_fen(visits: I64, price_fen: int) -> I64:
    """Charge visits at a price in fen a thousand, half a fen up."""
    return (visits * price_fen * 2 + 1000) // 2000


def orders(world: World) -> pa.Table:
    """List the orders of all campaigns that have a ledger and delivered anything.

    `done` are first visits, `accesses` all page views delivered: first and second visits. `ordered`
    is what the customer paid for; what was lost on the way is not made good.
    """
    found = [_of_campaign(world, n, c) for n, c in enumerate(world.scenario.campaigns)
             if c.form.ledger]
    return pa.concat_tables([ORDERS.empty_table(), *found])


def _of_campaign(world: World, number: int, campaign: Campaign) -> pa.Table:
    flow, form = world.plan.campaigns[number], campaign.form
    units = np.zeros(len(campaign.item), dtype=np.int64)
    np.add.at(units, flow.source, flow.units)
    held = np.flatnonzero(units)
    done, item = units[held], campaign.item[held]
    first, last = campaign.first_day[held], campaign.first_day[held] + campaign.days[held] - 1
    day = _days(world.plan)
    names = world.items.names.take(pa.array(item))
    columns: dict[str, object] = {
        "order_id": campaign.order_id[held], "url": item_pages(names), "item_id": names,
        "ordered": -(-done * 1000 // ((1000 - _LOST_PERMILLE) * _LOT)) * _LOT, "done": done,
        "second_visits": form.second_visits, "accesses": world.plan.delivered(number)[held],
        "stay_ms": form.stay_ms, "terminals": "+".join(name for name, _ in form.terminals),
        "spread": form.spread, "regions": "+".join(form.regions),
        "start": day.take(pa.array(first)), "end": day.take(pa.array(last)),
        "price_fen_per_thousand": form.price_fen, "cost_fen": cost_fen(done, form.price_fen)}
    return pa.Table.from_arrays([_column(columns[f.name], f.type, len(held)) for f in ORDERS],
                                schema=ORDERS)


def _column(value: object, kind: pa.DataType, count: int) -> pa.Array:
    if isinstance(value, int | str):
        return pa.repeat(pa.scalar(value, kind), count)
    return value if isinstance(value, pa.Array) else pa.array(value, kind)


def _days(plan: Plan) -> pa.Array:
    first = date(1970, 1, 1) + timedelta(days=plan.scenario.start_day)
    return pa.array([(first + timedelta(days=d)).isoformat() for d in range(plan.scenario.days)])


def task_rows(world: World, events: pa.Table, labels: pa.Table) -> pa.Table:
    """Take the tasks of the examined clients out of one block."""
    fleets = [c.fleet.name for c in world.scenario.campaigns if c.fleet.identity == "client"]
    low = np.flatnonzero((labels.column("device").to_numpy() & _CLIENT) < EXAMINED)
    fleet = labels.column("fleet").take(pa.array(low)).cast(pa.string())
    rows = pa.array(low[pc.is_in(fleet, pa.array(fleets, pa.string())).to_numpy()])
    taken, bought = events.take(rows), labels.take(rows)
    return pa.Table.from_arrays(
        [bought.column("device"), bought.column("order_id"),
         taken.column("page_url").cast(pa.string()), taken.column("time_ms"),
         taken.column("watched_ms") if "watched_ms" in taken.column_names
         else pa.nulls(len(rows), pa.int64()),
         pa.array(["done"] * len(rows), pa.string())], schema=TASKS)
