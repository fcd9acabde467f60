import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.round_the_clock import CRITERION

MIDNIGHT, HOUR = NOON - 12 * 3_600_000, 3_600_000


def active(hours: int, each: int, device: str | None = "d") -> list[dict[str, object]]:
    return [{"device_id": device, "time_ms": MIDNIGHT + hour * HOUR + i}
            for hour in range(hours) for i in range(each)]


@pytest.mark.parametrize(("hours", "each", "found"), [
    (24, 5, True), (22, 5, True), (21, 20, False), (24, 4, False)])
def test_twenty_two_hours_with_a_hundred_events_are_found(hours: int, each: int,
                                                          *, found: bool) -> None:
    assert verdicts(CRITERION, active(hours, each)) == [found] * hours * each


def test_the_day_is_the_local_one() -> None:
    shifted = [row | {"time_ms": MIDNIGHT + 12 * HOUR + i * 432_000}
               for i, row in enumerate(active(24, 8))]
    assert True not in verdicts(CRITERION, shifted)


def test_an_unknown_device_is_not_found() -> None:
    assert verdicts(CRITERION, active(24, 5, None)) == [None] * 120
