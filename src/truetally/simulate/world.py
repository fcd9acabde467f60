"""Everything the blocks of one simulation share, compiled once: tables, texts and code numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.events.schema import TERMINALS
from truetally.simulate.browsers import Browsers, compile_browsers
from truetally.simulate.items import Items, compile_items
from truetally.simulate.plan import Plan
from truetally.simulate.population import Population, compile_population
from truetally.simulate.scenario import Scenario, Values
from truetally.simulate.seeds import I64, mix
from truetally.simulate.tables import curve, ramp, slots

_PLACES = 4096
_LIST = 48  # user agents in the seller's list, for each terminal
CLIPS = ("clip",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Watch-time profiles, one row each: share that looks in, for how long, and what is seen."""

    names: tuple[str, ...]
    browse: I64
    glance: I64
    seen: I64


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A scenario at one size and seed, ready to draw blocks from."""

    plan: Plan
    scenario: Scenario
    seed: int
    people: Population
    items: Items
    curves: Mapping[str, I64]
    watch: Watch
    referrers: tuple[str, ...]
    sources: Mapping[str, NDArray[np.int32]]
    embeds: tuple[int, int]
    redirects: Mapping[tuple[str, ...], tuple[int, int]]
    speed: I64
    plays: NDArray[np.int32]
    next_play: NDArray[np.int32]
    pause: I64
    double_click: I64
    activity: I64
    status: NDArray[np.int32]
    value: NDArray[np.int32]
    placements: tuple[str, ...]
    honest_placement: NDArray[np.int32]
    hidden_placement: NDArray[np.int32]
    agents_listed: I64
    kept_items: I64


def compile_world(plan: Plan, seed: int) -> World:
    """Compile a plan for one seed."""
    scenario = plan.scenario
    audience = scenario.audience
    referrers, groups = _referrers(scenario)
    browsers = compile_browsers(scenario.browsers, audience)
    placements = _placements(audience["placements"])
    visits = audience["sessions"]
    return World(
        plan=plan, scenario=scenario, seed=seed, items=compile_items(scenario),
        people=compile_population(scenario, browsers, plan.devices, seed),
        curves={name: curve(hours) for name, hours in audience["curves"].items()},
        watch=_watch(audience["watch"]), referrers=tuple(referrers),
        sources={name: _source(shares, groups, len(referrers))
                 for name, shares in audience["sources"].items()},
        embeds=groups["embed"],
        redirects={c.fleet.domains: groups["|".join(c.fleet.domains)] for c in scenario.campaigns},
        speed=np.stack([ramp(audience["bitrate_kbps"][t], 256) for t in TERMINALS]),
        plays=slots(visits["plays"], _PLACES), next_play=slots(list(visits["next"].values()), 1024),
        pause=ramp(visits["pause_ms"]), double_click=ramp(visits["double_click_ms"]),
        activity=ramp(visits["activity"]), status=_status(audience["status"]["shares"]),
        value=_value(audience["value"]["shares"]), placements=placements[0],
        honest_placement=placements[1], hidden_placement=placements[2],
        agents_listed=_agent_list(browsers), kept_items=np.unique(np.concatenate(
            [np.zeros(0, dtype=np.int64), *(c.item for c in scenario.crowds if c.kept)])))


def _watch(profiles: Values) -> Watch:
    return Watch(names=tuple(profiles),
                 browse=np.array([p["browse"] for p in profiles.values()], dtype=np.int64),
                 glance=np.stack([ramp(p["glance_ms"], _PLACES) for p in profiles.values()]),
                 seen=np.stack([ramp(p["seen"], _PLACES) for p in profiles.values()]))


def _referrers(scenario: Scenario) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """List every referrer, and where each group of them stands: (first, how many)."""
    texts: list[str] = []
    groups: dict[str, tuple[int, int]] = {}
    for name, rows in scenario.audience["referrers"].items():
        found = rows if isinstance(rows, list) else [
            rows["text"].format(n=n) for n in range(rows["hosts"])]
        groups[name] = (len(texts), len(found))
        texts += found
    redirect = scenario.fleets["redirect"]
    for domains in dict.fromkeys(c.fleet.domains for c in scenario.campaigns):
        found = [redirect["text"].format(domain=d, n=n) for d in domains
                 for n in range(redirect["paths"])]
        groups["|".join(domains)] = (len(texts), len(found))
        texts += found
    return texts, groups


def _source(shares: Values, groups: Mapping[str, tuple[int, int]],
            count: int) -> NDArray[np.int32]:
    """Return referrer numbers, -1 for none, at 65,536 places."""
    weights = np.zeros(count + 1, dtype=np.int64)
    for name, share in shares.items():
        first, size = groups[name] if name != "direct" else (-1, 1)
        weights[first + 1: first + 1 + size] += share * 1_000_000 // size
    return slots(weights) - 1


def _status(shares: Values) -> NDArray[np.int32]:
    codes = np.array([int(code) for code in shares], dtype=np.int32)
    return codes[slots(list(shares.values()), 1024)]


def _value(shares: Values) -> NDArray[np.int32]:
    return slots([1000 - sum(shares.values()), *shares.values()], 1024) - 1


def _placements(rows: Values) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.int32]]:
    names = [text for text, _ in (*rows["honest"], *rows["hidden"])]
    honest = slots([n for _, n in rows["honest"]], 256)
    hidden = slots([n for _, n in rows["hidden"]], 256) + len(rows["honest"])
    return tuple(names), honest, hidden.astype(np.int32)


def _agent_list(tables: Browsers) -> I64:
    """Return the seller's user-agent list, `_LIST` numbers for each terminal: common strings."""
    rows = []
    for terminal in range(len(TERMINALS)):
        browsers = np.flatnonzero(tables.terminal == terminal)
        numbers = [np.arange(tables.base[b], tables.base[b] + tables.versions[b] *
                             len(np.unique(tables.systems_of[b]))) for b in browsers]
        agents = np.unique(tables.agent_of[np.concatenate(numbers)])
        order = np.argsort(mix(agents, 89), kind="stable")
        rows.append(np.resize(agents[order], _LIST))
    return np.stack(rows)
