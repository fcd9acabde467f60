"""The court's fee by its brackets, and the law of the conduct's last day."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.settlement.damages.rules import court_fee, fee_split, law_of

# The usual short form of the same brackets: amount x rate + a constant, in yuan.
SHORT_FORM = [(10_000, "0", 50), (100_000, "0.025", -200), (200_000, "0.02", 300),
              (500_000, "0.015", 1300), (1_000_000, "0.01", 3800), (2_000_000, "0.009", 4800),
              (5_000_000, "0.008", 6800), (10_000_000, "0.007", 11_800),
              (20_000_000, "0.006", 21_800), (10**12, "0.005", 41_800)]


def slow_fee(yuan: int) -> Decimal:
    """Compute the fee by the short form."""
    rate, constant = next((r, c) for top, r, c in SHORT_FORM if yuan <= top)
    exact = Decimal(yuan) * Decimal(rate) + constant
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(("claim", "fee"), [(2_800_000, 29_200), (900_000, 12_800), (0, 50),
                                            (10_000, 50), (100_000, 2300)])
def test_the_fee_is_that_of_the_brackets(claim: int, fee: int) -> None:
    assert court_fee(claim * 100) == fee * 100


@given(st.integers(0, 10**11))
def test_the_fee_agrees_with_the_short_form(yuan: int) -> None:
    assert Decimal(court_fee(yuan * 100)) / 100 == slow_fee(yuan)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_more_in_dispute_never_costs_less(one: int, other: int) -> None:
    assert court_fee(min(one, other)) <= court_fee(max(one, other))


def test_the_second_instances_split_is_computable_and_the_firsts_is_not() -> None:
    split = fee_split(280_000_000, 90_000_000)
    assert (split.fee_fen, split.on_award_fen) == (2_920_000, 1_280_000)
    assert split.fee_fen - split.on_award_fen == 1_640_000
    assert split.derived(1_280_000, 1_640_000) == "on_award"
    assert split.derived(1_000_000, 1_920_000) == ""
    assert split.derived(split.by_share_fen, split.fee_fen - split.by_share_fen) == "by_share"
    assert split.derived(1, 1) == ""


@pytest.mark.parametrize(("last", "since", "cap_yuan"), [
    (date(2017, 12, 31), date(1993, 12, 1), None), (date(2018, 1, 1), date(2018, 1, 1), 3_000_000),
    (date(2019, 4, 22), date(2018, 1, 1), 3_000_000),
    (date(2019, 4, 23), date(2019, 4, 23), 5_000_000),
    (date(2025, 10, 15), date(2025, 10, 15), 5_000_000)])
def test_conduct_falls_under_the_text_of_its_last_day(last: date, since: date,
                                                      cap_yuan: int | None) -> None:
    law = law_of(last)
    assert law
    assert (law.since, law.cap_fen) == (since, None if cap_yuan is None else cap_yuan * 100)
    assert law.secondary


def test_conduct_older_than_every_text_has_none() -> None:
    assert law_of(date(1990, 1, 1)) is None


def test_an_interpretation_extends_the_range_from_its_day_of_judgment_on() -> None:
    conduct = date(2020, 1, 1)
    before, after = law_of(conduct, date(2022, 3, 19)), law_of(conduct, date(2022, 3, 20))
    assert before
    assert after
    assert "12" not in before.range_articles
    assert {"2", "8(2)", "12"} <= set(after.range_articles)
    assert after.extended_by
    assert "extended_by" in after.secondary


def test_renumbered_articles_are_not_mixed_with_the_old_ones() -> None:
    law = law_of(date(2026, 1, 1), date(2026, 6, 1))
    assert law
    assert law.range_articles == ("2", "9", "13")
