from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.errors import InputError
from truetally.intervals import (
    PPB,
    Bounds,
    clopper_pearson,
    cluster_bootstrap,
    hypergeometric,
    upper_bound,
)

TAIL = Fraction(25, 1000)


def at_least(found: int, n: int, share: Fraction) -> Fraction:
    """Add up the binomial distribution term by term."""
    return sum((comb(n, x) * share**x * (1 - share)**(n - x) for x in range(found, n + 1)),
               Fraction(0))


def marked_at_least(found: int, sample: int, population: int, marked: int) -> Fraction:
    """Add up the hypergeometric distribution term by term."""
    ways = sum(comb(marked, x) * comb(population - marked, sample - x)
               for x in range(found, sample + 1))
    return Fraction(ways, comb(population, sample))


@given(st.integers(1, 40), st.data())
def test_the_bounds_of_a_share_are_exact_to_two_parts_in_a_billion(
        n: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, n))
    bounds = clopper_pearson(found, n)
    if found:
        assert at_least(found, n, Fraction(bounds.lower - 1, PPB)) <= TAIL
        assert at_least(found, n, Fraction(bounds.lower + 2, PPB)) > TAIL
    if found < n:
        assert 1 - at_least(found + 1, n, Fraction(bounds.upper + 1, PPB)) <= TAIL
        assert 1 - at_least(found + 1, n, Fraction(bounds.upper - 2, PPB)) > TAIL


@pytest.mark.parametrize("n", [1, 10, 1000, 278_275_797])
def test_none_found_has_a_closed_form(n: int) -> None:
    bounds = clopper_pearson(0, n)
    assert bounds.lower == 0
    assert bounds.upper == pytest.approx(PPB * -np.expm1(np.log(0.025) / n), abs=1)
    every = clopper_pearson(n, n)
    assert every.upper == PPB
    assert every.lower == pytest.approx(PPB - bounds.upper, abs=1)


@pytest.mark.parametrize("n", [300, 30_000, 3_000_000])
def test_none_found_is_below_three_in_n_at_one_side(n: int) -> None:
    assert 0.985 * 3 * PPB / n < upper_bound(0, n) <= 3 * PPB / n


@pytest.mark.parametrize(("found", "n"), [(1, 10_000), (5_393, 952_386), (47_614, 95_000),
                                          (999_999, 1_000_000), (12_345, 20_000_000)])
def test_large_counts_agree_with_scipy(found: int, n: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    bounds = clopper_pearson(found, n)
    assert bounds.lower == pytest.approx(PPB * stats.beta.ppf(0.025, found, n - found + 1), abs=1.1)
    assert bounds.upper == pytest.approx(PPB * stats.beta.ppf(0.975, found + 1, n - found), abs=1.1)


def test_without_a_trial_nothing_is_known() -> None:
    assert clopper_pearson(0, 0) == Bounds(lower=0, upper=PPB)


@pytest.mark.parametrize(("found", "n", "confidence"), [(-1, 5, 950), (6, 5, 950), (1, 5, 0),
                                                        (1, 5, 1000)])
def test_impossible_counts_are_refused(found: int, n: int, confidence: int) -> None:
    with pytest.raises(InputError):
        clopper_pearson(found, n, confidence_permille=confidence)


@given(st.integers(1, 30), st.data())
def test_the_bounds_of_a_sample_hold_exactly_the_counts_that_could_be(
        population: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, population))
    found = data.draw(st.integers(0, sample))
    possible = [marked for marked in range(found, population - (sample - found) + 1)
                if marked_at_least(found, sample, population, marked) > TAIL
                and 1 - marked_at_least(found + 1, sample, population, marked) > TAIL]
    assert hypergeometric(found, sample, population) == Bounds(lower=possible[0],
                                                               upper=possible[-1])


def test_a_whole_population_leaves_no_doubt() -> None:
    assert hypergeometric(17, 90, 90) == Bounds(lower=17, upper=17)


def test_a_sample_of_the_case_is_bounded_in_the_end() -> None:
    bounds = hypergeometric(400, 400, 278_275_797)
    assert bounds.upper == 278_275_797
    assert bounds.lower / 278_275_797 == pytest.approx(0.025**(1 / 400), abs=1e-6)


def test_a_sample_larger_than_the_population_is_refused() -> None:
    with pytest.raises(InputError, match="larger than the population"):
        hypergeometric(1, 11, 10)


def test_few_large_clusters_are_less_sure_than_many_small_ones() -> None:
    many = cluster_bootstrap(np.arange(1000) % 10 // 9, np.ones(1000, dtype=np.int64), seed=1)
    few = cluster_bootstrap(np.arange(10) // 9 * 100, np.full(10, 100), seed=1)
    assert many.lower < PPB // 10 < many.upper
    assert few.upper - few.lower > 3 * (many.upper - many.lower)


def test_clusters_of_one_give_what_the_exact_bounds_give() -> None:
    part = np.repeat(np.array([1, 0]), [300, 700])
    drawn = cluster_bootstrap(part, np.ones(1000, dtype=np.int64), seed=7)
    exact = clopper_pearson(300, 1000)
    assert abs(drawn.lower - exact.lower) < PPB // 200
    assert abs(drawn.upper - exact.upper) < PPB // 200


def test_the_same_seed_draws_the_same_and_the_order_of_clusters_is_nothing() -> None:
    part, whole = np.arange(50) % 3, np.arange(50) % 5 + 3
    one = cluster_bootstrap(part, whole, seed=3)
    assert one == cluster_bootstrap(part[::-1].copy(), whole[::-1].copy(), seed=3)
    assert one != cluster_bootstrap(part, whole, seed=4)


def test_nothing_to_draw_from_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to draw from"):
        cluster_bootstrap(np.array([], dtype=np.int64), np.array([], dtype=np.int64), seed=1)


def test_clusters_of_a_kind_may_be_given_by_their_number() -> None:
    part, whole = np.array([0, 1, 0, 1, 1, 2]), np.array([1, 2, 1, 2, 1, 2])
    each = cluster_bootstrap(part, whole, seed=5)
    kinds = cluster_bootstrap(np.array([2, 0, 1, 1]), np.array([2, 1, 1, 2]),
                              np.array([1, 2, 1, 2]), seed=5)
    split = cluster_bootstrap(np.array([2, 0, 1, 0, 1]), np.array([2, 1, 1, 1, 2]),
                              np.array([1, 1, 1, 1, 2]), seed=5)
    assert each == kinds == split
    assert each.lower < each.upper


def test_kinds_are_checked_as_clusters_are() -> None:
    one = np.array([1])
    with pytest.raises(InputError, match="nothing to draw from"):
        cluster_bootstrap(one, one, np.array([1, 1]), seed=1)
    with pytest.raises(InputError, match="nothing to draw from"):
        cluster_bootstrap(one, one, np.array([0]), seed=1)
    with pytest.raises(InputError, match="impossible count"):
        cluster_bootstrap(one, one, np.array([10**9 + 1]), seed=1)
