"""COUNTER Code of Practice R5.1: the audit script of E.2.3 and the double-click's edges."""

from pathlib import Path

from tests.run.cases import CHROME, NOON_MS, decide, verdicts

from truetally.run import breakdown

VIEW = {"kind": "view", "status": 200, "method": "GET", "ip": "192.1.1.168", "user_agent": CHROME}


def view(at_ms: int, **columns: object) -> dict[str, object]:
    return {"time_ms": NOON_MS + at_ms, "item_id": "/article"} | VIEW | columns



def test_the_audit_script_of_thirty_pairs_counts_45_in_all_and_30_unique(tmp_path: Path) -> None:
    rows = []
    for pair in range(30):
        start, gap = pair * 100_000, 20_000 if pair < 15 else 31_000
        rows += [view(start, item_id=f"/a{pair}"), view(start + gap, item_id=f"/a{pair}")]
    summary = decide(tmp_path, rows, "counter-r5.1")
    assert (summary.total_net, summary.unique_items) == (45, 30)
    assert summary.not_counted == 15


def test_two_clicks_are_one_up_to_thirty_seconds_exactly(tmp_path: Path) -> None:
    gaps_ms = {29_000: 1, 30_000: 1, 30_001: 2, 31_000: 2, 35_000: 2}
    decide(tmp_path, [view(at, item_id=f"/{gap}") for gap in gaps_ms for at in (0, gap)],
           "counter-r5.1")
    lines = breakdown(tmp_path / "case", "item")
    assert {line.key: line.total_net for line in lines} == {
        f"/{gap}": counted for gap, counted in gaps_ms.items()}


def test_a_chain_of_clicks_is_one_and_the_last_is_kept(tmp_path: Path) -> None:
    decide(tmp_path, [view(0), view(20_000), view(40_000)], "counter-r5.1")
    assert [v for v, _, _ in verdicts(tmp_path / "case").values()] == [
        "not_counted", "not_counted", "valid"]


def test_the_hour_slice_does_not_split_a_double_click(tmp_path: Path) -> None:
    to_next_hour = 3_600_000 - 10_000
    rows = [view(to_next_hour), view(to_next_hour + 20_000)]
    assert decide(tmp_path, rows, "counter-r5.1").total_net == 1


def test_a_later_404_is_not_the_click_that_is_kept(tmp_path: Path) -> None:
    assert decide(tmp_path, [view(0), view(10_000, status=404)], "counter-r5.1").total_net == 1


def test_a_later_robot_is_not_the_click_that_is_kept(tmp_path: Path) -> None:
    robot = view(10_000, account_id="ann", user_agent="SomeBOT/1.0")
    assert decide(tmp_path, [view(0, account_id="ann"), robot], "counter-r5.1").total_net == 1


def test_an_account_and_a_cookie_of_the_same_name_are_two_users(tmp_path: Path) -> None:
    rows = [view(0, account_id="x"), view(5_000, cookie_id="x")]
    assert decide(tmp_path, rows, "counter-r5.1").total_net == 2


def test_unique_items_are_counted_by_hour_where_there_is_no_session(tmp_path: Path) -> None:
    rows = [view(0), view(60_000), view(3_700_000)]
    decide(tmp_path, rows, "counter-r5.1")
    assert breakdown(tmp_path / "case", "item")[0].unique == 2


def test_a_session_counts_an_item_once_whatever_the_hour(tmp_path: Path) -> None:
    rows = [view(0, session_id="s"), view(60_000, session_id="s"), view(3_700_000, session_id="s")]
    assert decide(tmp_path, rows, "counter-r5.1").unique_items == 1
