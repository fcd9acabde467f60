from tests.criteria.evaluate import verdict

from truetally.criteria.automation_flag import CRITERION


def test_a_declared_automation_is_found() -> None:
    assert verdict(CRITERION, {"automation": True}) is True


def test_an_event_without_automation_is_not_found() -> None:
    assert verdict(CRITERION, {"automation": False}) is False


def test_an_event_of_which_that_is_unknown_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None
