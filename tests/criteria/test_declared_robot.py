from tests.criteria.evaluate import verdict

from truetally.criteria.declared_robot import CRITERION


def test_a_user_agent_that_names_a_robot_is_found() -> None:
    assert verdict(CRITERION, {"ua_robot": True}) is True


def test_a_browser_is_not_found() -> None:
    assert verdict(CRITERION, {"ua_robot": False}) is False


def test_an_unknown_user_agent_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None
