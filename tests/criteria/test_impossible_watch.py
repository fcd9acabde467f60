from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import verdict, verdicts

from truetally.criteria.impossible_watch import CRITERION

MINUTE = 60_000
INT64 = st.integers(-(2**62), 2**62)


@pytest.mark.parametrize(("watched_ms", "found"), [
    (-1, True), (0, False), (10 * MINUTE, False), (31 * MINUTE, False), (31 * MINUTE + 1, True)])
def test_more_than_three_times_ten_minutes_and_a_margin_is_found(watched_ms: int,
                                                                 *, found: bool) -> None:
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


@settings(max_examples=3)
@given(st.lists(st.tuples(INT64, INT64), min_size=100, max_size=100))
def test_hostile_numbers_do_not_overflow(pairs: Sequence[tuple[int, int]]) -> None:
    rows = [{"watched_ms": watched, "length_ms": length, "end_ms": 0} for watched, length in pairs]
    found = verdicts(CRITERION, rows, length_permille=100_000)
    assert [flag is True for flag in found] == [
        watched < 0 or (length > 0 and min(watched, 10**12) > min(length, 10**12) * 100 + 60_000)
        for watched, length in pairs]
