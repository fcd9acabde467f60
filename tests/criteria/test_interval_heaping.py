import pytest
from tests.criteria.evaluate import NOON, measured, verdicts

from truetally.criteria.interval_heaping import CRITERION


def after(*gaps_s: int, device: str | None = "d") -> list[dict[str, object]]:
    times = [NOON + 1000 * sum(gaps_s[:i]) for i in range(len(gaps_s) + 1)]
    return [{"device_id": device, "time_ms": at} for at in times]


def test_a_program_that_waits_thirty_one_seconds_is_found() -> None:
    assert verdicts(CRITERION, after(*[31] * 40)) == [False] + [True] * 40


def test_a_person_who_pauses_for_times_of_all_lengths_is_not_found() -> None:
    rows = after(*[(7 * i * i) % 600 + 5 for i in range(40)])
    assert verdicts(CRITERION, rows) == [False] * 41


@pytest.mark.parametrize(("same", "other", "found"), [
    (14, 6, True), (13, 7, False), (13, 6, False)])
def test_seven_of_ten_gaps_and_twenty_in_all_are_needed(same: int, other: int,
                                                        *, found: bool) -> None:
    rows = after(*[25] * same, *range(100, 100 + other))
    assert (True in verdicts(CRITERION, rows)) is found


def test_bursts_are_not_measured() -> None:
    assert measured(CRITERION, after(*[0] * 50, 5, 25)) == [
        {"day": 17407, "device_id": "d", "gaps": 2, "commonest": 1}]


def test_an_unknown_device_is_not_found() -> None:
    assert verdicts(CRITERION, after(*[31] * 40, device=None)) == [None] * 41
