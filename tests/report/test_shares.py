"""Shares are whole numbers, and never say nothing or all of what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.report import shares

counts = st.integers(0, 10**12)


@pytest.mark.parametrize(("part", "whole", "said"), [
    (0, 0, "–"), (None, 5, "–"), (0, 5, "0.0 %"), (5, 5, "100.0 %"), (1, 10_000, "< 0.1 %"),
    (9_999, 10_000, "> 99.9 %"), (973, 1000, "97.3 %"), (1, 3, "33.3 %"), (2, 3, "66.7 %"),
])
def test_a_share_is_said_with_one_decimal(part: int | None, whole: int, said: str) -> None:
    assert shares.percent(part, whole) == said


@given(counts, counts)
def test_a_share_lies_within_half_a_permille_of_the_truth(one: int, other: int) -> None:
    part, whole = sorted((one, other + 1))
    assert abs(shares.permille(part, whole) * whole - part * 1000) * 2 <= whole


@given(counts, counts)
def test_something_is_not_said_to_be_nothing_nor_most_to_be_all(one: int, other: int) -> None:
    part, whole = sorted((one, other + 1))
    said = shares.percent(part, whole)
    assert (said == "0.0 %") == (part == 0)
    assert (said == "100.0 %") == (part == whole)


def test_durations_and_counts_are_grouped_and_unknown_is_a_dash() -> None:
    assert shares.duration(36_245_999_999) == "10,068:19:59"
    assert shares.duration(None) == shares.grouped(None) == shares.of_permille(None) == "–"
    assert shares.grouped(1_279_675) == "1,279,675"
