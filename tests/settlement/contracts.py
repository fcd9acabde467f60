"""A contract's text for the tests, and changes to it."""

CONTRACT = """number = "C-1"
title = "Royalties 版税"
payer = "Platform"
payee = "Studio"
currency = "CNY"
from = 2017-09-01
to = 2017-10-31
period = "month"
rounding = "half-up"
round_at = "line"

[valid]
minimum_watch_s = 60
paid_only = true

[bears]
undetermined = "escrow"
suspect = "payer"

[hold_back]
rule = "lower-bound"
release_after_days = 90

[[item]]
id = "film"
name = "The film"
price = "2.00"
cap = "5000.00"
minimum_guarantee = "10.00"
[[item.tier]]
from_play = 101
price = "1.5"

[[item]]
match = "series-*"
price = "1.1"
per = 1000

[total]
cap = "9000.00"
"""


def changed(old: str, new: str) -> str:
    """Give the contract with one piece of it put otherwise."""
    assert old in CONTRACT
    return CONTRACT.replace(old, new, 1)
