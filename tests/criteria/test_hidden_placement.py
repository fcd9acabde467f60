import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.hidden_placement import CRITERION

HIDDEN = {"kind": "view", "placement_w": 0, "placement_h": 0}


def test_a_placement_without_area_and_gesture_is_found() -> None:
    assert verdict(CRITERION, HIDDEN) is True
    assert verdict(CRITERION, HIDDEN | {"visible_permille": 0, "interacted": False}) is True


@pytest.mark.parametrize("change", [
    {"placement_w": 1, "placement_h": 1}, {"placement_h": 250}, {"interacted": True},
    {"visible_permille": 1}])
def test_an_area_a_gesture_or_something_visible_is_not_found(change: dict[str, object]) -> None:
    assert verdict(CRITERION, HIDDEN | change) is False


@pytest.mark.parametrize(("side", "found"), [((0, 0), True), ((1, 1), True), ((2, 1), False)])
def test_a_source_that_measures_every_size_may_set_one_pixel(side: tuple[int, int],
                                                             *, found: bool) -> None:
    row = HIDDEN | {"placement_w": side[0], "placement_h": side[1]}
    assert verdict(CRITERION, row, side_px=1) is found


def test_one_pixel_that_was_seen_is_a_size_that_was_not_measured() -> None:
    row = HIDDEN | {"placement_w": 1, "placement_h": 1, "visible_permille": 1000}
    assert verdict(CRITERION, row, side_px=1) is False


@pytest.mark.parametrize("unknown", ["placement_w", "placement_h"])
def test_an_unknown_size_is_not_found(unknown: str) -> None:
    assert verdict(CRITERION, HIDDEN | {unknown: None}) is None
