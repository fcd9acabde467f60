"""Money is exact: read, rounded and written without a binary fraction."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.settlement.money import NANO_PER_UNIT, divide, exact, parse_nano, to_fen, yuan

WHOLE = st.integers(-10**24, 10**24)


@pytest.mark.parametrize(("text", "nano"), [
    ("2", 2 * NANO_PER_UNIT), ("2.00", 2 * NANO_PER_UNIT), ("0.000001", 1000), ("1.5", 15 * 10**8),
])
def test_money_is_read_in_nano_units(text: str, nano: int) -> None:
    assert parse_nano(text, decimals=6) == nano


@pytest.mark.parametrize("text", ["", "-1", "+1", "1e3", "1,000", " 1", "1 ", "1.", ".5", "٣",
                                  "1_0", "1.0000001", "9" * 16, "NaN", "1\n"])
def test_anything_else_is_no_money(text: str) -> None:
    assert parse_nano(text, decimals=6) is None


@given(WHOLE)
def test_what_is_written_exactly_is_the_number(nano: int) -> None:
    assert Decimal(exact(nano)).scaleb(9) == nano


@given(WHOLE, st.integers(1, 10**12))
def test_rounding_is_that_of_decimals(number: int, by: int) -> None:
    true = Decimal(number) / Decimal(by)
    if 2 * abs(number) % by == 0 or abs(number) < 10**12:
        assert divide(number, by, "half-up") == int(true.quantize(Decimal(1), ROUND_HALF_UP))
        assert divide(number, by, "half-even") == int(true.quantize(Decimal(1), ROUND_HALF_EVEN))


def test_a_tie_goes_as_the_rule_says() -> None:
    assert [to_fen(n * 5_000_000, "half-up") for n in (1, 3, -1)] == [1, 2, -1]
    assert [to_fen(n * 5_000_000, "half-even") for n in (1, 3, -1)] == [0, 2, 0]


def test_fen_are_written_with_two_places() -> None:
    assert [yuan(n) for n in (0, 5, 48_531_578, -120)] == ["0.00", "0.05", "485315.78", "-1.20"]
