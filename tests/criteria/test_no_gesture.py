import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.no_gesture import CRITERION


def plays(count: int, **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "time_ms": NOON, "interacted": False} | columns
            for _ in range(count)]


@pytest.mark.parametrize(("count", "found"), [(15, False), (16, True)])
def test_sixteen_plays_without_a_gesture_are_found(count: int, *, found: bool) -> None:
    assert verdicts(CRITERION, plays(count)) == [found] * count


@pytest.mark.parametrize("act", [{"interacted": True}, {"value_action": "search"}])
def test_one_act_in_the_day_is_enough_not_to_be_found(act: dict[str, object]) -> None:
    assert True not in verdicts(CRITERION, plays(99) + plays(1, **act))


def test_another_day_is_measured_alone() -> None:
    assert True not in verdicts(CRITERION, plays(15) + plays(15, time_ms=NOON + 86_400_000))


def test_televisions_whose_gestures_are_unknown_are_not_found() -> None:
    assert True not in verdicts(CRITERION, plays(99, interacted=None))
    assert set(verdicts(CRITERION, plays(20, device_id=None))) == {None}
