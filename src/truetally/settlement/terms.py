"""What a contract says, as plain data, and which of its entries an item falls under."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.settlement.money import Rounding
from truetally.settlement.periods import Period

Bearer = Literal["payer", "payee", "escrow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From the play of this number on, counted from 1 in a period, each costs `price_nano`."""

    from_play: int
    price_nano: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Least and most that a period comes to, in nano-units; None: no such bound."""

    guarantee_nano: int | None = None
    cap_nano: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item, or all items that a pattern matches, with its price by tiers.

    `bounds` hold for each matched item in each period.
    """

    item_id: str
    pattern: re.Pattern[str] | None
    name: str
    tiers: tuple[Tier, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """What a contract asks of a valid play beyond the case's policy."""

    minimum_watch_ms: int | None
    paid_only: bool

    @property
    def plain(self) -> bool:
        """Whether it asks nothing more."""
        return self.minimum_watch_ms is None and not self.paid_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A checked contract. `sha256` is of the text as it was parsed."""

    number: str
    title: str
    payer: str
    payee: str
    currency: str
    periods: tuple[Period, ...]
    rounding: Rounding
    round_at: Literal["line", "total"]
    valid: Valid
    undetermined: Bearer
    suspect: Bearer
    hold_back: bool
    release_after_days: int
    entries: tuple[Entry, ...]
    total: Bounds
    text: str
    sha256: str

    def release_day(self, period: Period) -> datetime.date:
        """Return the day on which what a period holds back is released."""
        return period.last + datetime.timedelta(self.release_after_days)


def entry_of(contract: Contract, items: Sequence[str]) -> dict[str, Entry]:
    """Find the entry of every item that has one: its own id first, else the first pattern."""
    exact = {e.item_id: e for e in contract.entries if e.pattern is None}
    patterns = [e for e in contract.entries if e.pattern is not None]
    found: dict[str, Entry] = {}
    for item in items:
        entry = exact.get(item) or next(
            (e for e in patterns if e.pattern and e.pattern.fullmatch(item)), None)
        if entry is not None:
            found[item] = entry
    return found
