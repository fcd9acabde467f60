"""A royalty contract as TOML, parsed strictly: docs/settlement.md lists every key.

An unknown key, a value out of bounds or two entries for one item is refused with the key and its
line. Money is text, so that no binary fraction comes between a signature and a payment.
"""

import hashlib
import re
from pathlib import Path
from typing import Literal, cast

from truetally.settlement import tables
from truetally.settlement.money import Rounding
from truetally.settlement.periods import KINDS, Period, periods
from truetally.settlement.tables import Table
from truetally.settlement.terms import Bearer, Bounds, Contract, Entry, Tier, Valid

BEARERS = ("payer", "payee", "escrow")
# ISO 4217 currencies whose smallest unit is a hundredth; here called fen.
CURRENCIES = ("CNY", "EUR", "GBP", "HKD", "MOP", "SGD", "TWD", "USD")
PRICE_DECIMALS = 6
MOST_PRICE = 1_000_000
MOST_AMOUNT = 10**12
MOST_ITEMS = 10_000
MOST_TIERS = 50
MOST_STARS = 2  # of one pattern: each adds a loop to the match
MOST_WATCH_S = 86_400
MOST_PLAYS = 10**15
MOST_DAYS = 36_600
_TOP = ("number", "title", "payer", "payee", "currency", "from", "to", "period", "rounding",
        "round_at", "valid", "bears", "hold_back", "item", "total")


def read_contract(path: Path) -> Contract:
    """Read a contract file.

    Raises:
        InputError: it cannot be read, or something in it is wrong; with key and line.
    """
    return parse_contract(tables.read_text(path), str(path))


def parse_contract(text: str, where: str) -> Contract:
    """Check a contract's text and return it.

    Raises:
        InputError: with the key, its line, what was expected and what was found.
    """
    top = tables.parse_document(text, where)
    tables.known(top, _TOP)
    _release_is_dated(top)
    held, days = _hold_back(top)
    return Contract(
        number=tables.text(top, "number"), title=tables.text(top, "title"),
        payer=tables.text(top, "payer"), payee=tables.text(top, "payee"),
        currency=tables.choice(top, "currency", CURRENCIES), periods=_term(top),
        rounding=cast("Rounding", tables.choice(top, "rounding", ("half-up", "half-even"))),
        round_at=cast("Literal['line', 'total']",
                      tables.choice(top, "round_at", ("line", "total"))),
        valid=_valid(top), undetermined=_bearer(top, "undetermined", "payee"),
        suspect=_bearer(top, "suspect", "payer"), hold_back=held, release_after_days=days,
        entries=_entries(top),
        total=_total(top), text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def _term(top: Table) -> tuple[Period, ...]:
    first, last = tables.day(top, "from"), tables.day(top, "to")
    if last < first:
        top.refuse("to", "the term ends before it begins", f"{first} or later", last)
    return periods(tables.choice(top, "period", KINDS), first, last)


def _valid(top: Table) -> Valid:
    table = tables.inner(top, "valid")
    if table is None:
        return Valid(minimum_watch_ms=None, paid_only=False)
    tables.known(table, ("minimum_watch_s", "paid_only"))
    seconds = (tables.whole(table, "minimum_watch_s", 1, MOST_WATCH_S)
               if "minimum_watch_s" in table.values else None)
    return Valid(minimum_watch_ms=None if seconds is None else seconds * 1000,
                 paid_only=tables.flag(table, "paid_only", default=False))


def _bearer(top: Table, key: str, default: str) -> Bearer:
    table = tables.inner(top, "bears")
    if table is None:
        return cast("Bearer", default)
    tables.known(table, ("undetermined", "suspect"))
    return cast("Bearer", tables.choice(table, key, BEARERS, default=default))


def _release_is_dated(top: Table) -> None:
    """Refuse plays in escrow without a table that says when escrow ends."""
    escrow = [k for k in ("undetermined", "suspect") if _bearer(top, k, "payer") == "escrow"]
    if escrow and "hold_back" not in top.values:
        top.refuse("bears", "escrow without a release date",
                   "a table [hold_back] with release_after_days", f"{escrow[0]} = 'escrow'")


def _hold_back(top: Table) -> tuple[bool, int]:
    """Read whether the lower bound is paid, and how many days after a period escrow ends."""
    table = tables.inner(top, "hold_back")
    if table is None:
        return False, 0
    tables.known(table, ("rule", "release_after_days"))
    rule = tables.choice(table, "rule", ("lower-bound", "none"))
    return rule == "lower-bound", tables.whole(table, "release_after_days", 0, MOST_DAYS)


def _total(top: Table) -> Bounds:
    table = tables.inner(top, "total")
    if table is None:
        return Bounds()
    tables.known(table, ("minimum_guarantee", "cap"))
    return _bounds(table)


def _bounds(table: Table) -> Bounds:
    guarantee = tables.optional_money(table, "minimum_guarantee", decimals=2,
                                      most_units=MOST_AMOUNT)
    cap = tables.optional_money(table, "cap", decimals=2, most_units=MOST_AMOUNT)
    if guarantee is not None and cap is not None and cap < guarantee:
        table.refuse("cap", "the cap is below the minimum guarantee",
                     f"{tables.shown(guarantee)} or more", tables.shown(cap))
    return Bounds(guarantee_nano=guarantee, cap_nano=cap)


def _entries(top: Table) -> tuple[Entry, ...]:
    found: list[Entry] = []
    seen: set[str] = set()
    for table in tables.rows(top, "item", MOST_ITEMS):
        entry = _entry(table)
        if entry.item_id in seen:
            table.refuse("match" if entry.pattern else "id", "an item named twice",
                         "each item or pattern once", repr(entry.item_id))
        seen.add(entry.item_id)
        found.append(entry)
    if not found:
        top.refuse("item" if "item" in top.values else None, "no item", "at least one [[item]]",
                   "none")
    return tuple(found)


def _entry(table: Table) -> Entry:
    tables.known(table, ("id", "match", "name", "price", "per", "tier", "cap",
                         "minimum_guarantee"))
    if ("id" in table.values) == ("match" in table.values):
        table.refuse(None, "which items is not said once", 'either id = "…" or match = "…"',
                     "both" if "id" in table.values else "neither")
    key = "id" if "id" in table.values else "match"
    item = tables.text(table, key)
    bounds = _bounds(table)
    if key == "match" and bounds.guarantee_nano is not None:
        table.refuse("minimum_guarantee", "a guarantee for items that a pattern finds",
                     "a guarantee in an entry with id, or in [total]", repr(item))
    return Entry(item_id=item, pattern=_pattern(table, item) if key == "match" else None,
                 name=tables.text(table, "name", default=item), tiers=_tiers(table),
                 bounds=bounds)


def _pattern(table: Table, item: str) -> re.Pattern[str]:
    """Compile a pattern of * (any characters) and ? (one character); nothing else is special."""
    if item.count("*") > MOST_STARS:
        table.refuse("match", "too many stars", f"at most {MOST_STARS}", repr(item))
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(c) or re.escape(c) for c in re.sub(r"\*+", "*", item)),
                      re.DOTALL)


def _tiers(table: Table) -> tuple[Tier, ...]:
    per = int(tables.choice(_texted(table), "per", ("1", "1000"), default="1"))
    found = [Tier(from_play=1, price_nano=_price(table, per))]
    for row in tables.rows(table, "tier", MOST_TIERS):
        tables.known(row, ("from_play", "price"))
        start = tables.whole(row, "from_play", 2, MOST_PLAYS)
        if start <= found[-1].from_play:
            row.refuse("from_play", "tiers out of order", f"more than {found[-1].from_play}",
                       start)
        found.append(Tier(from_play=start, price_nano=_price(row, per)))
    return tuple(found)


def _texted(table: Table) -> Table:
    """Give a view of the table in which `per`, a whole number, is a word to choose."""
    per = table.values.get("per", 1)
    good = isinstance(per, int) and not isinstance(per, bool)
    return Table(values={"per": str(per) if good else repr(per)}, path=table.path,
                 where=table.where, text=table.text)


def _price(table: Table, per: int) -> int:
    """Take a price for one or a thousand plays; both are whole in nano-units a play."""
    return tables.money(table, "price", decimals=PRICE_DECIMALS, most_units=MOST_PRICE) // per
