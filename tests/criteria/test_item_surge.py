import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.item_surge import CRITERION

DAY = 86_400_000
WEEK = [60, 58, 59, 61, 66, 78, 76]


def days(*counts: int, item: str | None = "i") -> list[dict[str, object]]:
    return [{"item_id": item, "time_ms": NOON + day * DAY} for day, count in enumerate(counts)
            for _ in range(count)]


def surging(*counts: int, **parameters: int) -> list[int]:
    """Name the days of one item that are found."""
    found = verdicts(CRITERION, days(*counts), **parameters)
    at = [day for day, count in enumerate(counts) for _ in range(count)]
    return sorted({day for day, hit in zip(at, found, strict=True) if hit})


def test_a_day_far_above_the_items_past_is_found() -> None:
    assert surging(50, 52, 48, 51, 49, 120, 50) == [5]


def test_ordinary_ups_and_downs_are_not_found() -> None:
    assert surging(50, 60, 42, 55, 47, 69, 44, 58) == []


@pytest.mark.parametrize(("count", "found"), [(78, []), (79, [5])])
def test_the_square_root_of_chance_is_exact(count: int, found: list[int]) -> None:
    assert surging(*[50] * 5, count) == found  # 4 x sqrt(51) = 28.56; 1.4 x 50 = 70
    assert surging(*[50] * 5, count, spreads=1) == [5]


def test_a_premiere_has_no_past_and_is_not_found() -> None:
    assert surging(0, 0, 0, 0, 0, 0, 900, 700, 500) == []
    assert surging(50, 50, 50, 50, 400) == []


def test_days_without_any_event_count_as_past() -> None:
    assert surging(40, 0, 0, 0, 0, 0, 60) == [6]


def test_a_holiday_that_lifts_all_items_alike_is_not_found() -> None:
    rows = [row for n in range(6) for row in days(*WEEK[:5], 140, item=f"i{n}")]
    assert True not in verdicts(CRITERION, rows)
    rows += days(*WEEK[:5], 420, item="bought")
    assert verdicts(CRITERION, rows).count(True) == 420


def test_an_unknown_item_is_not_found() -> None:
    assert set(verdicts(CRITERION, days(*[50] * 5, 120, item=None))) == {None}
    assert verdicts(CRITERION, []) == []
