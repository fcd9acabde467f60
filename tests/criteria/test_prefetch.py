from tests.criteria.evaluate import verdict

from truetally.criteria.prefetch import CRITERION


def test_a_declared_prefetch_is_found() -> None:
    assert verdict(CRITERION, {"prefetch": True}) is True


def test_an_event_without_prefetch_is_not_found() -> None:
    assert verdict(CRITERION, {"prefetch": False}) is False


def test_an_event_of_which_that_is_unknown_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None
