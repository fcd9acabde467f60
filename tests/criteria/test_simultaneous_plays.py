import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.simultaneous_plays import CRITERION

MINUTE = 60_000
STRICT = {"speed_permille": 1000, "time_is_start": 1, "margin_ms": 0}


def together(count: int, **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "item_id": str(i), "time_ms": NOON, "watched_ms": MINUTE} | columns
            for i in range(count)]


@pytest.mark.parametrize(("count", "found"), [(1, False), (4, False), (5, True)])
def test_five_plays_at_once_are_found_and_four_are_not(count: int, *, found: bool) -> None:
    assert verdicts(CRITERION, together(count), **STRICT) == [found] * count


def test_by_default_nothing_is_assumed_of_the_source() -> None:
    assert verdicts(CRITERION, together(17), margin_ms=0) == [True] * 17
    assert verdicts(CRITERION, together(16), margin_ms=0) == [False] * 16


def test_each_local_hour_is_measured_alone() -> None:
    rows = together(4) + together(1, time_ms=NOON + 3_600_000)
    assert verdicts(CRITERION, rows, **STRICT) == [False] * 5


def test_a_policy_sets_the_number_of_streams() -> None:
    assert verdicts(CRITERION, together(5), **STRICT, streams=5) == [False] * 5


def test_an_unknown_watch_time_or_device_is_not_found() -> None:
    assert verdicts(CRITERION, together(9, watched_ms=None), **STRICT) == [False] * 9
    assert verdicts(CRITERION, together(9, device_id=None), **STRICT) == [None] * 9
