import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.repeat_same_day import CRITERION

HOUR = 3_600_000


def asked(*hours_after_noon: int, **columns: object) -> list[dict[str, object]]:
    """Requests in rising order; the local day is a key of its own for this criterion's scope."""
    return [{"listener": "l", "time_ms": NOON + hour * HOUR} | columns
            for hour in hours_after_noon]


def test_every_request_after_the_first_of_the_day_is_found() -> None:
    assert verdicts(CRITERION, asked(0, 1, 11)) == [False, True, True]


@pytest.mark.parametrize("other", [{"listener": "m"}, {"item_id": "j"}, {"part_id": "2"}])
def test_another_listener_item_or_part_is_not_found(other: dict[str, object]) -> None:
    assert verdicts(CRITERION, asked(0) + asked(1, **other)) == [False, False]


def test_an_unknown_listener_is_not_found() -> None:
    assert verdicts(CRITERION, asked(0, 1, listener=None)) == [None, None]
