"""What the site sees besides: pages, referrers, gestures, bytes, value; and what goes wrong."""

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.rows import APPS_FROM, EVENT, TV, VISIT, Ints, Rows
from truetally.simulate.scenario import Crowd
from truetally.simulate.seeds import I64, words
from truetally.simulate.stays import FOLLOWING, Chain
from truetally.simulate.world import World

_MINUTE_MS = 60_000
_VISIBLE_FROM = 850
OWN_REFERRERS = 7
_LOST = ("device", "cookie", "plugins", "ua", "region", "screen")
_LOST_WATCH_PERMILLE = 2


def event_facts(world: World, crowd: Crowd, source: np.random.Generator, made: Chain,
                event: dict[str, Ints], looks: dict[str, Ints]) -> dict[str, Ints]:
    """Draw what the site and the server record about honest plays."""
    draws, more = words(source, len(made.visit)), words(source, len(made.visit))
    terminal = looks["terminal"][made.visit]
    came = world.sources[crowd.source][words(source, len(made.first))[:, 0]]
    rates = world.people.permille
    hidden = _permille(words(source, len(made.first))[:, 0]) < rates["background_permille"]
    prefetch = _permille(more[:, 0]) < rates["prefetch_permille"]
    watched = np.where(prefetch, 0, event["watched"])
    unknown = _permille(more[:, 1]) < _LOST_WATCH_PERMILLE
    return {
        "watched": np.where(unknown, -1, watched),
        **places(world, made, terminal, came, draws[:, 0]),
        "visible": visible(draws[:, 1], hidden[made.visit], terminal),
        "interacted": _gestures(made, draws[:, 2], hidden[made.visit], terminal),
        "status": world.status[draws[:, 3] >> 6],
        "bytes": sent(world, watched, looks["speed"][made.visit], terminal, more[:, 2]),
        "value": np.where(watched >= _MINUTE_MS, world.value[more[:, 3] >> 6], -1),
        "paid": _paid(world, made.item, looks["paid"][made.visit]),
        "prefetch": prefetch.astype(np.int64),
        "placement": world.honest_placement[draws[:, 0] & 255],
        "kept": np.full(len(made.visit), 1 if crowd.kept else -1),
    }


def places(world: World, made: Chain, terminal: Ints, came: NDArray[np.int32],
           draws: NDArray[np.uint16]) -> dict[str, Ints]:
    """Set the referrer and the page of each play; applications have neither.

    A page is the item's own (0), or -2 - n for the embedding page n; -1 is unknown.
    """
    app = terminal >= APPS_FROM
    first, size = world.embeds
    from_embed = (came >= first) & (came < first + size)
    embedded = np.where(from_embed, -2 - (came - first), 0)
    referrer = draws % OWN_REFERRERS
    referrer = referrer.astype(np.int64)
    referrer[made.first] = came
    return {"referrer": np.where(app, -1, referrer),
            "page": np.where(app, -1, embedded[made.visit])}


def visible(draws: NDArray[np.uint16], hidden: NDArray[np.bool_], terminal: Ints) -> I64:
    """Draw how much of the player is in view; a background tab shows next to nothing."""
    part = draws.astype(np.int64)
    shown = np.where(part & 15 < 13, 1000, _VISIBLE_FROM - (part >> 4) % 500)
    shown = np.where(terminal >= APPS_FROM, 1000, shown)
    return np.where(hidden, part % 60 * (part & 1), shown)


def sent(world: World, watched: I64, speed: Ints, terminal: Ints,
         draws: NDArray[np.uint16]) -> I64:
    """Work out the bytes a stay needs on this line, with up to a quarter read ahead."""
    kbps = world.speed[terminal, speed >> 8]
    stream = np.maximum(watched, 0) * kbps >> 3
    ahead = stream * (draws >> 2).astype(np.int64) >> 16
    return np.asarray(24_000 + draws.astype(np.int64) % 9000 + stream + ahead)


def _permille(draws: NDArray[np.uint16]) -> I64:
    return draws.astype(np.int64) * 1000 >> 16


def _gestures(made: Chain, draws: NDArray[np.uint16], hidden: NDArray[np.bool_],
              terminal: Ints) -> I64:
    often = np.where(made.step == FOLLOWING, 180, 900)
    gesture = (_permille(draws) < often) & ~hidden
    return np.where(terminal == TV, -1, gesture.astype(np.int64))


def _paid(world: World, item: I64, subscriber: Ints) -> I64:
    film = world.items.kinds.index("film")
    return np.asarray(((world.items.kind[item] == film) | (item % 5 == 0)) & (subscriber > 0))


def with_gaps(world: World, source: np.random.Generator,
              looks: dict[str, Ints]) -> dict[str, Ints]:
    """Lose one field in a few visits."""
    draws = words(source, len(looks["ua"]))
    lost = _permille(draws[:, 0]) < world.people.permille["missing_permille"]
    which = draws[:, 1] % len(_LOST)
    for number, name in enumerate(_LOST):
        unknown = 0 if looks[name].dtype == np.uint64 else -1
        looks[name] = np.where(lost & (which == number), looks[name].dtype.type(unknown),
                               looks[name])
    return {name: looks[name] for name in VISIT}


def with_duplicates(world: World, source: np.random.Generator, rows: Rows) -> Rows:
    """Write a few log rows twice: a row takes the place of the one after it."""
    count = len(rows)
    drawn = words(source, count // 4 + 1).ravel()[:count].astype(np.int64) * 10_000 >> 16
    visit = rows.event["visit"]
    same = np.append(False, visit[1:] == visit[:-1])
    copies = same & (drawn < world.people.permille["duplicate_permyriad"])
    from_row = np.arange(count) - copies
    return Rows(visit=rows.visit, event={name: rows.event[name][from_row] for name in EVENT})
