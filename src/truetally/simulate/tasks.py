"""What a bot does on the target: first and second visits, stays, and what the site sees of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.events.schema import TERMINALS
from truetally.simulate.rows import APPS_FROM, TV, Ints
from truetally.simulate.scenario import Campaign
from truetally.simulate.seeds import I64, U16, U64, below, words
from truetally.simulate.stays import watch_times
from truetally.simulate.tables import slots
from truetally.simulate.touches import OWN_REFERRERS, sent, visible
from truetally.simulate.world import World

_TURN_MS = 900  # a client needs about this long to open the next page
_SPREAD_MS = 2600
_SCRIPT_MS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The visits of one campaign in one block: order (index), item, day, and how many plays.

    `draws` are 64 random bits for each.
    """

    order: I64
    item: I64
    day: I64
    plays: I64
    draws: U64


def stay_on(world: World, campaign: Campaign, source: np.random.Generator, visits: Visits,
            looks: dict[str, Ints], start: I64) -> dict[str, Ints]:
    """Draw the plays of each visit: one for the first visit and one for each second visit."""
    plays = visits.plays
    visit = np.repeat(np.arange(len(plays)), plays)
    first = np.cumsum(plays) - plays
    again = np.arange(len(visit)) != first[visit]
    draws, more = words(source, len(visit)), words(source, len(visit))
    target = visits.item[visit]
    part = _parts(world, source, target, first, visit)
    length = world.items.length_ms(target, part)
    watched = _watched(world, campaign, target, part, length, draws)
    lasts = watched + _TURN_MS + more[:, 3].astype(np.int64) * _turn_ms(campaign) // 65_536
    before = np.cumsum(lasts) - lasts
    terminal = looks["terminal"][visit]
    return {
        "visit": visit, "item": target, "part": part, "length": length, "watched": watched,
        "time_ms": start[visit] + before - before[first][visit],
        **_seen(world, campaign, more, terminal), **_came(world, campaign, draws, again, terminal),
        "status": _status(world, campaign, more[:, 2]), "value": np.full(len(visit), -1),
        "bytes": _sent(world, campaign, watched, looks["speed"][visit], terminal, more[:, 3]),
        "paid": np.zeros(len(visit), dtype=np.int64),
        "prefetch": np.zeros(len(visit), dtype=np.int64),
        "kept": np.where(np.isin(target, world.kept_items), int(campaign.form.kept), -1),
    }


def _turn_ms(campaign: Campaign) -> int:
    """A hidden script clicks again after a fixed time, but for the browser's own delay."""
    return _SCRIPT_MS if campaign.fleet.hidden else _SPREAD_MS


def _status(world: World, campaign: Campaign, draws: U16) -> Ints:
    """A crude client counts only what succeeds; whoever passes as people meets their errors too."""
    if not campaign.fleet.interact_permille:
        return np.full(len(draws), 200)
    return np.asarray(world.status[draws >> 6])


def _parts(world: World, source: np.random.Generator, item: I64, first: I64, visit: I64) -> I64:
    parts = world.items.parts[item]
    begin = words(source, len(first))[:, 0][visit].astype(np.int64) * parts >> 16
    nth = np.arange(len(visit)) - first[visit]
    return (begin + nth) % parts


def _watched(world: World, campaign: Campaign, item: I64, part: I64, length: I64,
             draws: U16) -> I64:
    """Draw the stays: as ordered, as a bought distribution, or as the audience."""
    fleet, form = campaign.fleet, campaign.form
    if fleet.dwell == "honest":
        return watch_times(world, "", item, length, draws)
    if fleet.dwell == "purchased":
        other = world.items.popular[draws[:, 0].astype(np.int64) << 4].astype(np.int64)
        stay = watch_times(world, "", other, world.items.length_ms(other, part), draws[:, 1:3])
    else:
        stay = form.stay_ms + draws[:, 0].astype(np.int64) * fleet.jitter_ms // 65_536
    return np.minimum(stay, length) if fleet.capped else stay


def _seen(world: World, campaign: Campaign,
          draws: U16, terminal: Ints) -> dict[str, Ints]:
    """What the page reports: hidden clicks are out of view, bots are fully in view."""
    fleet = campaign.fleet
    gesture = (draws[:, 0].astype(np.int64) * 1000 >> 16 < fleet.interact_permille).astype(np.int64)
    if fleet.hidden:
        return {"visible": np.zeros(len(draws), dtype=np.int64), "interacted": gesture,
                "placement": world.hidden_placement[draws[:, 1] & 255]}
    shown = visible(draws[:, 1], np.zeros(len(draws), dtype=bool), terminal) \
        if fleet.interact_permille else np.full(len(draws), 1000)
    return {"visible": shown, "interacted": np.where(terminal == TV, -1, gesture),
            "placement": world.honest_placement[draws[:, 2] & 255]}


def _came(world: World, campaign: Campaign, draws: U16, again: NDArray[np.bool_],
          terminal: Ints) -> dict[str, Ints]:
    """Set the referrer. Only a fleet that behaves as the audience leaves it out in applications."""
    fleet = campaign.fleet
    app = terminal >= APPS_FROM
    if fleet.referrer == "redirect":
        begin, size = world.redirects[fleet.domains]
        referrer = begin + draws[:, 3].astype(np.int64) % size
    elif fleet.referrer == "direct":
        referrer = np.full(len(draws), -1)
    else:
        referrer = world.sources[fleet.referrer][draws[:, 3]].astype(np.int64)
        referrer[again] = draws[again, 3] % OWN_REFERRERS
    page = np.where(app, -1, 0)
    return {"referrer": np.where(app, -1, referrer), "page": page}


def _sent(world: World, campaign: Campaign, watched: I64, speed: Ints, terminal: Ints,
          draws: U16) -> I64:
    needed = sent(world, watched, speed, terminal, draws)
    return np.maximum(18_000, needed * campaign.fleet.real_bytes_permille // 1000)


def kinds_of(world: World, campaign: Campaign, draws: U64) -> I64:
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
