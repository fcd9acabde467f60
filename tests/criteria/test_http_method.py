import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.http_method import CRITERION


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "", "get"])
def test_another_method_is_found(method: str) -> None:
    assert verdict(CRITERION, {"method": method}) is True


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_allowed_methods_are_not_found(method: str) -> None:
    assert verdict(CRITERION, {"method": method}) is False


def test_an_unknown_method_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None


def test_a_policy_sets_the_methods() -> None:
    assert verdict(CRITERION, {"method": "POST"}, allowed=("GET",)) is True
