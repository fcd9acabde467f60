import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.unseen_click import CRITERION

UNSEEN = {"kind": "click", "visible_permille": 0, "interacted": False}


def test_a_click_on_nothing_visible_without_a_gesture_is_found() -> None:
    assert verdict(CRITERION, UNSEEN) is True


@pytest.mark.parametrize("change", [
    {"visible_permille": 1}, {"interacted": True}, {"kind": "view"}, {"kind": "play"}])
def test_something_visible_a_gesture_or_no_click_is_not_found(change: dict[str, object]) -> None:
    assert verdict(CRITERION, UNSEEN | change) is False


@pytest.mark.parametrize("missing", ["visible_permille", "interacted"])
def test_what_is_unknown_is_not_found(missing: str) -> None:
    assert verdict(CRITERION, UNSEEN | {missing: None}) is None


def test_a_policy_may_call_a_small_share_unseen() -> None:
    assert verdict(CRITERION, UNSEEN | {"visible_permille": 50}, visible_permille=50) is True
