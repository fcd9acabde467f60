import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.criteria.evaluate import verdict
from truetally.criteria.impossible_watch import CRITERION

MINUTE = 60_000
INT64 = st.integers(-(2**62), 2**62)


@pytest.mark.parametrize(("watched_ms", "found"), [
    (-1, True), (0, False), (10 * MINUTE, False), (31 * MINUTE, False), (31 * MINUTE + 1, True)])
def test_more_than_three_times_ten_minutes_and_a_margin_is_found(watched_ms: int,
                                                                 found: bool) -> None:
    assert verdict(CRITERION, {"watched_ms": watched_ms, "length_ms": 10 * MINUTE}) is found


def test_an_unknown_watch_time_is_not_found() -> None:
    assert verdict(CRITERION, {"length_ms": MINUTE}) is None


def test_an_unknown_length_leaves_only_negative_times() -> None:
    assert verdict(CRITERION, {"watched_ms": 10**9}) is None
    assert verdict(CRITERION, {"watched_ms": -1}) is True


def test_a_length_of_zero_or_less_says_nothing() -> None:
    assert verdict(CRITERION, {"watched_ms": 10**9, "length_ms": 0}) is False
    assert verdict(CRITERION, {"watched_ms": 10**9, "length_ms": -5}) is False


def test_a_policy_sets_factor_and_margin() -> None:
    row = {"watched_ms": MINUTE + 1, "length_ms": MINUTE}
    assert verdict(CRITERION, row, length_permille=1000, margin_ms=0) is True
    assert verdict(CRITERION, row, length_permille=1000, margin_ms=1) is False


@given(INT64, INT64)
def test_hostile_numbers_do_not_overflow(watched_ms: int, length_ms: int) -> None:
    row = {"watched_ms": watched_ms, "length_ms": length_ms, "end_ms": 0}
    assert verdict(CRITERION, row, length_permille=100_000) in {True, False}
