import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.device_rate import CRITERION


def acts(count: int, device: str | None = "d") -> list[dict[str, object]]:
    return [{"device_id": device, "time_ms": NOON + i} for i in range(count)]


@pytest.mark.parametrize(("count", "found"), [(9, False), (10, True)])
def test_ten_events_in_an_hour_are_found_where_the_policy_says_ten(count: int,
                                                                   *, found: bool) -> None:
    assert verdicts(CRITERION, acts(count), least_events=10) == [found] * count


def test_a_person_in_a_feed_of_short_films_is_not_found_by_default() -> None:
    assert verdicts(CRITERION, acts(1199)) == [False] * 1199


def test_another_hour_and_another_device_are_measured_alone() -> None:
    rows = acts(5) + acts(5, "e") + [{"device_id": "d", "time_ms": NOON + 3_600_000 + i}
                                     for i in range(5)]
    assert verdicts(CRITERION, rows, least_events=10) == [False] * 15


def test_an_unknown_device_is_not_found() -> None:
    assert verdicts(CRITERION, acts(10, None), least_events=10) == [None] * 10
