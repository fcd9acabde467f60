"""The devices of the audience: every attribute is a function of the device's number.

Device d stands in step ``d // 1024`` at place ``d % 1024``; the 1,024 places hold the mix of kinds
of place and terminals, so devices of one kind can be drawn directly. Devices past the population
(`FRESH`) look like honest ones but have no history.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.events.schema import TERMINALS
from truetally.simulate.browsers import Browsers
from truetally.simulate.scenario import Scenario, Values
from truetally.simulate.seeds import I64, mix
from truetally.simulate.tables import slots

STEP = 1024
FRESH = 1 << 33  # steps from here on belong to fleets
RESIDENTIAL = 0xF0000000  # 240.0.0.0/4 is reserved (RFC 1112): no record points at anybody
REGION_BITS = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Tables from which the attributes of devices are read. `salt` makes seeds differ."""

    salt: int
    devices: int
    start_day: int
    browsers: Browsers
    place: NDArray[np.int64]
    terminal: NDArray[np.int64]
    first_alike: I64
    places: tuple[str, ...]
    steps_a_group: I64
    groups: I64
    addresses: I64
    regions: tuple[str, ...]
    region_of: NDArray[np.int32]
    screens: tuple[str, ...]
    screen_of: NDArray[np.int32]
    languages: tuple[str, ...]
    language_of: NDArray[np.int32]
    cookie_days: I64
    permille: Values
    networks: I64

    def kinds(self, *, place: str | None = None, terminal: int | None = None) -> I64:
        """Return the places (0..1023) of devices of a kind; all terminals there if none fits."""
        fits = np.ones(STEP, dtype=bool)
        if place is not None:
            fits &= self.place == self.places.index(place)
        if terminal is not None and (fits & (self.terminal == terminal)).any():
            fits &= self.terminal == terminal
        return np.flatnonzero(fits)


def compile_population(scenario: Scenario, browsers: Browsers, devices: int,
                       seed: int) -> Population:
    """Lay out a population of `devices` for one seed."""
    audience = scenario.audience
    places = tuple(audience["places"])
    place, terminal = _mix(audience["mix"], places)
    held = np.bincount(place, minlength=len(places))
    group = np.array([audience["group"][p] for p in places], dtype=np.int64)
    steps = np.maximum(1, group[:, 0] // np.maximum(1, held))
    screens = sorted({s for rows in audience["screens"].values() for s, _ in rows})
    return Population(
        salt=int(mix(np.array([seed & ((1 << 63) - 1)]), 1)[0] >> 8), devices=devices,
        start_day=scenario.start_day, browsers=browsers, place=place, terminal=terminal,
        first_alike=_first_alike(place, terminal),
        places=places, steps_a_group=steps, groups=np.maximum(1, devices // STEP // steps),
        addresses=group[:, 1],
        regions=tuple(audience["regions"]), region_of=slots(list(audience["regions"].values())),
        screens=tuple(screens), screen_of=_screens(audience["screens"], screens),
        languages=tuple(t for t, _ in audience["languages"]["shares"]),
        language_of=slots([n for _, n in audience["languages"]["shares"]], 4096),
        cookie_days=_cookie_days(audience["cookies"]["days"]), permille=audience,
        networks=_networks(scenario.fleets["data_centre"]["networks"]))


def _mix(mixed: Values, places: tuple[str, ...]) -> tuple[I64, I64]:
    """Lay the kinds out over the 1,024 places, shuffled so that any run of them is a fair mix."""
    kinds = [(places.index(p), TERMINALS.index(t), n) for p, row in mixed.items()
             for t, n in row.items()]
    table = slots([n for _, _, n in kinds], STEP)
    table = table[np.argsort(mix(np.arange(STEP), 41), kind="stable")]
    both = np.array([(p, t) for p, t, _ in kinds], dtype=np.int64)[table]
    return both[:, 0].copy(), both[:, 1].copy()


def _first_alike(place: I64, terminal: I64) -> I64:
    """Return, for each of the 1,024 places, the first one of the same kind."""
    _, first, kind = np.unique(place * len(TERMINALS) + terminal, return_index=True,
                               return_inverse=True)
    return np.asarray(first[kind], dtype=np.int64)


def _screens(rows: Values, screens: list[str]) -> NDArray[np.int32]:
    tables = []
    for terminal in TERMINALS:
        numbers = np.array([screens.index(s) for s, _ in rows[terminal]], dtype=np.int32)
        tables.append(numbers[slots([n for _, n in rows[terminal]], 256)])
    return np.stack(tables)


def _cookie_days(rows: list[list[int]]) -> I64:
    return np.array([d for d, _ in rows], dtype=np.int64)[slots([n for _, n in rows], 4096)]


def _networks(texts: list[str]) -> I64:
    """Return (first address, size) of each network."""
    rows = []
    for text in texts:
        address, length = text.split("/")
        a, b, c, d = (int(n) for n in address.split("."))
        rows.append((a << 24 | b << 16 | c << 8 | d, 1 << (32 - int(length))))
    return np.array(rows, dtype=np.int64)
