"""Facts of a matter are read strictly."""

import re

import pytest

from truetally.errors import InputError
from truetally.settlement.damages.matter import parse_matter, read_matter

MATTER = """title = "T"
title_zh = "案"
[plays]
counted = 10
[lowest]
price_per_thousand = "1.5"
[[list_price]]
terminal = "pc"
plays = 4
price_per_thousand = "2"
"""
BAD = [
    ("counted = 10", "counted = -1", "plays.counted", 4),
    ("counted = 10", "counted = 10\nlow = 11", "plays.low", 5),
    ("counted = 10", 'counted = 10\nmark = "god"', "plays.mark", 5),
    ('price_per_thousand = "1.5"', "", "lowest.price_per_thousand", 5),
    ('price_per_thousand = "1.5"', 'price_per_thousand = "1.5"\nprice_per_thousand_low = "2"',
     "lowest.price_per_thousand", 6),
    ('terminal = "pc"', 'terminal = "fridge"', "list_price[1].terminal", 8),
    ("[plays]\ncounted = 10\n", "", "lowest", 3),
    ('title = "T"', 'title = "T"\nfilter = { after = 1, normal = 2, ratio_permille = 890 }',
     "filter.after", 2),
    ('title = "T"', 'title = "T"\nroyalties = {}', "royalties", 2),
    ('title = "T"', 'title = "T"\nverdict = 1', "verdict", 2),
]


@pytest.mark.parametrize(("old", "new", "key", "line"), BAD)
def test_an_error_is_refused_with_its_key_and_line(old: str, new: str, key: str,
                                                   line: int) -> None:
    assert old in MATTER
    with pytest.raises(InputError, match=re.escape(f"key {key}, line {line} in here")):
        parse_matter(MATTER.replace(old, new, 1), "here")


def test_a_terminal_named_twice_is_refused() -> None:
    with pytest.raises(InputError, match="named twice"):
        parse_matter(MATTER + MATTER[MATTER.index("[[list"):], "here")


def test_facts_become_the_inputs_of_scenarios() -> None:
    matter = parse_matter(MATTER + '[royalties]\npaid = "7.00"\ndue = "2.00"\n', "here")
    assert {code: [i.name for i in inputs] for code, inputs in matter.inputs.items()} == {
        "lowest": ["plays", "price"], "list_price": ["plays_pc", "price_pc"],
        "overpaid_royalties": ["paid", "due"]}


def test_an_unknown_matter_is_refused() -> None:
    with pytest.raises(InputError, match="video-case or click-case"):
        read_matter("no-such-case")
