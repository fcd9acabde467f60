"""A contract is read strictly: what is wrong is refused with its key and line."""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.settlement.contracts import CONTRACT, changed

from truetally.errors import InputError
from truetally.settlement.contract import parse_contract, read_contract
from truetally.settlement.periods import periods
from truetally.settlement.terms import Tier, entry_of

BAD = [
    ('currency = "CNY"', 'currency = "JPY"', "currency", 5),
    ('currency = "CNY"', 'curency = "CNY"', "curency", 5),
    ("from = 2017-09-01", 'from = "2017-09-01"', "from", 6),
    ("from = 2017-09-01", "from = 2017-09-01T00:00:00", "from", 6),
    ("to = 2017-10-31", "to = 2017-08-31", "to", 7),
    ('period = "month"', 'period = "week"', "period", 8),
    ('rounding = "half-up"', 'rounding = "down"', "rounding", 9),
    ('round_at = "line"\n', "", "round_at", 1),
    ('payer = "Platform"', 'payer = ""', "payer", 3),
    ('payer = "Platform"', r'payer = "Plat\u0007form"', "payer", 3),
    ("minimum_watch_s = 60", "minimum_watch_s = -1", "valid.minimum_watch_s", 13),
    ("minimum_watch_s = 60", "minimum_watch_s = true", "valid.minimum_watch_s", 13),
    ("minimum_watch_s = 60", "minimum_watch_s = 99999999999999999999", "valid.minimum_watch_s",
     13),
    ("paid_only = true", "paid_only = 1", "valid.paid_only", 14),
    ("paid_only = true", "free_too = true", "valid.free_too", 14),
    ('suspect = "payer"', 'suspect = "nobody"', "bears.suspect", 18),
    ('rule = "lower-bound"', 'rule = "guess"', "hold_back.rule", 21),
    ("release_after_days = 90", "", "hold_back.release_after_days", 20),
    ('price = "2.00"', "price = 2.00", "item[1].price", 27),
    ('price = "2.00"', 'price = "2.0000001"', "item[1].price", 27),
    ('price = "2.00"', 'price = "-2"', "item[1].price", 27),
    ('price = "2.00"', 'price = "9999999"', "item[1].price", 27),
    ('cap = "5000.00"', 'cap = "5.00"', "item[1].cap", 28),
    ("from_play = 101", "from_play = 1", "item[1].tier[1].from_play", 31),
    ('price = "1.5"', 'price = "x"', "item[1].tier[1].price", 32),
    ('match = "series-*"', 'match = "a*b*c*d"', "item[2].match", 35),
    ('match = "series-*"', 'id = "film"', "item[2].id", 35),
    ('match = "series-*"', 'id = "a"\nmatch = "b"', "item[2]", 34),
    ("per = 1000", "per = 10", "item[2].per", 37),
    ("per = 1000", 'minimum_guarantee = "1"', "item[2].minimum_guarantee", 37),
    ('cap = "9000.00"', 'cap = "9000.001"', "total.cap", 40),
]


@pytest.mark.parametrize(("old", "new", "key", "line"), BAD)
def test_an_error_is_refused_with_its_key_and_line(old: str, new: str, key: str,
                                                   line: int) -> None:
    with pytest.raises(InputError, match=re.escape(f"key {key}, line {line} in here.toml")):
        parse_contract(changed(old, new), "here.toml")


@pytest.mark.parametrize("text", ["a = ", "x = " + "[" * 5000, "x = " + "9" * 5000, "\x00"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not TOML"):
        parse_contract(text, "here.toml")


def test_no_item_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no item"):
        parse_contract(CONTRACT[:CONTRACT.index("[[item]]")], "here.toml")


def test_escrow_needs_a_release_date() -> None:
    text = changed('[hold_back]\nrule = "lower-bound"\nrelease_after_days = 90\n', "")
    with pytest.raises(InputError, match="key bears, line 16"):
        parse_contract(text, "here.toml")


def test_a_contract_says_what_it_says() -> None:
    contract = parse_contract(CONTRACT, "here.toml")
    assert [p.label for p in contract.periods] == ["2017-09", "2017-10"]
    assert contract.release_day(contract.periods[0]) == date(2017, 12, 29)
    assert contract.entries[0].tiers == (Tier(from_play=1, price_nano=2 * 10**9),
                                         Tier(from_play=101, price_nano=15 * 10**8))
    assert contract.entries[1].tiers[0].price_nano == 1_100_000  # 1.1 yuan a thousand
    assert not contract.valid.plain


def test_an_id_goes_before_a_pattern_and_nothing_else_is_special() -> None:
    text = changed('match = "series-*"', 'match = "f?l*.+"')
    found = entry_of(parse_contract(text, "x"), ["film", "fell.+", "fellx+", "other"])
    assert {item: entry.item_id for item, entry in found.items()} == {
        "film": "film", "fell.+": "f?l*.+"}


def test_a_file_that_is_missing_huge_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "huge").write_bytes(b"#" * (5 << 20))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("none", "huge", "bytes"):
        with pytest.raises(InputError, match=name):
            read_contract(tmp_path / name)


def test_periods_are_calendar_periods_cut_to_the_term() -> None:
    quarters = periods("quarter", date(2017, 11, 15), date(2018, 4, 2))
    assert [(p.label, str(p.first), str(p.last)) for p in quarters] == [
        ("2017-Q4", "2017-11-15", "2017-12-31"), ("2018-Q1", "2018-01-01", "2018-03-31"),
        ("2018-Q2", "2018-04-01", "2018-04-02")]
    months = periods("month", date(2017, 1, 31), date(2018, 12, 1))
    assert len(months) == 24
    assert sum(len(p.days) for p in months) == (date(2018, 12, 1) - date(2017, 1, 31)).days + 1
    assert len(periods("whole", date(2017, 1, 31), date(2018, 12, 1))) == 1
