import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.same_pace import CRITERION


def visits(*paces_ms: int, clicks: int = 2, **columns: object) -> list[dict[str, object]]:
    """Give each pace a visit of its own, of so many clicks."""
    return [{"kind": "click", "session_id": f"s{pace}-{n}", "time_ms": NOON + n + step * pace}
            | columns for n, pace in enumerate(paces_ms) for step in range(clicks)]


SCRIPT = [1700 + n for n in range(10)]
PEOPLE = [1000 + 1900 * n for n in range(15)]


@pytest.mark.parametrize("clicks", [2, 3])
def test_visits_at_the_pace_of_a_script_are_found_among_others(clicks: int) -> None:
    rows = visits(*SCRIPT, *PEOPLE, clicks=clicks)
    assert verdicts(CRITERION, rows) == [True] * 10 * clicks + [False] * 15 * clicks


def test_too_few_visits_or_too_small_a_share_are_not_found() -> None:
    assert True not in verdicts(CRITERION, visits(*SCRIPT[:9], *PEOPLE))
    assert True not in verdicts(CRITERION, visits(*SCRIPT, *PEOPLE, 29_100))


@pytest.mark.parametrize("paces", [[400 + n for n in range(20)], [60_000 + n for n in range(20)]])
def test_hands_that_click_twice_and_pauses_of_a_minute_are_not_found(paces: list[int]) -> None:
    assert True not in verdicts(CRITERION, visits(*paces))


def test_another_item_and_another_kind_are_not_measured_with_it() -> None:
    rows = visits(*SCRIPT[:5]) + visits(*SCRIPT[5:], item_id="j")
    assert True not in verdicts(CRITERION, rows)
    assert True not in verdicts(CRITERION, visits(*SCRIPT, kind="view"))


def test_an_unknown_visit_is_not_found() -> None:
    assert set(verdicts(CRITERION, visits(*SCRIPT, session_id=None))) == {None}


def test_a_page_that_takes_the_second_step_by_itself_is_not_found() -> None:
    by_hand = [row | {"interacted": n % 2 == 0} for n, row in enumerate(visits(*SCRIPT))]
    assert True not in verdicts(CRITERION, by_hand)
    background = [row | {"interacted": False} for row in by_hand[:10]]
    assert verdicts(CRITERION, background + by_hand[10:]) == [True] * 20
    assert True not in verdicts(CRITERION, background[:8] + by_hand[8:])


def test_visits_without_a_gesture_and_without_knowledge_of_one_are_found() -> None:
    assert False not in verdicts(CRITERION, visits(*SCRIPT, interacted=False))
    assert False not in verdicts(CRITERION, visits(*SCRIPT))


def test_one_visit_by_hand_acquits_no_window_of_which_next_to_nothing_is_known() -> None:
    rows = visits(*SCRIPT)
    rows[0]["interacted"] = True
    assert False not in verdicts(CRITERION, rows)
