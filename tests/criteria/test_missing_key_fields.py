import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.missing_key_fields import CRITERION
from truetally.errors import PolicyError

FULL = {"ip": "192.0.2.1", "user_agent": "x", "device_id": "d"}


def test_an_event_without_address_is_found() -> None:
    assert verdict(CRITERION, FULL | {"ip": None}) is True


def test_a_complete_event_is_not_found() -> None:
    assert verdict(CRITERION, FULL) is False


def test_unknown_fields_that_the_policy_does_not_name_are_not_found() -> None:
    assert verdict(CRITERION, {"ip": "192.0.2.1"}) is False


def test_any_of_the_named_fields_suffices() -> None:
    assert verdict(CRITERION, FULL | {"device_id": None}, fields=("ip", "device_id")) is True


@pytest.mark.parametrize("fields", [(), ("time_ms",), ("ip", "DROP TABLE")])
def test_a_policy_may_name_key_fields_only(fields: tuple[str, ...]) -> None:
    with pytest.raises(PolicyError, match="missing-key-fields"):
        verdict(CRITERION, FULL, fields=fields)
