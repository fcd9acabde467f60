import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.platform_contradiction import CRITERION

KNOWN = {"terminal": "h5", "ua_family": "Mobile Safari", "plugins_flash": False,
         "plugins_flash_major": None}


@pytest.mark.parametrize("row", [
    {"ua_os": "iOS", "plugins_flash": True},
    {"ua_os": "Android", "plugins_flash": True, "plugins_flash_major": 25},
    {"ua_os": "Windows", "terminal": "ios"}, {"ua_os": "Android", "terminal": "ios"},
    {"ua_os": "Windows", "terminal": "android"}, {"ua_os": "iOS", "terminal": "android"}])
def test_two_statements_that_cannot_both_be_true_are_found(row: dict[str, object]) -> None:
    assert verdict(CRITERION, KNOWN | row) is True


@pytest.mark.parametrize("row", [
    {"ua_os": "iOS", "plugins_flash": True, "ua_family": "Puffin"},
    {"ua_os": "Android", "plugins_flash": True, "plugins_flash_major": 11},
    {"ua_os": "Mac OS X", "plugins_flash": True, "plugins_flash_major": 25},
    {"ua_os": "Mac OS X", "terminal": "ios"}, {"ua_os": "Linux", "terminal": "android"},
    {"ua_os": "iOS", "terminal": "pc"}, {"ua_os": "Android", "terminal": "tv"}])
def test_desktop_mode_and_honest_oddities_are_not_found(row: dict[str, object]) -> None:
    major = {"plugins_flash_major": 0}
    assert verdict(CRITERION, KNOWN | major | row) is False


def test_a_pc_that_says_it_is_a_phone_is_found_where_the_device_is_known() -> None:
    row = KNOWN | {"ua_os": "iOS", "terminal": "pc"}
    assert verdict(CRITERION, row, terminal_is_device=1) is True


def test_an_unknown_system_is_not_found() -> None:
    assert verdict(CRITERION, KNOWN | {"plugins_flash": True}) is None


def test_unknown_plugins_do_not_hide_a_contradiction_of_the_app() -> None:
    assert verdict(CRITERION, {"ua_os": "Windows", "terminal": "ios"}) is True
    assert verdict(CRITERION, {"ua_os": "iOS", "terminal": "ios"}) is None
