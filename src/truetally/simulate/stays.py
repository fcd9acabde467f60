"""What a visit plays, one after another, and how long it stays on each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.rows import Ints
from truetally.simulate.scenario import Crowd
from truetally.simulate.seeds import I64, words
from truetally.simulate.world import CLIPS, World

FOLLOWING, OTHER, DOUBLE, RELOAD, SKIPPED = range(5)
_GOLDEN_STEP = 40_503  # 2**16 over the golden ratio: an even sequence, Knuth, TAOCP 6.4
_FINISHED = 55_000  # of 65,536: share of plays seen to the end when the next part follows
_POPULAR_BITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The plays of all visits in order. `step` says how each one follows the one before."""

    first: I64
    visit: I64
    step: NDArray[np.int32]
    item: I64
    part: I64


def chain(world: World, source: np.random.Generator, first: I64, visit: I64,
          fixed: I64) -> Chain:
    """Choose item and part of each play. `fixed` is the item of each visit, -1 for any."""
    draws = words(source, len(visit))
    step = world.next_play[draws[:, 0] >> 6]
    step[first] = OTHER
    pinned = fixed[visit]
    step[(pinned >= 0) & (step == OTHER)] = SKIPPED  # to the next part, without having finished
    step[first] = OTHER
    fresh = np.where(step == OTHER, np.arange(len(visit)), 0)
    carry = np.maximum.accumulate(fresh)
    place = (draws[:, 1].astype(np.int64) << 4 | draws[:, 2] >> 12) & ((1 << _POPULAR_BITS) - 1)
    item = np.where(pinned >= 0, pinned, world.items.popular[place])[carry]
    steps = np.cumsum((step == FOLLOWING) | (step == SKIPPED))
    begin = draws[:, 3].astype(np.int64) * world.items.parts[item] >> 16
    part = (begin[carry] + steps - steps[carry]) % world.items.parts[item]
    return Chain(first=first, visit=visit, step=step, item=item, part=part)


def stays(world: World, crowd: Crowd, source: np.random.Generator,
          made: Chain) -> dict[str, Ints]:
    """Draw how long each play is watched, and how long until the next one starts (`lasts`)."""
    draws = words(source, len(made.visit))
    if crowd.steady:
        start = int(draws[0, 0])
        even = (np.arange(len(made.visit)) * _GOLDEN_STEP + start).astype(np.uint16)
        draws[:, 0], draws[:, 1] = even, (even.astype(np.int64) * 32_749).astype(np.uint16)
    length = world.items.length_ms(made.item, made.part)
    watched = watch_times(world, crowd.watch, made.item, length, draws)
    after = np.append(made.step[1:], OTHER)
    last = np.append(made.visit[1:] != made.visit[:-1], True)
    watched = np.where((after == FOLLOWING) & ~last & (draws[:, 3] < _FINISHED), length, watched)
    again = (after == DOUBLE) & ~last
    gap = world.double_click[draws[:, 2]]
    watched = np.where(again, np.minimum(watched, gap), watched)
    lasts = np.where(again, gap, watched + world.pause[draws[:, 2]])
    return {"visit": made.visit, "item": made.item, "part": made.part, "length": length,
            "watched": watched, "lasts": lasts}


def watch_times(world: World, name: str, item: I64, length: I64,
                draws: NDArray[np.uint16]) -> I64:
    """Draw watch times from profile `name`, or from the profile of each item's kind if "".

    `draws` has at least two columns of random 16-bit numbers.
    """
    watch = world.watch
    if name:
        row = np.full(len(item), watch.names.index(name), dtype=np.int64)
    else:
        of_kind = np.array([watch.names.index("clip" if kind in CLIPS else "series")
                            for kind in world.items.kinds])
        row = of_kind[world.items.kind[item]]
    glances = draws[:, 0].astype(np.int64) * 1000 >> 16 < watch.browse[row]
    place = draws[:, 1] >> 4
    seen: I64 = length * watch.seen[row, place] >> 16
    return np.where(glances, np.minimum(watch.glance[row, place], length), seen)
