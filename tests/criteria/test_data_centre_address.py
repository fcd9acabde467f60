import pytest
from tests.criteria.evaluate import NOON, verdict, verdicts

from truetally.criteria.data_centre_address import CRITERION

LISTED = {"ip": "192.0.2.1", "time_ms": NOON, "ip_data_centre": True}


def test_an_address_in_a_data_centre_without_a_sign_of_a_person_is_found() -> None:
    assert verdict(CRITERION, LISTED | {"ip_gateway": False, "interacted": False}) is True


@pytest.mark.parametrize("sign", [
    {"interacted": True}, {"account_id": "a"}, {"value_action": "comment"}])
def test_signs_of_persons_except_the_address_for_the_day(sign: dict[str, object]) -> None:
    assert verdicts(CRITERION, [LISTED] * 19 + [LISTED | sign]) == [False] * 20
    assert verdicts(CRITERION, [LISTED] * 20 + [LISTED | sign]) == [True] * 21


def test_another_day_and_another_address_are_judged_by_their_own_signs() -> None:
    other = [LISTED | {"time_ms": NOON + 86_400_000}, LISTED | {"ip": "192.0.2.2"}]
    assert verdicts(CRITERION, [LISTED | {"interacted": True}, *other]) == [False, True, True]


def test_a_gateway_in_a_data_centre_is_not_found() -> None:
    assert verdict(CRITERION, LISTED | {"ip_gateway": True}) is False


def test_an_address_elsewhere_is_not_found() -> None:
    assert verdict(CRITERION, LISTED | {"ip_data_centre": False}) is False


def test_without_any_record_of_signs_the_list_decides() -> None:
    assert verdict(CRITERION, LISTED) is True


def test_an_unknown_address_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None
