import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.stay_heaping import CRITERION

HOUR = 3_600_000


def stays(*watched_s: int, **columns: object) -> list[dict[str, object]]:
    return [{"time_ms": NOON, "watched_ms": s * 1000, "length_ms": HOUR} | columns
            for s in watched_s]


MIXED = range(120, 240, 2)  # a play every other second: 30 a minute


@pytest.mark.parametrize(("count", "found"), [(9, False), (10, True)])
def test_stays_heaped_among_mixed_ones_are_found(count: int, *, found: bool) -> None:
    # 30 plays in the minute on either side: 0.5 expected; 10 - 0.5 > 7 x sqrt(1.5) = 8.57
    verdict = verdicts(CRITERION, stays(*[181] * count, *MIXED))
    assert verdict[:count] == [found] * count
    assert verdict[count:].count(True) <= 2  # honest neighbours within a window of two seconds


def test_stays_spread_over_ten_seconds_are_found_too() -> None:
    heap = [95 + n % 10 for n in range(60)]
    found = verdicts(CRITERION, stays(*heap, *range(10, 90, 4), *range(110, 600, 4)))
    assert found[:60] == [True] * 60
    assert found[60:].count(True) <= 4  # honest neighbours within the window


def test_a_slope_as_of_people_who_leave_early_is_not_found() -> None:
    slope = [second for second in range(10, 60) for _ in range(60 - second)]
    assert True not in verdicts(CRITERION, stays(*slope))


def test_completed_plays_are_heaped_by_nature_and_not_found() -> None:
    full = stays(*[3600] * 50) + stays(*[3590] * 50)
    assert verdicts(CRITERION, full) == [False] * 100


def test_people_who_leave_at_once_are_not_found() -> None:
    assert verdicts(CRITERION, stays(*[4] * 60)) == [False] * 60


def test_an_unknown_length_is_not_found_unless_the_policy_says_so() -> None:
    rows = stays(*[180] * 60, length_ms=None)
    assert verdicts(CRITERION, rows) == [False] * 60
    assert verdicts(CRITERION, rows, unknown_length_is_measured=1) == [True] * 60


def test_another_item_or_day_is_measured_alone() -> None:
    rows = stays(*[180] * 8, item_id="j") + stays(*[180] * 7)
    rows += stays(*[180] * 7, time_ms=NOON + 86_400_000)
    assert verdicts(CRITERION, rows, spreads=1) == [True] * 8 + [False] * 14


def test_an_unknown_watch_time_is_not_found() -> None:
    assert verdicts(CRITERION, stays(*[180] * 60, watched_ms=None)) == [None] * 60
    assert verdicts(CRITERION, []) == []
