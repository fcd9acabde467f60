import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.equal_stays import CRITERION


def stays(*watched_ms: int | None, **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "time_ms": NOON, "watched_ms": w, "length_ms": 3_600_000} | columns
            for w in watched_ms]


@pytest.mark.parametrize(("count", "found"), [(5, False), (6, True)])
def test_six_plays_of_one_stay_are_found(count: int, *, found: bool) -> None:
    assert verdicts(CRITERION, stays(*[30_000] * count)) == [found] * count


@pytest.mark.parametrize(("longest", "found"), [(45_000, True), (45_001, False)])
def test_the_window_is_exact(longest: int, *, found: bool) -> None:
    assert verdicts(CRITERION, stays(*[30_000] * 5, longest)) == [found] * 6


def test_completed_short_and_long_plays_are_not_measured() -> None:
    assert True not in verdicts(CRITERION, stays(*[30_000] * 9, length_ms=40_000))
    assert True not in verdicts(CRITERION, stays(*[9000] * 9))
    assert True not in verdicts(CRITERION, stays(*[360_000] * 9))
    assert verdicts(CRITERION, stays(*[30_000] * 6, 9000))[5:] == [True, False]


def test_an_unknown_stay_length_or_device_is_not_found() -> None:
    assert True not in verdicts(CRITERION, stays(*[30_000] * 5, None))
    assert True not in verdicts(CRITERION, stays(*[30_000] * 6, length_ms=None))
    assert set(verdicts(CRITERION, stays(*[30_000] * 6, device_id=None))) == {None}
