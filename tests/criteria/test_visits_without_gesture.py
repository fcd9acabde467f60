import pyarrow as pa
import pytest
from tests.criteria.evaluate import NOON, defaults, measured, verdicts

from truetally.criteria.visits_without_gesture import CRITERION, find

Rows = list[dict[str, object]]


def visits(count: int, name: str, *gestures: bool | None, **columns: object) -> Rows:
    """Give so many visits one click a gesture each."""
    return [{"kind": "click", "session_id": f"{name}{n}", "time_ms": NOON + 5000 * step + n,
             "interacted": gesture} | columns
            for n in range(count) for step, gesture in enumerate(gestures)]


SCRIPTED = visits(10, "script", False, False)
PEOPLE = visits(15, "hand", True, False)
SINGLE = visits(16, "by hand", True) + visits(4, "not", False)  # one click in five lacks a gesture


def test_visits_without_a_gesture_are_found_where_they_are_a_large_share() -> None:
    rows = SCRIPTED + PEOPLE + SINGLE
    assert verdicts(CRITERION, rows) == [True] * 20 + [False] * 50
    profile = sorted(measured(CRITERION, rows), key=lambda row: str(row["session_id"]))
    found = find(pa.Table.from_pylist(profile), defaults(CRITERION), 0)
    assert found.num_rows == 10
    assert {tuple(row[name] for name in ("without", "measured", "other_clicks", "other_without"))
            for row in found.to_pylist()} == {(10, 25, 20, 4)}


def test_too_few_or_too_small_a_share_are_not_found() -> None:
    assert True not in verdicts(CRITERION, SCRIPTED[:18] + PEOPLE + SINGLE)
    assert True not in verdicts(
        CRITERION, SCRIPTED + PEOPLE + visits(1, "more", True, True) + SINGLE)


def test_a_page_that_takes_the_second_step_by_itself_is_not_found() -> None:
    """Of its visitors one in five is not seen to click by hand, as of those who click once."""
    page = visits(80, "auto", True, False) + visits(20, "silent", False, False)
    assert True not in verdicts(CRITERION, page + SINGLE, share_permille=10)


@pytest.mark.parametrize(("silent", "found"), [(13, True), (14, False)])
def test_other_clicks_must_lack_gestures_less_often_by_half(silent: int, *, found: bool) -> None:
    """10 of 25 visits; of 50 other clicks 13 or 14: 0.4 is 1.54 or 1.43 times 0.26 or 0.28."""
    others = visits(50 - silent, "by hand", True) + visits(silent, "not", False)
    assert (True in verdicts(CRITERION, SCRIPTED + PEOPLE + others)) == found


def test_where_gestures_are_hardly_recorded_or_other_clicks_are_few_nothing_is_said() -> None:
    silent = visits(99, "script", False, False) + visits(20, "not", False)
    assert True not in verdicts(CRITERION, silent)
    assert True not in verdicts(CRITERION, SCRIPTED + PEOPLE + SINGLE[:19])


@pytest.mark.parametrize("more", [{"value_action": "search"}, {"kind": "view"}, {"item_id": "j"}])
def test_an_act_another_kind_and_another_item_are_not_measured_with_it(
        more: dict[str, object]) -> None:
    assert True not in verdicts(CRITERION, SCRIPTED[:18] + PEOPLE + SINGLE
                                + visits(1, "other", False, False, **more))


def test_an_unknown_gesture_or_visit_is_not_found() -> None:
    assert True not in verdicts(CRITERION, visits(99, "tv", False, None) + PEOPLE + SINGLE)
    assert set(verdicts(CRITERION, visits(9, "s", False, False, session_id=None))) == {None}
