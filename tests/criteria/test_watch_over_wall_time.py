from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import NOON, measured, verdicts

from truetally.criteria.watch_over_wall_time import CRITERION

MINUTE = 60_000
STRICT = {"speed_permille": 1000, "time_is_start": 1, "margin_ms": 0}


def plays(*starts_and_lengths_ms: tuple[int, int], **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "time_ms": NOON + start, "watched_ms": length} | columns
            for start, length in starts_and_lengths_ms]


def test_claims_that_do_not_fit_into_the_time_are_found() -> None:
    rows = plays(*[(i * 1000, 30 * MINUTE) for i in range(10)])
    assert verdicts(CRITERION, rows) == [True] * 10


def test_plays_one_after_another_are_not_found() -> None:
    rows = plays(*[(i * 30 * MINUTE, 30 * MINUTE) for i in range(10)])
    assert verdicts(CRITERION, rows, **STRICT) == [False] * 10


@pytest.mark.parametrize(("second_starts_ms", "found"), [(MINUTE, False), (MINUTE - 1, True)])
def test_the_bound_is_exact(second_starts_ms: int, *, found: bool) -> None:
    rows = plays((0, MINUTE), (second_starts_ms, MINUTE))
    assert verdicts(CRITERION, rows, **STRICT) == [found, found]


@pytest.mark.parametrize("easier", [
    {"margin_ms": 1}, {"streams": 2}, {"speed_permille": 1001}, {"time_is_start": 0},
    {"least_plays": 3}])
def test_each_parameter_makes_it_milder(easier: dict[str, int]) -> None:
    rows = plays((0, MINUTE), (MINUTE - 1, MINUTE))
    assert verdicts(CRITERION, rows, **(STRICT | easier)) == [False, False]


def test_a_source_that_logs_the_end_is_never_found_by_default() -> None:
    rows = plays((60 * MINUTE, 60 * MINUTE), (61 * MINUTE, MINUTE), (62 * MINUTE, MINUTE))
    assert verdicts(CRITERION, rows, **(STRICT | {"time_is_start": 0})) == [False] * 3


@pytest.mark.parametrize("unknown", [{"watched_ms": None}, {"kind": "click"}])
def test_plays_without_a_claim_are_not_found(unknown: dict[str, object]) -> None:
    assert verdicts(CRITERION, plays((0, MINUTE), (1, MINUTE), **unknown)) == [False, False]


def test_an_unknown_device_is_not_found() -> None:
    assert verdicts(CRITERION, plays((0, MINUTE), (1, MINUTE), device_id=None)) == [None, None]


def test_absurd_claims_are_not_measured() -> None:
    rows = plays((0, 2**61), (1, 2**61), (2, MINUTE))
    assert [group["claimed_ms"] for group in measured(CRITERION, rows)] == [MINUTE]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 600)), min_size=1, max_size=8))
def test_whatever_one_screen_can_show_is_never_found(draws: Sequence[tuple[int, int]]) -> None:
    """Real plays, one at a time, logged at any moment within each play."""
    now, rows = 0, []
    for pause, length in draws:
        now += pause * 1000
        rows.append((now + (pause * 7919) % (length * 1000), length * 1000))
        now += length * 1000
    found = verdicts(CRITERION, plays(*rows), **(STRICT | {"time_is_start": 0}))
    assert found == [False] * len(rows)
