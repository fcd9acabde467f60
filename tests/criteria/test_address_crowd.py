import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.address_crowd import CRITERION

LIMIT = {"least_identities": 10}


def behind(count: int, column: str = "device_id", **columns: object) -> list[dict[str, object]]:
    return [{"ip": "192.0.2.1", "time_ms": NOON, column: str(i)} | columns for i in range(count)]


@pytest.mark.parametrize("column", ["device_id", "cookie_id"])
@pytest.mark.parametrize(("count", "found"), [(9, False), (10, True)])
def test_ten_devices_or_cookies_behind_one_address_are_found(column: str, count: int,
                                                             *, found: bool) -> None:
    assert verdicts(CRITERION, behind(count, column), **LIMIT) == [found] * count


def test_a_gateway_is_not_measured() -> None:
    assert verdicts(CRITERION, behind(10, ip_gateway=True), **LIMIT) == [False] * 10


def test_another_local_day_is_measured_alone() -> None:
    rows = behind(9) + behind(10, time_ms=NOON + 86_400_000)[9:]
    assert verdicts(CRITERION, rows, **LIMIT) == [False] * 10


def test_unknown_identities_and_addresses_are_not_found() -> None:
    assert verdicts(CRITERION, behind(10, device_id=None), **LIMIT) == [False] * 10
    assert verdicts(CRITERION, behind(10, ip=None), **LIMIT) == [None] * 10


def test_the_default_lets_a_campus_pass() -> None:
    assert CRITERION.parameters["least_identities"].default == 500
    assert True not in verdicts(CRITERION, behind(499))
