"""Thresholds for a rate: the conformal count by hand, the search, drift, and the promise kept."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.criteria import all_criteria
from truetally.estimate.thresholds import (
    DOWN,
    THRESHOLDS,
    UP,
    drifts,
    grant,
    search,
    searched,
    stricter,
    warnings,
)


def test_999_units_at_one_in_a_hundred_allow_nine() -> None:
    """(k + 1) / 1000 <= 1 / 100: k = 9."""
    found = grant(999, Fraction(1, 100), 1)
    assert (found.allowed, found.reached, found.guaranteed_ppb) == (9, True, 10_000_000)


def test_ten_criteria_share_the_rate() -> None:
    assert grant(999, Fraction(1, 100), 10).allowed == 0


def test_too_few_units_support_no_such_rate() -> None:
    found = grant(98, Fraction(1, 100), 1)
    assert (found.allowed, found.reached) == (0, False)


@given(st.integers(0, 40), st.integers(0, 60), st.sampled_from((UP, DOWN)),
       st.lists(st.integers(-5, 70), max_size=40), st.integers(0, 6))
def test_the_search_finds_the_most_sensitive_value_that_is_allowed(
        low: int, more: int, way: int, scores: list[int], allowed: int) -> None:
    high = low + more

    def count(value: int) -> int:
        return sum(s >= value if way == UP else s <= value for s in scores)

    found = searched({"c": search(low, high, way, allowed)}, lambda v: {"c": count(v["c"])})["c"]
    fit = [v for v in range(low, high + 1) if count(v) <= allowed]
    strictest = high if way == UP else low
    assert found == ((min(fit) if way == UP else max(fit)) if fit else strictest)


def test_all_criteria_are_searched_at_once_and_done_ones_asked_no_more() -> None:
    asked: list[set[str]] = []

    def count(values: Mapping[str, int]) -> dict[str, int]:
        asked.append(set(values))
        return dict.fromkeys(values, 0)

    searched({"short": search(1, 2, UP, 0), "long": search(1, 10_000, UP, 0)}, count)
    assert asked[0] == {"short", "long"}
    assert asked[-1] == {"long"}


def test_a_further_honest_unit_is_flagged_no_more_often_than_promised() -> None:
    source = np.random.Generator(np.random.PCG64(2005))
    flagged = 0
    for _ in range(2000):
        scores = source.integers(0, 1_000_000, 199)
        allowed = grant(199, Fraction(1, 20), 1).allowed
        value = searched({"c": search(0, 1_000_000, UP, allowed)}, lambda v, s=scores: {
            "c": int((s >= v["c"]).sum())})["c"]
        flagged += int(source.integers(0, 1_000_000)) >= value
    assert flagged <= 2000 * 0.05 + 3 * (2000 * 0.05 * 0.95) ** 0.5


def test_flags_that_come_late_are_a_drift_and_even_ones_are_none() -> None:
    assert drifts(2, 60, 1000, 1000)
    assert not drifts(28, 34, 1000, 1000)
    assert not drifts(0, 0, 1000, 1000)


def test_a_threshold_that_a_hundredth_of_the_units_drags_is_named() -> None:
    entry = {"drifts": False, "check_flagged_within": True, "flagged": 4, "value": 53,
             "value_if_one_percent_were_planted": 3, "early_flagged": 2, "late_flagged": 2}
    assert "planted" in warnings({"no-gesture": entry})[0]
    assert warnings({"no-gesture": {**entry, "value": 4}}) == []


def test_the_stricter_of_two_flags_less() -> None:
    assert (stricter(3, 8, UP), stricter(3, 8, DOWN)) == (8, 3)


def test_every_threshold_is_a_parameter_of_a_statistical_criterion() -> None:
    criteria = all_criteria()
    for code, (name, _) in THRESHOLDS.items():
        assert criteria[code].basis == "statistical", code
        assert isinstance(criteria[code].parameters[name].default, int), code
