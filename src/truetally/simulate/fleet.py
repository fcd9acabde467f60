"""Fake visits: a fleet carries out the orders of a campaign. It writes records and nothing else."""

import zlib
from math import gcd

import numpy as np

from truetally.simulate.clients import line, moments, workers
from truetally.simulate.devices import Columns, data_centre, look, residential, technical
from truetally.simulate.plan import Block, Flow
from truetally.simulate.population import FRESH, STEP
from truetally.simulate.replay import replay_rows
from truetally.simulate.rows import PC, VISIT, Ints, Rows
from truetally.simulate.scenario import Campaign, Fleet
from truetally.simulate.seeds import I64, below, bits, generator, hashed_words, mix
from truetally.simulate.tables import DAY_MS
from truetally.simulate.tasks import Visits, kinds_of, stay_on
from truetally.simulate.world import World

_NAMES, _NAME_SHIFT = 0xFF, 32  # one software has one set of clients, whatever the campaign
_OTHERS = 1 << 40
_EARLIER_MS = 3_600_000


def fleet_rows(world: World, number: int, block: Block) -> Rows | None:
    """Draw the visits campaign `number` delivers in one block; null if none."""
    campaign, flow = world.scenario.campaigns[number], world.plan.campaigns[number]
    if campaign.fleet.dwell == "replay":
        return replay_rows(world, number, block)
    stream = len(world.scenario.crowds) + number + 1
    source = generator(world.seed, stream, block.number)
    visits = _visits(campaign, flow, block, source)
    if visits is None:
        return None
    device, client = _devices(world, number, source, visits)
    looks = look(world.people, device, world.scenario.start_day + visits.day, visits.draws)
    looks |= _disguise(world, campaign, visits, client, looks)
    looks["flow"] = np.full(len(device), len(world.scenario.crowds) + number)
    looks["order"] = campaign.order_id[visits.order]
    start = _starts(world, campaign, source, block, visits, client)
    event = stay_on(world, campaign, source, visits, looks, start)
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
    kind = kinds_of(world, campaign, bits(source, len(visits.draws)))
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
    client = workers(campaign, visits, client)
    client += (zlib.crc32(fleet.name.encode()) & _NAMES) << _NAME_SHIFT
    if fleet.persona == "client":
        kind = kinds_of(world, campaign, mix(client, people.salt + 99))
    return (FRESH + client) * STEP + kind, client


def _disguise(world: World, campaign: Campaign, visits: Visits, client: I64,
              looks: dict[str, Ints]) -> dict[str, Ints]:
    """Replace what the fleet sets itself; the rest stays as on an honest device."""
    fleet, people = campaign.fleet, world.people
    changed = _agents(world, fleet, visits, client, looks)
    if fleet.plugins == "cef":
        changed["plugins"] = np.full(len(client), people.browsers.cef_list)
    elif fleet.plugins == "pak":
        place = hashed_words(visits.draws, people.salt + 81)[:, 1] >> 7
        changed["plugins"] = np.where(looks["terminal"] == PC, people.browsers.pak[place], -1)
    elif fleet.plugins == "audience":
        changed["plugins"] = _of_other(world, visits, looks, 6)["plugins"]
    if fleet.screens == "default":
        changed["screen"] = np.full(len(client), people.screens.index("1024x768"))
        changed["language"] = np.zeros(len(client), dtype=np.int64)
    if fleet.identity == "client":
        changed["device"] = mix(client, people.salt + 90)
        own = client if fleet.persona == "client" else visits.draws
        changed["cookie"] = mix(own, people.salt + 83)
    if fleet.identity != "people":
        changed |= _origin(world, campaign, visits, client, looks) | {"truth": client}
    return changed


def _agents(world: World, fleet: Fleet, visits: Visits, client: I64,
            looks: dict[str, Ints]) -> dict[str, Ints]:
    """Choose user agents: from the seller's list, or of some honest device of the terminal."""
    people = world.people
    if fleet.agents == "joint":
        return {}
    if fleet.agents == "audience":
        return {"ua": _of_other(world, visits, looks, 24)["ua"]}
    key = client if fleet.agents == "list" else visits.draws
    chosen = hashed_words(key, people.salt + 82)[:, 0] % world.agents_listed.shape[1]
    return {"ua": world.agents_listed[looks["terminal"], chosen]}


def _of_other(world: World, visits: Visits, looks: dict[str, Ints], shift: int) -> Columns:
    """Look at another new device of the same terminal: what is bought column by column."""
    other = (FRESH << 10) + (visits.draws >> np.uint64(shift)).astype(np.int64) % _OTHERS
    day = world.scenario.start_day + visits.day
    return technical(world.people, other, looks["terminal"].astype(np.int64), day)


def _origin(world: World, campaign: Campaign, visits: Visits, client: I64,
            looks: dict[str, Ints]) -> dict[str, Ints]:
    """Choose region and address: of the client's line, of a rented machine, or of another home."""
    fleet, people = campaign.fleet, world.people
    if fleet.clients_a_line > 1:
        return dict(line(people, campaign, visits.day, client))
    region = looks["region"]
    if campaign.form.regions:
        codes = np.array([people.regions.index(r) for r in campaign.form.regions])
        pick = visits.draws if fleet.identity == "visit" else mix(client, people.salt + 84)
        region = codes[below(pick, len(codes))]
    if fleet.address == "residential":
        return {"region": region, "ip": residential(region, mix(visits.draws, 85))}
    ip = residential(region, mix(client * 4096 + visits.day, people.salt + 86))
    rented = mix(client, people.salt + 87) % np.uint64(1000) < fleet.data_centre_permille
    return {"region": region, "ip": np.where(rented, data_centre(people, mix(client, 88)), ip)}


def _starts(world: World, campaign: Campaign, source: np.random.Generator, block: Block,
            visits: Visits, client: I64) -> I64:
    """Place each visit on the spread of the order, UTC ms."""
    within = moments(campaign, visits, client, world.curves[campaign.form.spread],
                     bits(source, len(visits.draws)), block)
    longest = (campaign.form.stay_ms + 4000) * (campaign.form.second_visits + 1)
    latest = DAY_MS - 1 - longest
    late = within > latest
    within = np.where(late, latest - below(visits.draws, _EARLIER_MS), within)
    return (world.scenario.start_day + visits.day) * DAY_MS - world.scenario.offset_ms + within

