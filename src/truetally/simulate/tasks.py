"""What a bot does on the target: first and second visits, stays, and what the site sees of it."""

import numpy as np

from truetally.simulate.rows import APPS, TV, Ints
from truetally.simulate.scenario import Campaign
from truetally.simulate.seeds import I64, U16, words
from truetally.simulate.stays import watch_times
from truetally.simulate.touches import sent, visible
from truetally.simulate.world import World

_TURN_MS = 900  # a client needs about this long to open the next page
_SPREAD_MS = 2600
_LONGEST_PURCHASED_MS = 180_000


def stay_on(world: World, campaign: Campaign, source: np.random.Generator, item: I64,  # noqa: PLR0913
            plays: I64, looks: dict[str, Ints], start: I64) -> dict[str, Ints]:
    """Draw the plays of each visit: one for the first visit and one for each second visit."""
    visit = np.repeat(np.arange(len(plays)), plays)
    first = np.cumsum(plays) - plays
    draws, more = words(source, len(visit)), words(source, len(visit))
    target = item[visit]
    part = _parts(world, source, target, first, visit)
    length = world.items.length_ms(target, part)
    watched = _watched(world, campaign, target, length, draws)
    lasts = watched + _TURN_MS + draws[:, 2].astype(np.int64) * _SPREAD_MS // 65_536
    before = np.cumsum(lasts) - lasts
    terminal = looks["terminal"][visit]
    return {
        "visit": visit, "item": target, "part": part, "length": length, "watched": watched,
        "time_ms": start[visit] + before - before[first][visit],
        **_seen(world, campaign, more, terminal), **_came(world, campaign, draws, terminal),
        "status": np.full(len(visit), 200), "value": np.full(len(visit), -1),
        "bytes": _sent(world, campaign, watched, looks["speed"][visit], terminal, more[:, 3]),
        "paid": np.zeros(len(visit), dtype=np.int64),
        "prefetch": np.zeros(len(visit), dtype=np.int64),
        "kept": np.where(np.isin(target, list(world.kept_items)), int(campaign.form.kept), -1),
    }


def _parts(world: World, source: np.random.Generator, item: I64, first: I64, visit: I64) -> I64:
    parts = world.items.parts[item]
    begin = words(source, len(first))[:, 0][visit].astype(np.int64) * parts >> 16
    nth = np.arange(len(visit)) - first[visit]
    return (begin + nth) % parts


def _watched(world: World, campaign: Campaign, item: I64, length: I64,
             draws: U16) -> I64:
    """Draw the stays: as ordered, as a bought distribution, or as the audience."""
    fleet, form = campaign.fleet, campaign.form
    if fleet.dwell == "honest":
        return watch_times(world, "", item, length, draws)
    if fleet.dwell == "purchased":
        anything = np.full(len(item), _LONGEST_PURCHASED_MS * 4)
        stay = watch_times(world, "series", item, anything, draws)
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


def _came(world: World, campaign: Campaign,
          draws: U16,
          terminal: Ints) -> dict[str, Ints]:
    """Set the referrer. Only a fleet that behaves as the audience leaves it out in applications."""
    fleet = campaign.fleet
    app = np.isin(terminal, APPS)
    if fleet.referrer == "redirect":
        begin, size = world.redirects[fleet.domains]
        referrer = begin + draws[:, 3].astype(np.int64) % size
    elif fleet.referrer == "direct":
        referrer = np.full(len(draws), -1)
    else:
        referrer = world.sources[fleet.referrer][draws[:, 3]].astype(np.int64)
    page = np.where(app, -1, 0)
    return {"referrer": np.where(app, -1, referrer), "page": page}


def _sent(world: World, campaign: Campaign, watched: I64, speed: Ints, terminal: Ints,  # noqa: PLR0913
          draws: U16) -> I64:
    needed = sent(world, watched, speed, terminal, draws)
    return np.maximum(18_000, needed * campaign.fleet.real_bytes_permille // 1000)

