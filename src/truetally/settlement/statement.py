"""A royalty statement: what each item earned in each period, what is held back, what changes hands.

Two sums run side by side. `full` is what is due if nothing disputed turns out to be fake; `due` is
what is due now, on the lower bound of valid plays. Their difference is held back until the release
day. Bounds and prices never make more plays worth less, so that nothing held back is negative but
for a rounding of less than a fen.

    paid_before + pay_now - claw_back = due        due + held_back = full
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from truetally.settlement.money import NANO_PER_FEN, to_fen
from truetally.settlement.plays import Plays
from truetally.settlement.terms import Bounds, Contract, Entry, Tier
from truetally.settlement.unnamed import Unnamed

Kind = Literal["item", "bound", "rounding"]
Key = tuple[str, Kind, str]  # period's label, kind, item


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; amounts in nano-units of the currency. Plays are counts of events.

    kind: `item`; `bound` (a period's guarantee or cap); `rounding` (a period's total to whole fen).
    `payable_plays` is what `full` is computed of, `lower_plays` what `due` is; `bound_nano` is the
    part of `full` that the line's own guarantee adds or its cap takes.
    """

    period: str
    kind: Kind
    item_id: str = ""
    name: str = ""
    plays: Plays = field(default_factory=Plays)
    unnamed_fakes: int = 0
    payable_plays: int = 0
    lower_plays: int = 0
    bound_nano: int = 0
    full_nano: int = 0
    due_nano: int = 0
    release_day: datetime.date | None = None
    paid_before_nano: int = 0

    @property
    def key(self) -> Key:
        """What makes it the same line in another statement."""
        return self.period, self.kind, self.item_id

    @property
    def held_back_nano(self) -> int:
        """What stays in escrow until the release day."""
        return self.full_nano - self.due_nano

    @property
    def pay_now_nano(self) -> int:
        """What is still to be paid."""
        return max(0, self.due_nano - self.paid_before_nano)

    @property
    def claw_back_nano(self) -> int:
        """What was paid and is no longer due."""
        return max(0, self.paid_before_nano - self.due_nano)


def worth(tiers: Sequence[Tier], plays: int) -> int:
    """Price plays by graduated tiers: each play costs what its own tier says. Nano-units."""
    total = 0
    ends = [*[t.from_play for t in tiers[1:]], plays + 1]
    for tier, end in zip(tiers, ends, strict=True):
        total += max(0, min(end, plays + 1) - tier.from_play) * tier.price_nano
    return total


def bounded(amount: int, bounds: Bounds) -> int:
    """Raise an amount to the guarantee, then cut it to the cap."""
    if bounds.guarantee_nano is not None:
        amount = max(amount, bounds.guarantee_nano)
    return amount if bounds.cap_nano is None else min(amount, bounds.cap_nano)


def make_lines(contract: Contract, plays: Mapping[tuple[int, str], Plays],
               entries: Mapping[str, Entry], unnamed: Unnamed,
               as_of: datetime.date | None) -> list[Line]:
    """Make the lines of every period, items in the order of their ids, before any claw-back.

    `plays` are by place of the period and item; `unnamed` bounds the fakes that no verdict
    names. An item's bound is spread over its periods by payable plays, upwards.
    What is held back is released where `as_of` has reached the release day.
    """
    lines: list[Line] = []
    always = {e.item_id for e in contract.entries if e.pattern is None}
    shares = _shares(contract, plays, unnamed)
    for place, period in enumerate(contract.periods):
        release = contract.release_day(period)
        released = as_of is not None and as_of >= release
        items = sorted(always | {item for p, item in plays if p == place and item in entries})
        mine = [_line(contract, entries[item], period.label, item,
                      plays.get((place, item), Plays()),
                      0 if released else shares.get((place, item), 0), released=released,
                      release=release)
                for item in items]
        lines += mine + _closing(contract, period.label, mine, release)
    return lines


def payable(contract: Contract, plays: Plays) -> int:
    """Count the plays that are paid in the end if no dispute goes against the payee."""
    refused = plays.suspect if contract.suspect == "payee" else 0
    added = plays.undetermined if contract.undetermined != "payee" else 0
    return plays.valid - refused + added


def disputed(contract: Contract, plays: Plays) -> int:
    """Count the payable plays that wait in escrow."""
    return ((plays.suspect if contract.suspect == "escrow" else 0)
            + (plays.undetermined if contract.undetermined == "escrow" else 0))


def _shares(contract: Contract, plays: Mapping[tuple[int, str], Plays],
            unnamed: Unnamed) -> dict[tuple[int, str], int]:
    if not contract.hold_back:
        return {}
    whole: dict[str, int] = {}
    for (_, item), found in plays.items():
        whole[item] = whole.get(item, 0) + payable(contract, found)
    bounds = {item: unnamed.bound(item, n) for item, n in whole.items()}
    return {(place, item): -(-bounds[item] * payable(contract, found) // whole[item])
            for (place, item), found in plays.items() if bounds[item] and whole[item]}


def _line(contract: Contract, entry: Entry, period: str,  # noqa: PLR0913 - one row
          item: str, plays: Plays, unnamed: int, *, released: bool, release: datetime.date) -> Line:
    most = payable(contract, plays)
    least = most if released else max(0, most - disputed(contract, plays) - unnamed)
    priced = _rounded(contract, worth(entry.tiers, most))
    full = bounded(priced, entry.bounds)
    due = full if least == most else bounded(
        _rounded(contract, worth(entry.tiers, least)), entry.bounds)
    return Line(period=period, kind="item", item_id=item,
                name=entry.name if entry.pattern is None else item, plays=plays,
                unnamed_fakes=unnamed, payable_plays=most, lower_plays=least,
                bound_nano=full - priced, full_nano=full, due_nano=due,
                release_day=release if due != full else None)


def _rounded(contract: Contract, nano: int) -> int:
    if contract.round_at == "total":
        return nano
    return to_fen(nano, contract.rounding) * NANO_PER_FEN


def _closing(contract: Contract, period: str, lines: Sequence[Line],
             release: datetime.date) -> list[Line]:
    """Make the lines that close a period: its guarantee or cap, and its rounding."""
    full, due = sum(x.full_nano for x in lines), sum(x.due_nano for x in lines)
    found = []
    most, least = bounded(full, contract.total), bounded(due, contract.total)
    if (most, least) != (full, due):
        found.append(Line(period=period, kind="bound", bound_nano=most - full,
                          full_nano=most - full, due_nano=least - due,
                          release_day=release if most - full != least - due else None))
    whole, part = (to_fen(n, contract.rounding) * NANO_PER_FEN for n in (most, least))
    if (whole, part) != (most, least):
        found.append(Line(period=period, kind="rounding", full_nano=whole - most,
                          due_nano=part - least))
    return found
