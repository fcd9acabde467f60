"""Sums that a claim can rest on: each a formula over named inputs, with what each input moves.

Amounts are in fen, rounded half up once, at the end. A scenario says what follows from its inputs;
which of them a court takes is not computed here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.settlement.money import NANO_PER_FEN, divide

InputKind = Literal["plays", "price", "fen", "whole"]
Mark = Literal["judgment", "press", "reconstructed", "case", "party", "assumption"]
MARKS = ("judgment", "press", "reconstructed", "case", "party", "assumption")
USUAL_SPREAD_PERMILLE = 100  # where nobody gave a range: an illustration, not an interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One number of a formula. kind: plays, price (nano-units a thousand), fen, or whole.

    `low` and `high` bound it; `spread` says that nobody gave them and they are +-10 %.
    """

    name: str
    kind: InputKind
    value: int
    low: int
    high: int
    mark: Mark
    spread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a scenario comes to when one input alone is at its low or its high end, in fen."""

    name: str
    at_low_fen: int
    at_high_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A formula's result. `low_fen` and `high_fen` have every input at the end that makes the
    result least or most; `kind` says what the law calls it."""

    code: str
    kind: Literal["gain", "loss", "costs"]
    inputs: tuple[Input, ...]
    result_fen: int
    low_fen: int
    high_fen: int
    sensitivity: tuple[Moved, ...]


Values = Mapping[str, int]


def lowest(v: Values) -> int:
    """Plays at the lowest list price: plays / 1000 x price a thousand."""
    return divide(v["plays"] * v["price"], 1000 * NANO_PER_FEN, "half-up")


def list_price(v: Values) -> int:
    """Plays of every terminal at the terminal's list price."""
    terminals = [name.removeprefix("plays_") for name in v if name.startswith("plays_")]
    total = sum(v[f"plays_{t}"] * v[f"price_{t}"] for t in terminals)
    return divide(total, 1000 * NANO_PER_FEN, "half-up")


def stay_and_ratio(v: Values) -> int:
    """Ordered visits at the price for their stay and ratio; second visits come on top of a visit.

    plays / (1 + second visits) / 1000 x price a thousand visits.
    """
    return divide(v["plays"] * v["price"], 1000 * (1 + v["second_visits"]) * NANO_PER_FEN,
                  "half-up")


def order_ledger(v: Values) -> int:
    """What customers were charged by the seller's own order ledger."""
    return v["charged"]


def payment_ledger(v: Values) -> int:
    """What was received, less refunds."""
    return v["received"] - v["refunded"]


def payments_less_payouts(v: Values) -> int:
    """What was received, less refunds and payouts to users."""
    return v["received"] - v["refunded"] - v["paid_out"]


def overpaid_royalties(v: Values) -> int:
    """What was paid by the unfiltered count, less what is due by the restated one; at least 0."""
    return max(0, v["paid"] - v["due"])


def void_royalties(v: Values) -> int:
    """Void plays that were paid for, at the royalty for a play."""
    return divide(v["plays"] * v["price"], 1000 * NANO_PER_FEN, "half-up")


def documented_costs(v: Values) -> int:
    """Costs of stopping the conduct that have a receipt."""
    return v["receipts"]


FORMULAS: Mapping[str, tuple[Literal["gain", "loss", "costs"], Callable[[Values], int]]] = {
    "lowest": ("gain", lowest), "list_price": ("gain", list_price),
    "stay_and_ratio": ("gain", stay_and_ratio), "order_ledger": ("gain", order_ledger),
    "payment_ledger": ("gain", payment_ledger),
    "payments_less_payouts": ("gain", payments_less_payouts),
    "overpaid_royalties": ("loss", overpaid_royalties),
    "void_royalties": ("loss", void_royalties), "documented_costs": ("costs", documented_costs),
}
_LESS = {"second_visits", "refunded", "paid_out", "due"}  # the more of these, the less the result


def given(name: str, kind: InputKind, value: int, mark: Mark, low: int | None = None,
          high: int | None = None) -> Input:
    """Make an input; without a range, plays and prices get one of +-10 %, the rest none."""
    spread = low is None and high is None and kind in ("plays", "price")
    share = USUAL_SPREAD_PERMILLE if spread else 0
    return Input(name=name, kind=kind, value=value, mark=mark, spread=spread,
                 low=divide(value * (1000 - share), 1000, "half-up") if low is None else low,
                 high=divide(value * (1000 + share), 1000, "half-up") if high is None else high)


def scenario(code: str, inputs: Sequence[Input]) -> Scenario:
    """Compute a scenario, what each input alone moves, and both ends."""
    kind, formula = FORMULAS[code]
    central = {i.name: i.value for i in inputs}
    least = {i.name: i.high if i.name in _LESS else i.low for i in inputs}
    most = {i.name: i.low if i.name in _LESS else i.high for i in inputs}
    moved = tuple(Moved(name=i.name, at_low_fen=formula({**central, i.name: i.low}),
                        at_high_fen=formula({**central, i.name: i.high}))
                  for i in inputs if (i.low, i.high) != (i.value, i.value))
    return Scenario(code=code, kind=kind, inputs=tuple(inputs), result_fen=formula(central),
                    low_fen=formula(least), high_fen=formula(most), sensitivity=moved)
