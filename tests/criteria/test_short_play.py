import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.short_play import CRITERION


@pytest.mark.parametrize(("watched_ms", "found"), [
    (-1, True), (0, True), (2999, True), (3000, False), (60_000, False)])
def test_a_play_below_the_minimum_is_found(watched_ms: int, *, found: bool) -> None:
    assert verdict(CRITERION, {"watched_ms": watched_ms}) is found


def test_a_click_is_not_found() -> None:
    assert verdict(CRITERION, {"kind": "click", "watched_ms": 0}) is False


def test_an_unknown_watch_time_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None


def test_a_policy_sets_the_minimum() -> None:
    assert verdict(CRITERION, {"watched_ms": 59_999}, least_watched_ms=60_000) is True
