"""Fake visits: a fleet carries out the orders of a campaign. It writes records and nothing else."""

import zlib
from dataclasses import dataclass
from math import gcd

import numpy as np

from truetally.events.schema import TERMINALS
from truetally.simulate.devices import data_centre, look, residential
from truetally.simulate.plan import Block, Flow
from truetally.simulate.population import FRESH, STEP
from truetally.simulate.rows import VISIT, Ints, Rows
from truetally.simulate.scenario import Campaign
from truetally.simulate.seeds import I64, U64, below, bits, generator, hashed_words, mix
from truetally.simulate.tables import DAY_MS, along, slots
from truetally.simulate.tasks import stay_on
from truetally.simulate.world import World

_NAMES, _NAME_SHIFT = 0xFF, 32  # one software has one set of clients, whatever the campaign
_LIST = 48  # user agents in the seller's list, for each terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The visits of one campaign in one block: order (index), item, day, and how many plays."""

    order: I64
    item: I64
    day: I64
    plays: I64
    draws: U64


def fleet_rows(world: World, number: int, block: Block) -> Rows | None:
    """Draw the visits campaign `number` delivers in one block; null if none."""
    campaign, flow = world.scenario.campaigns[number], world.plan.campaigns[number]
    stream = len(world.scenario.crowds) + number + 1
    source = generator(world.seed, stream, block.number)
    visits = _visits(campaign, flow, block, source)
    if visits is None:
        return None
    device, client = _devices(world, number, source, visits)
    looks = look(world.people, device, world.scenario.start_day + visits.day, visits.draws)
    looks |= _disguise(world, campaign, source, visits, device, client, looks)
    if campaign.fleet.identity != "people":
        looks["truth"] = client
    looks["flow"] = np.full(len(device), len(world.scenario.crowds) + number)
    looks["order"] = campaign.order_id[visits.order]
    start = _starts(world, campaign, source, block, visits)
    event = stay_on(world, campaign, source, visits.item, visits.plays, looks, start)
    return Rows(visit={name: looks[name] for name in VISIT}, event=event)


def _visits(campaign: Campaign, flow: Flow, block: Block,
            source: np.random.Generator) -> Visits | None:
    """Take the block's share of each day's visits, mixed over the orders of that day.

    Visit v of a day is place ``(v * step) mod n`` of the day's orders laid end to end, with a step
    that has no factor in common with n: each place comes once, whatever the blocks.
    """
    cells, places, days = [], [], []
    for day in range(block.first_day, block.last_day + 1):
        held = flow.of_day(day)
        ends = np.cumsum(flow.units[held])
        n = int(ends[-1]) if len(ends) else 0
        low, high = n * block.part // block.parts, n * (block.part + 1) // block.parts
        place = np.arange(low, high, dtype=np.int64) * _step(n) % max(n, 1)
        cell = np.searchsorted(ends, place, side="right")
        cells.append(cell + held.start)
        places.append(ends[cell] - 1 - place if n else place)
        days.append(np.full(high - low, day, dtype=np.int64))
    cell, rest = np.concatenate(cells), np.concatenate(places)
    if not len(cell):
        return None
    most = campaign.form.second_visits + 1
    short = flow.events[cell] - (flow.units[cell] - 1) * most
    order = flow.source[cell]
    return Visits(order=order, item=campaign.item[order], day=np.concatenate(days),
                  plays=np.where(rest == 0, short, most), draws=bits(source, len(cell)))


def _step(n: int) -> int:
    step = max(1, n * 618 // 1000)
    while gcd(step, max(n, 1)) != 1:
        step += 1
    return step


def _devices(world: World, number: int, source: np.random.Generator,
             visits: Visits) -> tuple[I64, I64]:
    """Choose the device behind each visit, and the client that carries it out."""
    campaign = world.scenario.campaigns[number]
    fleet, people = campaign.fleet, world.people
    kind = _kinds(world, campaign, bits(source, len(visits.draws)))
    total = int(world.plan.campaigns[number].units.sum())
    draws = bits(source, len(visits.draws))
    if fleet.identity == "people":
        steps = max(1, people.devices // STEP * fleet.people_permille // 1000)
        device = below(draws, steps) * STEP + kind
        return device, device
    if fleet.identity == "visit":
        client = (draws >> np.uint64(24)).astype(np.int64)
        return (FRESH + client) * STEP + kind, client
    client = below(draws, max(1, -(-total // fleet.tasks_per_client)))
    client += (zlib.crc32(fleet.name.encode()) & _NAMES) << _NAME_SHIFT
    return (FRESH + client) * STEP + kind, client


def _kinds(world: World, campaign: Campaign, draws: U64) -> I64:
    """Choose places of devices with the terminals of the order."""
    names = [TERMINALS.index(name) for name, _ in campaign.form.terminals]
    chosen = slots([share for _, share in campaign.form.terminals], 4096)[
        (draws & np.uint64(4095)).astype(np.int64)]
    kind = np.zeros(len(draws), dtype=np.int64)
    for number, terminal in enumerate(names):
        home = None if terminal == TERMINALS.index("h5") else "home"
        held = world.people.kinds(place=home, terminal=terminal)
        kind = np.where(chosen == number, held[below(draws, len(held))], kind)
    return kind


def _disguise(world: World, campaign: Campaign, source: np.random.Generator,  # noqa: PLR0913
              visits: Visits, device: I64, client: I64, looks: dict[str, Ints]) -> dict[str, Ints]:
    """Replace what the fleet sets itself; the rest stays as on an honest device."""
    fleet, people, tables = campaign.fleet, world.people, world.people.browsers
    changed: dict[str, Ints] = {}
    draws = hashed_words(visits.draws, people.salt + 81)
    if fleet.agents in ("list", "rotate"):
        chosen = hashed_words(client, people.salt + 82)[:, 0] if fleet.agents == "list" \
            else draws[:, 0]
        changed["ua"] = agent_list(world)[looks["terminal"], chosen % _LIST]
    elif fleet.agents == "audience":
        other = (FRESH + (visits.draws >> np.uint64(24)).astype(np.int64)) * STEP + device % STEP
        changed["ua"] = look(people, other, world.scenario.start_day + visits.day,
                             visits.draws)["ua"]
    if fleet.plugins == "cef":
        changed["plugins"] = np.full(len(device), tables.cef_list)
    elif fleet.plugins == "pak":
        changed["plugins"] = np.where(looks["terminal"] == 0, tables.pak[draws[:, 1] >> 7], -1)
    if fleet.screens == "default":
        changed["screen"] = np.full(len(device), people.screens.index("1024x768"))
        changed["language"] = np.zeros(len(device), dtype=np.int64)
    if fleet.identity == "client":
        changed["device"] = mix(client, people.salt + 90)
        changed["cookie"] = mix(visits.draws, people.salt + 83)
    return changed | _origin(world, campaign, visits, device, client, looks)


def _origin(world: World, campaign: Campaign, visits: Visits, device: I64, client: I64,  # noqa: PLR0913
            looks: dict[str, Ints]) -> dict[str, Ints]:
    fleet, people = campaign.fleet, world.people
    region = looks["region"]
    if campaign.form.regions and fleet.identity != "people":
        codes = np.array([people.regions.index(r) for r in campaign.form.regions])
        pick = visits.draws if fleet.identity == "visit" else mix(client, people.salt + 84)
        region = codes[below(pick, len(codes))]
    if fleet.identity == "people":
        return {}
    if fleet.address == "residential":
        return {"region": region, "ip": residential(people, region, mix(visits.draws, 85))}
    line = mix(client * 4096 + visits.day, people.salt + 86)
    ip = residential(people, region, line)
    rented = mix(client, people.salt + 87) % np.uint64(1000) < fleet.data_centre_permille
    return {"region": region, "ip": np.where(rented, data_centre(people, mix(client, 88)), ip)}


def agent_list(world: World) -> I64:
    """Return the seller's user-agent list, `_LIST` numbers for each terminal: common strings."""
    tables = world.people.browsers
    rows = []
    for terminal in range(len(TERMINALS)):
        browsers = np.flatnonzero(tables.terminal == terminal)
        numbers = [np.arange(tables.base[b], tables.base[b] + tables.versions[b] *
                             len(np.unique(tables.systems_of[b]))) for b in browsers]
        agents = np.unique(tables.agent_of[np.concatenate(numbers)])
        order = np.argsort(mix(agents, 89), kind="stable")
        rows.append(np.resize(agents[order], _LIST))
    return np.stack(rows)


def _starts(world: World, campaign: Campaign, source: np.random.Generator, block: Block,
            visits: Visits) -> I64:
    """Place each visit on the spread of the order, UTC ms."""
    draws = (bits(source, len(visits.draws)) >> np.uint64(32)).astype(np.uint32)
    spread = world.curves[campaign.form.spread]
    within = along(spread, draws, block.part, block.parts)
    longest = (campaign.form.stay_ms + 4000) * (campaign.form.second_visits + 1)
    within = np.minimum(within, DAY_MS - 1 - longest)
    return (world.scenario.start_day + visits.day) * DAY_MS - world.scenario.offset_ms + within

