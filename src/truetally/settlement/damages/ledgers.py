"""Read a seller's order ledger, a payment ledger and receipts: CSV, every line checked."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from truetally.errors import InputError, problem
from truetally.settlement.money import NANO_PER_FEN, divide, parse_nano

MOST_FEN = 10**17
MOST_COUNT = 10**15
_MOST_FIELD = 10_000
_MOST_BYTES = 1 << 30
_PRICES = "price_per_thousand|price_per_thousand_fen|price_fen_per_thousand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """An order ledger added up. `charged_fen` is what the ledger says; `priced_fen` what ordered
    visits come to at the ledger's own prices, `delivered_fen` what done ones do; `differing` counts
    orders whose charge is neither."""

    orders: int
    ordered: int
    done: int
    accesses: int
    charged_fen: int
    priced_fen: int
    delivered_fen: int
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """A payment ledger added up, in fen."""

    payments: int
    received_fen: int
    refunded_fen: int
    paid_out_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One reasonable cost; `receipt` names its receipt, "" if there is none."""

    what: str
    amount_fen: int
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of a ledger, with what is needed to say where it is wrong."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def refuse(self, column: str, expected: str) -> NoReturn:
        """Raise InputError with line and column."""
        raise InputError(problem(
            f"not usable in line {self.line}, column {column}", where=self.path,
            expected=expected, found=repr(self.cells.get(column))[:100],
            then="correct the ledger"))

    def count(self, column: str) -> int:
        """Take a whole number; an empty cell is 0."""
        text = self.cells.get(column) or "0"
        if not (text.isascii() and text.isdigit()) or len(text) > 16 or int(text) > MOST_COUNT:  # noqa: PLR2004 - digits of the bound
            self.refuse(column, f"a whole number from 0 to {MOST_COUNT}")
        return int(text)

    def fen(self, name: str) -> int | None:
        """Take an amount from ``<name>_fen`` (whole fen) or `name` (yuan with two decimals)."""
        if self.cells.get(f"{name}_fen"):
            return self.count(f"{name}_fen")
        text = self.cells.get(name)
        if not text:
            return None
        nano = parse_nano(text, decimals=2)
        if nano is None or nano // NANO_PER_FEN > MOST_FEN:
            self.refuse(name, "yuan such as 12.50")
        return nano // NANO_PER_FEN


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[_Row]:
    """Yield a ledger's lines. One of each `a|b` in `required` must be a column."""
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise InputError(problem("no such ledger", where=path,
                                 expected=f"a CSV file of at most {_MOST_BYTES} bytes",
                                 then="check the path"))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            csv.field_size_limit(_MOST_FIELD)
            reader = csv.DictReader(file, strict=True, restkey="")
            _need(path, set(reader.fieldnames or ()), required)
            for cells in reader:
                yield _Row(path=path, line=reader.line_num,
                           cells={k: v for k, v in cells.items() if isinstance(v, str)})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(problem("cannot read the ledger", where=path, expected="CSV in UTF-8",
                                 found=str(error)[:200],
                                 then="check the file")) from error


def _need(path: Path, have: set[str], required: tuple[str, ...]) -> None:
    for names in required:
        if not have & set(names.split("|")):
            raise InputError(problem("a ledger lacks a column", where=path,
                                     expected=names.replace("|", " or "),
                                     found=", ".join(sorted(have))[:300],
                                     then="name the column so"))


def read_orders(path: Path) -> Orders:
    """Add an order ledger up: ordered, done, accesses, price a thousand and cost of every order.

    An order without a cost is charged what its ordered visits come to. Half a fen goes up.

    Raises:
        InputError: no such file, a column is missing, or a cell is no number; with the line.
    """
    orders = ordered = done = accesses = charged = priced = delivered = differing = 0
    for row in _rows(path, ("ordered", _PRICES)):
        price = (row.count("price_fen_per_thousand") if row.cells.get("price_fen_per_thousand")
                 else row.fen("price_per_thousand"))
        if price is None:
            row.refuse("price_per_thousand", "a price for a thousand visits")
        worth, part = (divide(row.count(c) * price, 1000, "half-up") for c in ("ordered", "done"))
        said = row.fen("cost")
        orders += 1
        ordered += row.count("ordered")
        done += row.count("done")
        accesses += row.count("accesses")
        priced += worth
        charged += worth if said is None else said
        delivered += part
        differing += said not in {None, worth, part}
    return Orders(orders=orders, ordered=ordered, done=done, accesses=accesses,
                  charged_fen=charged, priced_fen=priced, delivered_fen=delivered,
                  differing=differing)


def read_payments(path: Path) -> Payments:
    """Add a payment ledger up: amounts that came in, refunds, and payouts to users.

    The column `direction` says in, refund or out; without it everything came in.

    Raises:
        InputError: as `read_orders`, or another direction.
    """
    sums = {"in": 0, "refund": 0, "out": 0}
    payments = 0
    for row in _rows(path, ("amount|amount_fen",)):
        direction, amount = row.cells.get("direction") or "in", row.fen("amount")
        if direction not in sums:
            row.refuse("direction", "in, refund or out")
        if amount is None:
            row.refuse("amount", "an amount")
        sums[direction] += amount
        payments += 1
    return Payments(payments=payments, received_fen=sums["in"], refunded_fen=sums["refund"],
                    paid_out_fen=sums["out"])


def read_costs(path: Path) -> tuple[Cost, ...]:
    """Read costs with their receipts: columns what, amount, receipt.

    Raises:
        InputError: as `read_orders`.
    """
    found = []
    for row in _rows(path, ("what", "amount|amount_fen", "receipt")):
        amount = row.fen("amount")
        if amount is None:
            row.refuse("amount", "an amount")
        found.append(Cost(what=row.cells.get("what") or "", amount_fen=amount,
                          receipt=row.cells.get("receipt") or ""))
    return tuple(found)
