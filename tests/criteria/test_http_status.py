import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.http_status import CRITERION


@pytest.mark.parametrize("status", [-1, 0, 199, 206, 301, 403, 404, 500, 2000])
def test_another_status_is_found(status: int) -> None:
    assert verdict(CRITERION, {"status": status}) is True


@pytest.mark.parametrize("status", [200, 304])
def test_the_allowed_statuses_are_not_found(status: int) -> None:
    assert verdict(CRITERION, {"status": status}) is False


def test_an_unknown_status_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None


def test_a_policy_sets_the_statuses_as_texts_or_numbers() -> None:
    assert verdict(CRITERION, {"status": 206}, allowed=(200, 206)) is False
    assert verdict(CRITERION, {"status": 304}, allowed=("200", "206")) is True
