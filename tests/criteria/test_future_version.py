from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import NOON, verdict, verdicts

from truetally.criteria.future_version import CRITERION
from truetally.signatures.releases import release_day

RELEASED = 19_080  # Chrome 100: 2022-03-29
DAY_MS = 86_400_000
FAMILIES = ("Chrome", "Chrome Mobile", "Firefox", "Edge", "Mobile Safari", "Opera", "")


def at(day: int, family: str | None = "Chrome", major: int | None = 100) -> dict[str, object]:
    known = None if family is None or major is None else release_day(family, major)
    return {"time_ms": day * DAY_MS, "ua_released_day": known}


@pytest.mark.parametrize(("day", "found"), [
    (RELEASED - 1000, True), (RELEASED - 181, True), (RELEASED - 180, False), (RELEASED, False)])
def test_a_version_long_before_its_release_is_found(day: int, *, found: bool) -> None:
    assert verdict(CRITERION, at(day)) is found


def test_a_version_newer_than_any_known_is_unknown() -> None:
    assert verdict(CRITERION, at(17_000, major=99_999)) is None


def test_a_version_that_was_skipped_counts_as_the_one_before() -> None:
    assert release_day("Chrome", 82) == release_day("Chrome", 81)
    assert verdict(CRITERION, at(17_000, major=82)) is True


@pytest.mark.parametrize("row", [at(17_000, family=None), at(17_000, major=None),
                                 at(17_000, family="Opera"), at(17_000, "Edge", 18)])
def test_an_unknown_browser_or_version_is_not_found(row: dict[str, object]) -> None:
    assert verdict(CRITERION, row) is None


def test_the_case_of_2017_with_a_browser_of_its_day_is_not_found() -> None:
    assert verdict(CRITERION, at(NOON // DAY_MS, "Chrome", 60)) is False


@settings(max_examples=5)
@given(st.lists(st.tuples(st.integers(14_000, 21_000), st.sampled_from(FAMILIES),
                          st.integers(-5, 200)), min_size=200, max_size=200))
def test_it_agrees_with_looking_the_version_up(draws: Sequence[tuple[int, str, int]]) -> None:
    released = [release_day(family, major) for _, family, major in draws]
    assert verdicts(CRITERION, [at(*draw) for draw in draws]) == [
        None if known is None else draw[0] + 180 < known
        for draw, known in zip(draws, released, strict=True)]
