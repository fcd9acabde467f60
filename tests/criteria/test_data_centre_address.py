from tests.criteria.evaluate import verdict

from truetally.criteria.data_centre_address import CRITERION


def test_an_address_in_a_data_centre_is_found() -> None:
    assert verdict(CRITERION, {"ip_data_centre": True, "ip_gateway": False}) is True


def test_a_gateway_in_a_data_centre_is_not_found() -> None:
    assert verdict(CRITERION, {"ip_data_centre": True, "ip_gateway": True}) is False


def test_an_address_elsewhere_is_not_found() -> None:
    assert verdict(CRITERION, {"ip_data_centre": False, "ip_gateway": False}) is False


def test_an_address_that_no_list_of_gateways_names_is_no_gateway() -> None:
    assert verdict(CRITERION, {"ip_data_centre": True}) is True


def test_an_unknown_address_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None
