import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.stay_heaping import CRITERION

HOUR = 3_600_000


def stays(*watched_s: int, **columns: object) -> list[dict[str, object]]:
    return [{"time_ms": NOON, "watched_ms": s * 1000, "length_ms": HOUR} | columns
            for s in watched_s]


MIXED = range(10, 110)


@pytest.mark.parametrize(("count", "found"), [(49, False), (50, True)])
def test_fifty_equal_stays_that_are_a_third_are_found(count: int, *, found: bool) -> None:
    assert verdicts(CRITERION, stays(*[180] * count, *MIXED)) == [found] * count + [False] * 100


@pytest.mark.parametrize(("others", "found"), [(116, True), (117, False)])
def test_the_share_is_exact(others: int, *, found: bool) -> None:
    rows = stays(*[180] * 50, *range(200, 200 + others))
    assert verdicts(CRITERION, rows)[0] is found


def test_completed_plays_are_heaped_by_nature_and_not_found() -> None:
    full = stays(*[3600] * 50) + stays(*[3590] * 50)
    assert verdicts(CRITERION, full) == [False] * 100


def test_people_who_leave_at_once_are_not_found() -> None:
    assert verdicts(CRITERION, stays(*[4] * 60)) == [False] * 60


def test_an_unknown_length_is_not_found_unless_the_policy_says_so() -> None:
    rows = stays(*[180] * 60, length_ms=None)
    assert verdicts(CRITERION, rows) == [False] * 60
    assert verdicts(CRITERION, rows, unknown_length_is_measured=1) == [True] * 60


def test_another_item_is_measured_alone() -> None:
    rows = stays(*[180] * 50, item_id="j") + stays(*[180] * 49)
    assert verdicts(CRITERION, rows) == [True] * 50 + [False] * 49


def test_an_unknown_watch_time_is_not_found() -> None:
    assert verdicts(CRITERION, stays(*[180] * 60, watched_ms=None)) == [None] * 60
