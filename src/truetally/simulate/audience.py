"""Honest visits: who comes when, what they play next, how long they stay."""

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.devices import look
from truetally.simulate.plan import Block, Flow
from truetally.simulate.population import STEP
from truetally.simulate.rows import APPS, Ints, Rows
from truetally.simulate.scenario import Crowd
from truetally.simulate.seeds import I64, U64, below, bits, generator, mix, words
from truetally.simulate.stays import Chain, chain, stays
from truetally.simulate.tables import DAY_MS, along
from truetally.simulate.touches import event_facts, with_duplicates, with_gaps
from truetally.simulate.world import World

_LONGEST_MS = 20 * 3_600_000
_SKEW_MS = 600_000


def audience_rows(world: World, number: int, block: Block) -> Rows | None:
    """Draw the plays of crowd `number` in one block; null if it has none there."""
    crowd, flow = world.scenario.crowds[number], world.plan.crowds[number]
    item, day, counts = _cells(flow, block)
    if not counts.sum():
        return None
    source = generator(world.seed, number + 1, block.number)
    first, visit = _visits(world, crowd, source, counts)
    cell = np.repeat(np.arange(len(counts)), counts)[first]
    draws = bits(source, len(first))
    device = _devices(world, crowd, source, draws, day[cell])
    looks = look(world.people, device, world.scenario.start_day + day[cell], draws)
    made = chain(world, source, first, visit, item[cell])
    event = stays(world, crowd, source, made, looks)
    event["time_ms"] = _times(world, crowd, source, block, made, event, day[cell], looks)
    event |= event_facts(world, crowd, source, made, event, looks)
    looks |= {"flow": np.full(len(first), number), "order": np.full(len(first), -1)}
    return with_duplicates(world, source, Rows(visit=with_gaps(world, source, looks), event=event))


def _cells(flow: Flow, block: Block) -> tuple[I64, I64, I64]:
    """Return item, day and plays of the cells that reach into the block."""
    held = slice(int(flow.edges[block.first_day]), int(flow.edges[block.last_day + 1]))
    n = flow.events[held]
    counts = n * (block.part + 1) // block.parts - n * block.part // block.parts
    return flow.source[held], flow.day[held], counts


def _visits(world: World, crowd: Crowd, source: np.random.Generator,
            counts: I64) -> tuple[I64, I64]:
    """Cut the plays into visits. Returns each visit's first play, and each play's visit."""
    total = int(counts.sum())
    table = _plays(world, crowd)
    lengths = 1 + table[words(source, total // 4 + 1).ravel()[:total] >> 4].astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    begins = np.zeros(total, dtype=bool)
    begins[starts[starts < total]] = True
    edges = np.cumsum(counts) - counts
    begins[edges[counts > 0]] = True
    return np.flatnonzero(begins), np.cumsum(begins) - 1


def _plays(world: World, crowd: Crowd) -> NDArray[np.int32]:
    if not crowd.plays:
        return world.plays
    return np.repeat(np.arange(len(crowd.plays), dtype=np.int32),
                     np.asarray(crowd.plays) * 4096 // sum(crowd.plays) + 1)[:4096]


def _devices(world: World, crowd: Crowd, source: np.random.Generator, draws: U64,
             day: I64) -> I64:
    """Choose the device of each visit: some come often, and new ones join as days go by."""
    people = world.people
    steps = people.devices // STEP
    if crowd.place is None:
        known = people.devices * (600 + 400 * (day + 1) // world.scenario.days) // 1000
        often = world.activity[(draws & np.uint64(0xFFFF)).astype(np.int64)]
        spread = below(bits(source, len(draws)), 1 << 20)
        return (often * (1 << 20) + spread) * known // (1001 << 20)
    kinds = people.kinds(place=crowd.place)
    step = below(draws, steps)
    if crowd.gateway:
        held = int(people.steps_a_group[people.places.index(crowd.place)])
        step = below(draws, held)
    return step * STEP + kinds[below(bits(source, len(draws)), len(kinds))]


def _times(world: World, crowd: Crowd, source: np.random.Generator, block: Block,  # noqa: PLR0913
           made: Chain, event: dict[str, Ints], day: I64, looks: dict[str, Ints]) -> I64:
    """Place each visit on the hour curve, so that it ends on the local day it belongs to."""
    draws = (bits(source, len(made.first)) >> np.uint64(32)).astype(np.uint32)
    start = along(world.curves[_curve(world, crowd, day)], draws, block.part, block.parts)
    offset = _offsets(event, made)
    last = np.append(made.first[1:], len(made.visit)) - 1
    start = np.maximum(np.minimum(start, DAY_MS - 1 - offset[last]), 0)
    within = np.minimum(start[made.visit] + offset, DAY_MS - 1)
    skew = _skew(world, looks)[made.visit]
    moved = within + skew
    within = np.where((moved >= 0) & (moved < DAY_MS), moved, within)
    scenario = world.scenario
    return (scenario.start_day + day[made.visit]) * DAY_MS - scenario.offset_ms + within


def _curve(world: World, crowd: Crowd, day: I64) -> str:
    holiday = crowd.curve == "audience" and np.isin(day, world.scenario.holidays).all()
    return "holiday" if holiday else crowd.curve


def _offsets(event: dict[str, Ints], made: Chain) -> I64:
    """Return when each play starts after its visit, shortening visits beyond a waking day."""
    lasts = event.pop("lasts").astype(np.int64)
    ends = np.cumsum(lasts)
    last = np.append(made.first[1:], len(made.visit)) - 1
    long = ends[last] - ends[made.first] + lasts[made.first] > _LONGEST_MS
    if long.any():
        few = long[made.visit]
        lasts = np.where(few, lasts >> 3, lasts)
        event["watched"] = np.where(few, event["watched"] >> 3, event["watched"])
        ends = np.cumsum(lasts)
    before = ends - lasts
    return before - before[made.first][made.visit]


def _skew(world: World, looks: dict[str, Ints]) -> I64:
    """Shift the clock of a few devices by up to ten minutes either way."""
    draws = mix(looks["truth"], world.people.salt + 71)
    wrong = draws % np.uint64(1000) < world.people.permille["skew_permille"]
    shift = below(draws, 2 * _SKEW_MS) - _SKEW_MS
    return np.where(wrong & ~np.isin(looks["terminal"], APPS), shift, 0)
