from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.attribution.excess import (
    Baseline,
    baseline,
    covered,
    excess,
    excess_of,
    observed_in,
    summed,
)

COUNTS = st.lists(st.integers(0, 500), min_size=3, max_size=40)


def test_the_excess_is_what_the_other_days_do_not_lead_one_to_expect() -> None:
    found = excess([140, 160], [40, 38, 42, 40])
    assert (found.observed, found.expected, found.excess) == (300, 80, 220)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < 220 < found.upper <= 300


def test_fewer_than_three_other_days_leave_it_unknown() -> None:
    found = excess([140], [40, 38])
    assert (found.observed, found.excess, found.lower, found.upper) == (140, None, None, None)


def test_no_play_on_any_other_day_still_allows_for_some() -> None:
    found = excess([100], [0] * 10)
    assert (found.excess, found.lower, found.upper) == (100, 99, 100)
    assert excess([100], [0] * 3).lower == 98


def test_days_that_vary_make_the_interval_wider() -> None:
    even, wild = excess([100], [50] * 10), excess([100], [0, 100] * 5)
    assert even.lower is not None
    assert wild.lower is not None
    assert wild.lower < even.lower


def test_half_a_day_expects_half_a_days_plays() -> None:
    base = Baseline(days=3, events=120, squares=4_800)
    assert excess_of(50, Fraction(1, 2), base).expected == 20


def test_a_sum_does_not_gather_roundings() -> None:
    parts = [excess([1], [0, 0, 1, 0, 0])] * 100  # 0.2 expected on each
    assert summed(parts).excess == 80


@given(COUNTS, COUNTS)
def test_the_excess_lies_in_its_interval_and_never_above_what_was_seen(
        window: list[int], baseline: list[int]) -> None:
    found = excess(window, baseline)
    assert found.lower is not None
    assert found.excess is not None
    assert found.upper is not None
    assert found.lower <= found.excess <= found.upper <= found.observed


def test_the_interval_covers_the_truth_of_over_dispersed_days_as_often_as_it_says() -> None:
    source, hits, tries, bought = np.random.default_rng(5), 0, 400, 300
    for _ in range(tries):
        days = source.negative_binomial(8, 0.1, size=37)  # mean 72, variance ten times that
        found = excess((days[:7] + np.array([bought, *[0] * 6])).tolist(), days[7:].tolist())
        assert found.lower is not None
        assert found.upper is not None
        hits += found.lower <= bought <= found.upper
    assert hits >= 0.92 * tries


def test_days_are_split_by_the_windows_that_cover_them() -> None:
    days = (1, 2, 3, 4, 5)
    inside = covered([(2, 2), (4, 9)], days)
    assert inside == {2, 4, 5}
    assert observed_in({2: 7, 3: 1}, inside) == 7
    assert baseline({2: 7, 3: 2}, inside, days) == Baseline(days=2, events=2, squares=4)
