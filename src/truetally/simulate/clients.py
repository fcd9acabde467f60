"""How a seller's clients work: each by lot, all at once, one task after another, or by quota.

Most fleets draw the client and the time of every visit by lot. Three do not: clients that a master
drives act together, clients that run a list begin one task when the last ends, and a dispatcher
that keeps a quota gives each piece of the day its share. Whole numbers throughout.
"""

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.devices import Columns, residential
from truetally.simulate.plan import Block
from truetally.simulate.population import Population
from truetally.simulate.scenario import Campaign
from truetally.simulate.seeds import I64, U64, below, hashed_words, mix
from truetally.simulate.tables import DAY_MS, along
from truetally.simulate.tasks import Visits

U32 = NDArray[np.uint32]
_AT_ONCE_MS = 90_000  # within which clients that are driven together begin a task
_NEXT_MS = 900
_DELAY_MS = 120
_TASKS, _DAYS = 1 << 20, 1 << 12


def nth(key: I64) -> I64:
    """Number the visits of each key 0, 1, 2, ... in their order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    new = np.append(True, ordered[1:] != ordered[:-1])[:len(key)]
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.arange(len(key)) - np.maximum.accumulate(
        np.where(new, np.arange(len(key)), 0))
    return number


def workers(campaign: Campaign, visits: Visits, client: I64) -> I64:
    """Give each visit its client: as drawn, or the next in line."""
    fleet = campaign.fleet
    if fleet.together:
        return nth(_cell(visits)) % fleet.together
    if fleet.loop:
        return nth(visits.day) // fleet.loop
    return client


def moments(campaign: Campaign, visits: Visits, client: I64, curve: I64, draws: U64,
            block: Block) -> I64:
    """Place each visit within its local day, in ms, on the block's slice of an hour curve.

    By lot; or one start for a task of all clients that act together; or one start for a client's
    list; or by quota: the n visits of an order and day lie one in each n-th of the curve.
    """
    fleet, form, part, parts = campaign.fleet, campaign.form, block.part, block.parts
    if fleet.together:
        task = (_cell(visits) * _TASKS + nth(_cell(visits)) // fleet.together) * 64 + part
        start = along(curve, _high(mix(task, 94)), part, parts)
        return np.minimum(start, DAY_MS - 1 - _AT_ONCE_MS) + below(draws, _AT_ONCE_MS)
    if fleet.loop:
        step = form.stay_ms + fleet.jitter_ms + _NEXT_MS
        start = along(curve, _high(mix((client * _DAYS + visits.day) * 64 + part, 95)), part, parts)
        start = np.minimum(start, DAY_MS - 1 - (step + _DELAY_MS) * (fleet.loop + 1))
        return start + nth(visits.day) % fleet.loop * step + below(draws, _DELAY_MS)
    if fleet.paced:
        return along(curve, _by_quota(_cell(visits), draws), part, parts)
    return along(curve, _high(draws), part, parts)


def _by_quota(cell: I64, draws: U64) -> U32:
    """Draw one moment in each n-th of the whole for the n visits of a cell."""
    _, code, held = np.unique(cell, return_inverse=True, return_counts=True)
    place = nth(cell).astype(np.uint64) << np.uint64(32)
    return np.asarray((place + (draws >> np.uint64(32))) // held[code].astype(np.uint64),
                      dtype=np.uint32)


def line(people: Population, campaign: Campaign, day: I64, client: I64) -> Columns:
    """Put neighbouring clients behind one line: region and address, redialled each day."""
    number = client // campaign.fleet.clients_a_line
    region = people.region_of[hashed_words(number, people.salt + 97)[:, 0]]
    if campaign.form.regions:
        codes = np.array([people.regions.index(r) for r in campaign.form.regions])
        region = codes[below(mix(number, people.salt + 84), len(codes))]
    return {"region": region,
            "ip": residential(region, mix(number * _DAYS + day, people.salt + 98))}


def _cell(visits: Visits) -> I64:
    return visits.order * _DAYS + visits.day


def _high(draws: U64) -> U32:
    return (draws >> np.uint64(32)).astype(np.uint32)
