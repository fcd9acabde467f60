import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.too_few_bytes import CRITERION
from truetally.events.schema import LARGEST, LARGEST_MS


def plays(count: int, sent: int | None, **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "time_ms": NOON, "watched_ms": 80_000, "bytes_sent": sent}
            | columns for _ in range(count)]


@pytest.mark.parametrize(("sent", "found"), [(1_449_999, True), (1_450_000, False)])
def test_less_than_145_kilobits_a_second_is_found(sent: int, *, found: bool) -> None:
    assert verdicts(CRITERION, plays(3, sent)) == [found] * 3


def test_two_plays_are_not_judged() -> None:
    assert verdicts(CRITERION, plays(2, 0)) == [False] * 2


def test_the_day_is_added_up_so_one_play_from_the_store_is_not_found() -> None:
    assert True not in verdicts(CRITERION, plays(3, 4_000_000) + plays(1, 0))


def test_stays_of_some_seconds_are_not_measured() -> None:
    assert True not in verdicts(CRITERION, plays(9, 0, watched_ms=9999))


@pytest.mark.parametrize(("sent", "least_kbps", "found"), [
    (LARGEST, 145, False), (LARGEST, 100_000, True), (-LARGEST, 145, True)])
def test_absurd_stays_and_sizes_are_decided_and_stop_nothing(
        sent: int, least_kbps: int, *, found: bool) -> None:
    rows = plays(11_000, sent, watched_ms=LARGEST_MS)  # times 100,000 kbit/s: over 2^63
    assert set(verdicts(CRITERION, rows, least_kbps=least_kbps)) == {found}


def test_unknown_bytes_stays_or_devices_are_not_found() -> None:
    assert True not in verdicts(CRITERION, plays(9, None))
    assert True not in verdicts(CRITERION, plays(9, 0, watched_ms=None))
    assert set(verdicts(CRITERION, plays(9, 0, device_id=None))) == {None}
