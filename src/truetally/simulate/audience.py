"""Honest visits: who comes when, what they play next, how long they stay."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.devices import look
from truetally.simulate.plan import Block, Flow
from truetally.simulate.population import STEP
from truetally.simulate.rows import APPS_FROM, Ints, Rows, in_flow
from truetally.simulate.scenario import Crowd
from truetally.simulate.seeds import I64, U64, below, bits, generator, mix, words
from truetally.simulate.stays import Chain, chain, stays
from truetally.simulate.tables import DAY_MS, along
from truetally.simulate.touches import event_facts, with_duplicates, with_gaps
from truetally.simulate.world import World

_LONGEST_MS = 20 * 3_600_000
_SKEW_MS = 600_000
_EARLIER_MS = 5_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """So many plays of this item on that day; `order` is -1 where nobody bought them."""

    item: I64
    day: I64
    plays: I64
    order: I64


def audience_rows(world: World, number: int, block: Block) -> Rows | None:
    """Draw the plays of crowd `number` in one block; null if it has none there."""
    crowd, flow = world.scenario.crowds[number], world.plan.crowds[number]
    held, plays = cells_of(flow, block)
    cells = Cells(item=flow.source[held], day=flow.day[held], plays=plays,
                  order=np.full(len(plays), -1))
    source = generator(world.seed, number + 1, block.number)

    def choose(draws: U64, day: I64) -> I64:
        return _devices(world, crowd, source, draws, day)

    if not plays.sum():
        return None
    return in_flow(visit_rows(world, crowd, source, block, cells, choose), number)


def cells_of(flow: Flow, block: Block) -> tuple[slice, I64]:
    """Return which cells reach into the block, and how many plays of each are in it."""
    held = slice(int(flow.edges[block.first_day]), int(flow.edges[block.last_day + 1]))
    n = flow.events[held]
    return held, n * (block.part + 1) // block.parts - n * block.part // block.parts


def visit_rows(world: World, crowd: Crowd, source: np.random.Generator, block: Block,
               cells: Cells, choose: Callable[[U64, I64], I64]) -> Rows:
    """Draw visits as people make them. `choose` gives the device of each visit on its day."""
    first, visit = _visits(world, crowd, source, cells.plays)
    cell = np.repeat(np.arange(len(cells.plays)), cells.plays)[first]
    day, draws = cells.day[cell], bits(source, len(first))
    looks = look(world.people, choose(draws, day), world.scenario.start_day + day, draws)
    made = chain(world, source, first, visit, cells.item[cell])
    event = stays(world, crowd, source, made)
    start = _starts(world, crowd, source, block, day)
    event["time_ms"] = _times(world, made, event, looks, start) + (
        (world.scenario.start_day + day) * DAY_MS - world.scenario.offset_ms)[visit]
    event |= event_facts(world, crowd, source, made, event, looks)
    looks |= {"flow": np.full(len(first), -1), "order": cells.order[cell]}
    return with_duplicates(world, source, Rows(visit=with_gaps(world, source, looks), event=event))


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


def _starts(world: World, crowd: Crowd, source: np.random.Generator, block: Block,
            day: I64) -> I64:
    """Place each visit on the hour curve, in ms of its local day; holidays have their own."""
    draws = (bits(source, len(day)) >> np.uint64(32)).astype(np.uint32)
    start = along(world.curves[crowd.curve], draws, block.part, block.parts)
    off = np.isin(day, world.scenario.holidays)
    if crowd.curve == "audience" and off.any():
        free = along(world.curves["holiday"], draws, block.part, block.parts)
        start = np.where(off, free, start)
    return start


def _times(world: World, made: Chain, event: dict[str, Ints], looks: dict[str, Ints],
           start: I64) -> I64:
    """Time each play within its local day: a visit that would go past midnight starts earlier."""
    offset = _offsets(event, made)
    last = np.append(made.first[1:], len(made.visit)) - 1
    beyond = start + offset[last] - (DAY_MS - 1)
    earlier = np.where(beyond > 0, beyond + below(mix(looks["session"], 72), _EARLIER_MS), 0)
    start = np.maximum(start - earlier, 0)
    within = np.minimum(start[made.visit] + offset, DAY_MS - 1)
    moved = within + _skew(world, looks)[made.visit]
    return np.asarray(np.where((moved >= 0) & (moved < DAY_MS), moved, within))


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
    return np.asarray(before - before[made.first][made.visit])


def _skew(world: World, looks: dict[str, Ints]) -> I64:
    """Shift the clock of a few devices by up to ten minutes either way."""
    draws = mix(looks["truth"], world.people.salt + 71)
    wrong = draws % np.uint64(1000) < world.people.permille["skew_permille"]
    shift = below(draws, 2 * _SKEW_MS) - _SKEW_MS
    return np.asarray(np.where(wrong & (looks["terminal"] < APPS_FROM), shift, 0))
