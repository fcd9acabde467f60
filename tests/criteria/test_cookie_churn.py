import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.cookie_churn import CRITERION

DAY = 86_400_000


def device(cookies: int, *, days: int = 1, events: int = 1,
           device_id: str | None = "d") -> list[dict[str, object]]:
    """Lay a device's cookies over days in turn, each with so many events."""
    return [{"device_id": device_id, "cookie_id": f"c{n}", "time_ms": NOON + n % days * DAY}
            for n in range(cookies) for _ in range(events)]


@pytest.mark.parametrize(("cookies", "found"), [(3, False), (4, True)])
def test_four_cookies_on_one_day_are_found(cookies: int, *, found: bool) -> None:
    assert verdicts(CRITERION, device(cookies)) == [found] * cookies


@pytest.mark.parametrize(("days", "found"), [(1, True), (5, True), (7, False), (20, False)])
def test_a_few_cookies_a_day_however_many_in_all_are_not_found(days: int, *, found: bool) -> None:
    verdict = verdicts(CRITERION, device(20, days=days))
    assert (True in verdict) is found


@pytest.mark.parametrize(("events", "found"), [(8, True), (9, False)])
def test_cookies_with_many_events_each_are_not_found(events: int, *, found: bool) -> None:
    assert set(verdicts(CRITERION, device(6, events=events))) == {found}


def test_unknown_cookies_are_no_cookies_and_an_unknown_device_is_not_found() -> None:
    rows = device(3) + [{"device_id": "d", "cookie_id": None, "time_ms": NOON + 9 * DAY}] * 9
    assert True not in verdicts(CRITERION, rows)
    assert set(verdicts(CRITERION, device(9, device_id=None))) == {None}
