"""What a scenario is: an audience, crowds on named titles, and campaigns bought for them.

All counts are those at scale 1.0; `plan` scales them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from truetally.simulate.seeds import I64

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Honest plays. `item` and `day` are cells with `events` plays; item -1 is the catalogue.

    `place` limits the crowd to devices of one kind of place; `gateway` to a single group of
    addresses there. `steady` draws stays evenly, so that a published mean is met in small samples.
    """

    name: str
    item: I64
    day: I64
    events: I64
    curve: str
    watch: str
    source: str
    place: str | None = None
    gateway: bool = False
    steady: bool = False
    kept: bool = False
    plays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The order form: what a customer may choose. Prices are fen for a thousand visits."""

    stay_ms: int
    second_visits: int
    terminals: tuple[tuple[str, int], ...]
    spread: str
    regions: tuple[str, ...]
    price_fen: int
    kept: bool
    ledger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How the seller's software carries orders out. The values are explained in fleets.toml."""

    name: str
    agents: str
    plugins: str
    referrer: str
    dwell: str
    jitter_ms: int
    address: str
    data_centre_permille: int
    identity: str
    people_permille: int
    tasks_per_client: int
    interact_permille: int
    real_bytes_permille: int
    screens: str
    capped: bool
    hidden: bool
    domains: tuple[str, ...]
    persona: str
    clients_a_line: int
    together: int
    loop: int
    paced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Orders with one form, carried out by one fleet. One entry an order in each array.

    `events` are the accesses to deliver at scale 1.0, from `first_day` over `days` days.
    """

    fleet: Fleet
    form: Form
    order_id: I64
    item: I64
    first_day: I64
    days: I64
    events: I64


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole scenario. Days count from `start_day` (local days since 1970-01-01).

    `titles` are named items; they follow the `catalogue` items in number. `dose` is null where
    the figures are those of a case.
    """

    name: str
    title: str
    log: str
    kind: str
    start_day: int
    days: int
    offset_ms: int
    catalogue: int
    plays_per_device: int
    titles: tuple[tuple[str, str], ...]
    crowds: tuple[Crowd, ...]
    campaigns: tuple[Campaign, ...]
    holidays: tuple[int, ...]
    dose: str | None
    audience: Values
    fleets: Values
    browsers: Values
