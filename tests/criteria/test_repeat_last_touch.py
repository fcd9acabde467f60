import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.repeat_last_touch import CRITERION

DAY = 86_400_000


def asked(*times_ms: int, **columns: object) -> list[dict[str, object]]:
    return [{"listener": "l", "time_ms": NOON + at} | columns for at in times_ms]


def found(rows: list[dict[str, object]]) -> list[bool]:
    return [flag is True for flag in verdicts(CRITERION, rows)]


@pytest.mark.parametrize(("gap_ms", "repeat"), [(0, True), (DAY - 1, True), (DAY, False)])
def test_a_request_within_a_day_of_the_last_is_found(gap_ms: int, *, repeat: bool) -> None:
    assert found(asked(0, gap_ms)) == [False, repeat]


def test_each_request_opens_the_window_anew() -> None:
    assert found(asked(0, DAY - 1, 2 * DAY - 2)) == [False, True, True]


@pytest.mark.parametrize("other", [{"listener": "m"}, {"item_id": "j"}, {"part_id": "2"}])
def test_another_listener_item_or_part_is_not_found(other: dict[str, object]) -> None:
    assert found(asked(0) + asked(1, **other)) == [False, False]


def test_an_unknown_listener_is_not_found() -> None:
    assert verdicts(CRITERION, asked(0, 1, listener=None)) == [None, None]
