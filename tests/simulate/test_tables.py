from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.simulate.tables import DAY_MS, HOUR_MS, allot, along, curve, ramp, slots, zipf

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


def literal_allot(total: int, weights: list[int]) -> list[int]:
    """Largest remainder as one would do it by hand, in fractions."""
    quotas = [Fraction(w * total, sum(weights)) for w in weights]
    seats = [int(q) for q in quotas]
    for _ in range(total - sum(seats)):
        left = [q - s for q, s in zip(quotas, seats, strict=True)]
        seats[left.index(max(left))] += 1
    return seats


@given(st.integers(0, 10**4), WEIGHTS)
def test_shares_are_those_of_the_literal_largest_remainder(total: int, weights: list[int]) -> None:
    assert allot(total, weights).tolist() == literal_allot(total, weights)


@given(st.integers(0, 10**12), WEIGHTS)
def test_shares_sum_to_the_total_and_miss_their_quota_by_less_than_one(
        total: int, weights: list[int]) -> None:
    counts = allot(total, weights).tolist()
    assert sum(counts) == total
    assert all(abs(c - Fraction(w * total, sum(weights))) < 1
               for c, w in zip(counts, weights, strict=True))


def test_shares_too_large_for_64_bits_are_still_exact() -> None:
    weights = [10**15, 2 * 10**15, 3]
    assert allot(10**10, weights).tolist() == literal_allot(10**10, weights)


def test_equal_remainders_go_to_the_earlier() -> None:
    assert allot(2, [1, 1, 1]).tolist() == [1, 1, 0]


def test_slots_hold_each_category_in_its_share() -> None:
    table = slots([1, 2, 5], 1024)
    assert np.bincount(table).tolist() == [128, 256, 640]


def test_a_ramp_goes_through_its_knots_and_never_falls() -> None:
    table = ramp([[0, 10], [500, 20], [1000, 220]], 1000)
    assert (table[0], table[500], table[750]) == (10, 20, 120)
    assert (np.diff(table) >= 0).all()


def test_a_curve_gives_each_hour_its_weight() -> None:
    table = curve([0] * 8 + [3] + [1] * 2 + [0] * 13)
    hours = np.bincount(table[:-1] // HOUR_MS, minlength=24)
    assert abs(hours[8] * 2 - 3 * (hours[9] + hours[10])) <= 6
    assert hours.sum() == hours[8:11].sum()


@pytest.mark.parametrize("parts", [1, 3, 8])
def test_the_slices_of_a_curve_follow_one_another_and_fill_the_day(parts: int) -> None:
    draws = np.array([0, 2**31, 2**32 - 1], dtype=np.uint32)
    table = curve([1] * 24)
    times = np.concatenate([along(table, draws, p, parts) for p in range(parts)])
    assert (np.diff(times) >= 0).all()
    assert times[0] == 0
    assert DAY_MS - 2000 < times[-1] < DAY_MS


def test_popularity_falls_as_the_given_power_of_the_rank() -> None:
    weights = zipf(10_000, 3)
    assert weights[0] == 10**9
    assert weights[15] == 10**9 // 8  # 16 ** 0.75 = 8
    assert weights[9_999] == 10**6  # 10,000 ** 0.75 = 1,000
