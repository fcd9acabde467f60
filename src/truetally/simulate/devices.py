"""Read off what devices look like on a day, in a visit."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from truetally.simulate.population import FRESH, REGION_BITS, RESIDENTIAL, STEP, Population
from truetally.simulate.seeds import I64, U64, below, hashed_words, mix

Columns = Mapping[str, NDArray[np.integer]]
_SPAN = 1 << (REGION_BITS - 3)  # addresses of one kind of place in one region
Flags = NDArray[np.bool_]
_EQUAL_PLACES = ("public", "hotel", "office")
_LEASE_DAYS = 5
_LAG_DAYS = 21


def look(people: Population, device: I64, day: I64, visit: U64) -> dict[str, NDArray[np.integer]]:
    """Return every attribute of `device` on local `day` (since 1970) in the visit hashed `visit`.

    One value a visit; numbers index the population's tables, -1 (or 0 for hashed identities) is
    unknown. Devices from `FRESH` on have the looks of the audience and an identity of their own.
    """
    place, terminal = people.place[device % STEP], people.terminal[device % STEP]
    home_region = people.region_of[hashed_words(device, people.salt + 51)[:, 0]]
    group = group_of(people, device, place, home_region)
    twin, restored = _twins(people, device, place, group)
    gate = np.isin(place, _own_region(people), invert=True)
    region = np.where(gate, people.region_of[hashed_words(group, people.salt + 51)[:, 0]],
                      home_region)
    return {
        "terminal": terminal, "place": place, "region": region,
        **technical(people, twin, terminal, day),
        **identity(people, device, day), **_worn(people, device, day, visit, twin, restored),
        "ip": addresses(people, group, place, region, day, visit),
        "truth": device, "session": mix(visit, people.salt + 52),
    }


def group_of(people: Population, device: I64, place: I64, region: NDArray[np.integer]) -> I64:
    """Return the household or gateway of each device; gateways are shared, households are not.

    A mobile network's gateways are those of the region; campuses, offices and hotels hold devices
    whose numbers are neighbours.
    """
    home, mobile = _own_region(people)
    shared = device // STEP // people.steps_a_group[place] % people.groups[place]
    shared = shared * len(people.places) + place
    pools = max(1, int(people.groups[mobile]) // len(people.regions))
    pool = region * pools + (mix(device, people.salt + 50) % np.uint64(pools)).astype(np.int64)
    return np.where(place == home, device, np.where(place == mobile, -1 - pool, shared))


def _own_region(people: Population) -> tuple[int, int]:
    """Places where a device's region is its own and not its gateway's: home and mobile network."""
    return people.places.index("home"), people.places.index("mobile")


def _twins(people: Population, device: I64, place: I64, group: I64) -> tuple[I64, Flags]:
    """Return the device that each one is taken for, and whether it is restored at every start.

    In some cafes, hotels and offices all machines of a kind are equal: one fingerprint for all.
    """
    gate = np.isin(place, [people.places.index(p) for p in _EQUAL_PLACES])
    equal = gate & (mix(group, people.salt + 62) % np.uint64(1000) <
                    people.permille["shared_permille"])
    steps = people.steps_a_group[place]
    first = (device // STEP // steps * steps) * STEP + people.first_alike[device % STEP]
    return np.where(equal, first, device), equal


def _worn(people: Population, device: I64, day: I64, visit: U64, twin: I64,
          restored: Flags) -> Columns:
    """Give equal machines one fingerprint, and a new cookie to whoever keeps none."""
    draws = hashed_words(device, people.salt + 63)[:, 0].astype(np.int64)
    private = draws * 1000 >> 16 < people.permille["private_permille"]
    kept = identity(people, device, day)["cookie"]
    return {"device": mix(twin, people.salt + 58),
            "cookie": np.where(private | restored, mix(visit, people.salt + 64), kept)}


def technical(people: Population, device: I64, terminal: I64, day: I64) -> Columns:
    """Choose browser, version, plugin list, screen and language of each device on a day."""
    draws = hashed_words(device, people.salt + 53)
    others = hashed_words(device, people.salt + 54)
    tables = people.browsers
    browser = tables.of_terminal[terminal, draws[:, 0] >> 4].astype(np.int64)
    system = tables.systems_of[browser, draws[:, 1] >> 8]
    version = tables.versions_of[browser, draws[:, 2] >> 8].astype(np.int64)
    updating = np.flatnonzero(tables.updates[browser])
    known = day[updating] - others[updating, 3] % _LAG_DAYS
    newest = (tables.released[browser[updating]] <= known[:, None]).sum(axis=1) - 1
    version[updating] = np.maximum(newest, 0)
    number = tables.base[browser] + system * tables.versions[browser] + version
    return {"ua": tables.agent_of[number], "plugins": tables.plugin_of[browser, draws[:, 3] >> 7],
            "screen": people.screen_of[terminal, others[:, 0] >> 8],
            "language": people.language_of[others[:, 1] >> 4], "speed": others[:, 2]}


def identity(people: Population, device: I64, day: I64) -> Columns:
    """Give each device its fingerprint, its cookie of the day, and perhaps an account."""
    draws = hashed_words(device, people.salt + 55)
    rates = people.permille
    life = people.cookie_days[draws[:, 0] >> 4]
    cookie = mix(device * 4096 + (day + draws[:, 1]) // life % 4096, people.salt + 56)
    has_account = (draws[:, 2] % 1000 < rates["account_permille"]) & (device < FRESH * STEP)
    account = np.where(has_account, mix(device >> 1, people.salt + 57), np.uint64(0))
    paid = has_account & (draws[:, 3] % 1000 < rates["paid_permille"])
    return {"device": mix(device, people.salt + 58), "cookie": cookie, "account": account,
            "paid": paid.astype(np.int64)}


def addresses(people: Population, group: I64, place: I64, region: NDArray[np.integer],
              day: I64, visit: U64) -> I64:
    """Choose the address of each visit.

    A home keeps its address for a lease of some days; a gateway has a few addresses, and a visit
    leaves by one of them. A few homes are on IPv6, or reach the site through a data centre.
    """
    draws = hashed_words(group, people.salt + 59)
    home = place == people.places.index("home")
    epoch = np.where(home, (day + draws[:, 0] % _LEASE_DAYS) // _LEASE_DAYS,
                     below(visit, people.addresses[place]))
    host = mix(group * 8192 + epoch % 8192, people.salt + 60)
    ip = residential(region, host) + place * _SPAN
    six = home & (draws[:, 1] % 1000 < people.permille["v6_permille"])
    network = (mix(group, people.salt + 61) >> np.uint64(34)).astype(np.int64) + 1
    ip = np.where(six, (network << 32) + (day & 0xFFFF), ip)
    rented = home & (draws[:, 2] % 1000 < people.permille["data_centre_permille"])
    return np.where(rented & ~six, data_centre(people, host), ip)


def residential(region: NDArray[np.integer], draws: U64) -> I64:
    """Choose home addresses in given regions."""
    base: I64 = RESIDENTIAL + (region.astype(np.int64) << REGION_BITS)
    return base + below(draws, _SPAN)


def data_centre(people: Population, draws: U64) -> I64:
    """Choose addresses of rented machines."""
    network = (draws & np.uint64(0xFFFF)).astype(np.int64) % len(people.networks)
    first: I64 = people.networks[network, 0]
    return first + below(draws, people.networks[network, 1])
