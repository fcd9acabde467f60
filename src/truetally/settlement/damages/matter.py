"""The facts of a matter as TOML: what was counted, priced, paid, claimed and awarded, and by whom
each is said. docs/damages.md lists every key; an unknown one is refused with its line.
"""

from importlib import resources
from pathlib import Path
from typing import cast

from truetally.errors import InputError, problem
from truetally.settlement import tables
from truetally.settlement.damages.facts import FilterFacts, GivenFee, GivenFigure, Matter
from truetally.settlement.damages.ledgers import Cost
from truetally.settlement.damages.scenarios import MARKS, Input, Mark, given
from truetally.settlement.money import NANO_PER_FEN
from truetally.settlement.tables import Table

BUILT_IN = ("video-case", "click-case")
MOST_PLAYS = 10**15
MOST_PRICE = 1_000_000
MOST_AMOUNT = 10**12
MOST_ROWS = 200
_TOP = ("title", "title_zh", "source", "conduct", "plays", "lowest", "list_price",
        "stay_and_ratio", "payments", "royalties", "filter", "cost", "claim", "award", "fee",
        "given")


def read_matter(name: str) -> Matter:
    """Read a built-in matter by name, or a file by path.

    Raises:
        InputError: it cannot be read, or something in it is wrong; with key and line.
    """
    if name in BUILT_IN:
        text = (resources.files(__package__) / "matters" / f"{name}.toml").read_text("utf-8")
        return parse_matter(text, name)
    if not Path(name).is_file():
        raise InputError(problem("no such matter", where=name,
                                 expected=f"a TOML file, or {' or '.join(BUILT_IN)}",
                                 then="correct --matter"))
    return parse_matter(tables.read_text(Path(name)), name)


def parse_matter(text: str, where: str) -> Matter:
    """Check a matter's text and return it.

    Raises:
        InputError: with the key, its line, what was expected and what was found.
    """
    top = tables.parse_document(text, where)
    tables.known(top, _TOP)
    conduct = tables.inner(top, "conduct")
    award = tables.inner(top, "award")
    if conduct:
        tables.known(conduct, ("from", "to", "judged"))
    if award:
        tables.known(award, ("amount", "costs_included"))
    return Matter(
        title=tables.text(top, "title"), title_zh=tables.text(top, "title_zh"),
        source=tables.text(top, "source", default=where[:tables.MOST_TEXT]),
        first=tables.day(conduct, "from") if conduct else None,
        last=tables.day(conduct, "to") if conduct else None,
        judged=tables.optional_day(conduct, "judged") if conduct else None,
        inputs=_inputs(top), filter=_filter(top), costs=_costs(top),
        claim_fen=_fen(tables.inner(top, "claim"), "amount", only=("amount",)),
        award_fen=_fen(award, "amount"), costs_in_award_fen=_fen(award, "costs_included") or 0,
        fees=_fees(top), given=_given(top))


def _fen(table: Table | None, key: str, only: tuple[str, ...] | None = None) -> int | None:
    if table is None:
        return None
    if only:
        tables.known(table, only)
    nano = tables.optional_money(table, key, decimals=2, most_units=MOST_AMOUNT)
    return None if nano is None else nano // NANO_PER_FEN


def _inputs(top: Table) -> dict[str, tuple[Input, ...]]:
    found: dict[str, tuple[Input, ...]] = {}
    plays = tables.inner(top, "plays")
    counted = _plays(plays, "plays") if plays else None
    if plays:
        tables.known(plays, ("counted", "low", "high", "mark"))
    for code in ("lowest", "stay_and_ratio"):
        table = tables.inner(top, code)
        if table:
            if counted is None:
                top.refuse(code, "a price without plays", "a table [plays]", "none")
            found[code] = (counted, *_priced(table, code))
    found |= _list(top) | _payments(top) | _royalties(top)
    return found


def _mark(table: Table) -> Mark:
    return cast("Mark", tables.choice(table, "mark", MARKS, default="party"))


def _plays(table: Table, name: str, key: str = "counted") -> Input:
    value = tables.whole(table, key, 0, MOST_PLAYS)
    low = tables.whole(table, "low", 0, value) if "low" in table.values else None
    high = tables.whole(table, "high", value, MOST_PLAYS) if "high" in table.values else None
    return given(name, "plays", value, _mark(table), low, high)


def _price(table: Table, name: str, key: str = "price_per_thousand") -> Input:
    nano = {k: tables.optional_money(table, k, decimals=6, most_units=MOST_PRICE)
            for k in (key, f"{key}_low", f"{key}_high")}
    value = nano[key]
    if value is None:
        table.refuse(key, "no price", 'a text such as "1.5"', "none")
    low, high = nano[f"{key}_low"], nano[f"{key}_high"]
    if (low is not None and low > value) or (high is not None and high < value):
        table.refuse(key, "a price outside its own range", "low <= price <= high",
                     tables.shown(value))
    return given(name, "price", value, _mark(table), low, high)


_PRICE_KEYS = ("price_per_thousand", "price_per_thousand_low", "price_per_thousand_high", "mark")


def _priced(table: Table, code: str) -> tuple[Input, ...]:
    more = ("second_visits",) if code == "stay_and_ratio" else ()
    tables.known(table, (*_PRICE_KEYS, *more))
    price = _price(table, "price")
    if not more:
        return (price,)
    visits = tables.whole(table, "second_visits", 0, 100)
    return price, given("second_visits", "whole", visits, _mark(table))


def _list(top: Table) -> dict[str, tuple[Input, ...]]:
    inputs: list[Input] = []
    for row in tables.rows(top, "list_price", MOST_ROWS):
        tables.known(row, ("terminal", "plays", "low", "high", *_PRICE_KEYS))
        terminal = tables.choice(row, "terminal", ("pc", "h5", "android", "ios", "tv", "other"))
        if any(i.name == f"plays_{terminal}" for i in inputs):
            row.refuse("terminal", "a terminal named twice", "each once", terminal)
        inputs += [_plays(row, f"plays_{terminal}", "plays"), _price(row, f"price_{terminal}")]
    return {"list_price": tuple(inputs)} if inputs else {}


def _payments(top: Table) -> dict[str, tuple[Input, ...]]:
    table = tables.inner(top, "payments")
    if table is None:
        return {}
    tables.known(table, ("received", "refunded", "paid_out", "mark"))
    mark = _mark(table)
    fen = {k: _fen(table, k) for k in ("received", "refunded", "paid_out")}
    if fen["received"] is None:
        table.refuse("received", "no amount", 'a text such as "8000000.00"', "none")
    base = (given("received", "fen", fen["received"], mark),
            given("refunded", "fen", fen["refunded"] or 0, mark))
    found: dict[str, tuple[Input, ...]] = {"payment_ledger": base}
    if fen["paid_out"] is not None:
        found["payments_less_payouts"] = (*base, given("paid_out", "fen", fen["paid_out"], mark))
    return found


def _royalties(top: Table) -> dict[str, tuple[Input, ...]]:
    table = tables.inner(top, "royalties")
    if table is None:
        return {}
    tables.known(table, ("paid", "due", "void_plays", "low", "high", *_PRICE_KEYS))
    found: dict[str, tuple[Input, ...]] = {}
    paid, due = _fen(table, "paid"), _fen(table, "due")
    if paid is not None and due is not None:
        found["overpaid_royalties"] = tuple(
            given(name, "fen", fen, _mark(table)) for name, fen in (("paid", paid), ("due", due)))
    if "void_plays" in table.values:
        found["void_royalties"] = (_plays(table, "plays", "void_plays"), _price(table, "price"))
    if not found:
        table.refuse(None, "royalties without figures",
                     "paid and due, or void_plays and price_per_thousand", "neither")
    return found


def _filter(top: Table) -> FilterFacts | None:
    table = tables.inner(top, "filter")
    if table is None:
        return None
    tables.known(table, ("after", "normal", "ratio_permille"))
    normal = tables.whole(table, "normal", 0, MOST_PLAYS)
    return FilterFacts(after=tables.whole(table, "after", normal, MOST_PLAYS), normal=normal,
                       ratio_permille=tables.whole(table, "ratio_permille", 5, 990))


def _costs(top: Table) -> tuple[Cost, ...]:
    found = []
    for row in tables.rows(top, "cost", MOST_ROWS):
        tables.known(row, ("what", "amount", "receipt"))
        nano = tables.money(row, "amount", decimals=2, most_units=MOST_AMOUNT)
        found.append(Cost(what=tables.text(row, "what"), amount_fen=nano // NANO_PER_FEN,
                          receipt=tables.text(row, "receipt", default="")))
    return tuple(found)


def _fees(top: Table) -> tuple[GivenFee, ...]:
    found = []
    for row in tables.rows(top, "fee", MOST_ROWS):
        tables.known(row, ("instance", "defendant", "claimant"))
        fen = {k: tables.money(row, k, decimals=2, most_units=MOST_AMOUNT) // NANO_PER_FEN
               for k in ("defendant", "claimant")}
        found.append(GivenFee(instance=tables.choice(row, "instance", ("first", "second")),
                              defendant_fen=fen["defendant"], claimant_fen=fen["claimant"]))
    return tuple(found)


def _given(top: Table) -> tuple[GivenFigure, ...]:
    found = []
    for row in tables.rows(top, "given", MOST_ROWS):
        tables.known(row, ("en", "zh", "amount", "mark"))
        nano = tables.money(row, "amount", decimals=2, most_units=MOST_AMOUNT)
        found.append(GivenFigure(en=tables.text(row, "en"), zh=tables.text(row, "zh"),
                                 amount_fen=nano // NANO_PER_FEN, mark=_mark(row)))
    return tuple(found)


