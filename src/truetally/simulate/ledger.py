"""The seller's side of the story: the order ledger, and the task log of a few clients."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.simulate.columns import item_page
from truetally.simulate.plan import Plan
from truetally.simulate.scenario import Campaign
from truetally.simulate.world import World

EXAMINED = 3  # clients of each fleet whose task logs are at hand
ORDER_COLUMNS = ("order_id", "url", "item_id", "ordered", "done", "second_visits", "accesses",
                 "stay_ms", "terminals", "spread", "regions", "start", "end",
                 "price_fen_per_thousand", "cost_fen")
TASKS = pa.schema([("client", pa.int64()), ("order_id", pa.int64()), ("url", pa.string()),
                   ("opened_ms", pa.int64()), ("stay_ms", pa.int64()), ("state", pa.string())])
_LOST_PERMILLE = 20  # of an order is never delivered, and not made good (the case, controlled buys)
_LOT = 100
_CLIENT = (1 << 32) - 1


def cost_fen(visits: int, price_fen: int) -> int:
    """Charge visits at a price in fen a thousand, half a fen up."""
    return (visits * price_fen * 2 + 1000) // 2000


def order_rows(world: World) -> list[tuple[object, ...]]:
    """List the orders of all campaigns that have a ledger and delivered anything.

    `done` are first visits, `accesses` all page views delivered: first and second visits.
    """
    rows: list[tuple[object, ...]] = []
    for number, campaign in enumerate(world.scenario.campaigns):
        if campaign.form.ledger:
            rows += _of_campaign(world, world.plan, number, campaign)
    return rows


def _of_campaign(world: World, plan: Plan, number: int,
                 campaign: Campaign) -> list[tuple[object, ...]]:
    flow, form = plan.campaigns[number], campaign.form
    done = np.zeros(len(campaign.item), dtype=np.int64)
    np.add.at(done, flow.source, flow.units)
    accesses = plan.delivered(number)
    names = world.items.names.take(pa.array(campaign.item)).to_pylist()
    terminals = "+".join(name for name, _ in form.terminals)
    rows: list[tuple[object, ...]] = []
    for i in np.flatnonzero(done).tolist():
        visits = int(done[i])
        ordered = -(-visits * 1000 // ((1000 - _LOST_PERMILLE) * _LOT)) * _LOT
        first = int(campaign.first_day[i])
        rows.append((int(campaign.order_id[i]), item_page(names[i]), names[i], ordered, visits,
                     form.second_visits, int(accesses[i]), form.stay_ms, terminals, form.spread,
                     "+".join(form.regions), _day(plan, first),
                     _day(plan, first + int(campaign.days[i]) - 1), form.price_fen,
                     cost_fen(visits, form.price_fen)))
    return rows


def _day(plan: Plan, day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=plan.scenario.start_day + day)).isoformat()


def task_rows(world: World, events: pa.Table, labels: pa.Table) -> pa.Table:
    """Take the tasks of the examined clients out of one block."""
    fleets = [c.fleet.name for c in world.scenario.campaigns if c.fleet.identity == "client"]
    fleet = labels.column("fleet").cast(pa.string())
    low = pc.bit_wise_and(labels.column("device"), _CLIENT)
    mine = pc.and_(pc.is_in(fleet, pa.array(fleets, pa.string())), pc.less(low, EXAMINED))
    rows = pa.array(np.flatnonzero(mine.to_numpy()))
    taken, bought = events.take(rows), labels.take(rows)
    return pa.Table.from_arrays(
        [bought.column("device"), bought.column("order_id"),
         taken.column("page_url").cast(pa.string()), taken.column("time_ms"),
         taken.column("watched_ms") if "watched_ms" in taken.column_names
         else pa.nulls(len(rows), pa.int64()),
         pa.array(["done"] * len(rows), pa.string())], schema=TASKS)
