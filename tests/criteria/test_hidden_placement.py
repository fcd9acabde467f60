import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.hidden_placement import CRITERION

HIDDEN = {"kind": "click", "visible_permille": 0, "interacted": False}
TINY = {"kind": "view", "placement_w": 1, "placement_h": 1}


def test_a_click_on_nothing_visible_without_a_gesture_is_found() -> None:
    assert verdict(CRITERION, HIDDEN) is True


@pytest.mark.parametrize("change", [
    {"visible_permille": 1}, {"interacted": True}, {"kind": "view"}, {"kind": "play"}])
def test_something_visible_a_gesture_or_a_background_tab_is_not_found(
        change: dict[str, object]) -> None:
    assert verdict(CRITERION, HIDDEN | {"placement_w": 300, "placement_h": 250} | change) is False


@pytest.mark.parametrize("missing", ["visible_permille", "interacted"])
def test_what_is_unknown_is_not_found(missing: str) -> None:
    assert verdict(CRITERION, HIDDEN | {missing: None}) is None


@pytest.mark.parametrize(("side", "found"), [((0, 0), True), ((1, 1), True), ((2, 1), False)])
def test_a_placement_of_at_most_one_pixel_is_found(side: tuple[int, int], *, found: bool) -> None:
    row = TINY | {"placement_w": side[0], "placement_h": side[1]}
    assert verdict(CRITERION, row) is found


def test_a_gesture_excuses_a_tiny_placement() -> None:
    assert verdict(CRITERION, TINY | {"interacted": True}) is False


def test_an_event_of_which_nothing_is_known_is_not_found() -> None:
    assert verdict(CRITERION, {"kind": "click"}) is None
