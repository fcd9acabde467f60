from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.double_click import CRITERION


def clicks(*times_ms: int, **columns: str) -> list[dict[str, object]]:
    return [{"kind": "click", "account_id": "a", "time_ms": NOON + at} | columns
            for at in times_ms]


def test_a_chain_is_one_act_and_the_last_is_kept() -> None:
    assert verdicts(CRITERION, clicks(0, 20_000, 40_000)) == [True, True, False]


@pytest.mark.parametrize(("gap_ms", "found"), [
    (0, True), (29_000, True), (30_000, True), (30_001, False), (35_000, False)])
def test_the_window_is_thirty_seconds_inclusive(gap_ms: int, *, found: bool) -> None:
    assert verdicts(CRITERION, clicks(0, gap_ms)) == [found, False]


def test_the_full_hour_does_not_part_a_double_click() -> None:
    hour = 3_600_000
    assert verdicts(CRITERION, clicks(hour - 10_000, hour + 10_000)) == [True, False]


@pytest.mark.parametrize("other", [
    {"account_id": "b"}, {"item_id": "j"}, {"kind": "play"}, {"part_id": "2"}])
def test_another_user_item_part_or_kind_is_another_act(other: dict[str, str]) -> None:
    assert verdicts(CRITERION, [*clicks(0), *clicks(1000, **other)]) == [False, False]


def test_an_event_without_identity_is_unknown_and_not_found() -> None:
    nobody = {"kind": "click", "time_ms": NOON}
    assert verdicts(CRITERION, [nobody, nobody]) == [None, None]


def test_the_auditors_script_gives_forty_five_of_sixty() -> None:
    """COUNTER R5.1, E.2.3: 15 pairs inside the window, 15 outside, 31 s between other actions."""
    times, now = [], 0
    for gap_ms in [10_000] * 15 + [31_000] * 15:
        times += [now, now + gap_ms]
        now += gap_ms + 31_000
    assert verdicts(CRITERION, clicks(*times)).count(False) == 45


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from("ab"), st.sampled_from("ij")),
                max_size=40))
def test_it_agrees_with_a_slow_reading_of_the_rule(acts: Sequence[tuple[int, str, str]]) -> None:
    rows = [{"kind": "click", "time_ms": NOON + at * 1000, "account_id": who, "item_id": what}
            for at, who, what in acts]
    assert verdicts(CRITERION, rows) == [
        any(later[1:] == act[1:] and (later[0], j) > (act[0], i) and later[0] - act[0] <= 30
            for j, later in enumerate(acts))
        for i, act in enumerate(acts)]
