"""The benchmark's own arithmetic, its inputs, and the page it writes."""

import json
import resource
import sys
from pathlib import Path

import duckdb
import pytest

import speed_inputs
import speed_measure
import speed_page
from speed_page import Ratio

ROOT = Path(__file__).resolve().parents[1]
PROMISE = Ratio(name="a run / a copy", hundredths=201, wanted=200, detail="2010 ms; 1000 ms")


@pytest.mark.parametrize(("part", "whole", "hundredths"), [
    (200, 100, 200), (2001, 1000, 201), (1, 3, 34), (0, 7, 0),
])
def test_a_ratio_is_never_shown_better_than_it_is(part: int, whole: int, hundredths: int) -> None:
    assert speed_page.ratio(part, whole) == hundredths


def test_a_run_is_compared_with_the_copies_beside_it_and_the_median_counts() -> None:
    assert speed_page.beside([400, 300, 210], [200, 200, 100, 100]) == 200  # of 200, 200, 210
    assert speed_page.beside([402], [200, 201]) == 201  # 2.005: never shown better than it is
    with pytest.raises(ValueError, match="zip"):
        speed_page.beside([400], [200])


def test_a_promise_is_kept_up_to_its_bound_and_not_beyond() -> None:
    least = Ratio(name="lines", hundredths=500, wanted=500, at_least=True, detail="")
    most = Ratio(name="wall", hundredths=200, wanted=200, detail="")
    assert [speed_page.kept(promise) for promise in (PROMISE, least, most)] == [False, True, True]


def test_the_page_keeps_its_words_and_takes_new_figures(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(f"words\n{speed_page.BEGIN}\nold\n{speed_page.END}\nmore\n", "utf-8")
    text = speed_page.section([PROMISE], {"the run": {"facts": 3, "decide": 1}}, {"seed": 1})
    speed_page.write(page, text, [PROMISE], {}, {"seed": 1})
    shown = page.read_text("utf-8")
    assert shown.startswith("words\n")
    assert shown.endswith("more\n")
    assert "| a run / a copy | 2.01 | <= 2.00 | no |" in shown
    assert "| facts | 3 | 750 |" in shown
    assert "old" not in shown
    assert json.loads((tmp_path / "speed.json").read_text("utf-8"))["ratios"][0]["kept"] is False


def test_a_page_without_a_place_for_figures_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text("words", "utf-8")
    with pytest.raises(ValueError, match="measured: begin"):
        speed_page.write(page, "", [], {}, {})


def test_what_a_command_costs_is_measured(tmp_path: Path) -> None:
    busy = "x = bytearray(64 << 20); sum(range(2_000_000)); print('done')"
    cost = speed_measure.run([sys.executable, "-c", busy], tmp_path / "said.txt")
    assert cost.peak_mb >= 64
    assert cost.wall_ms > 0
    assert cost.cpu_ms > 0
    assert (tmp_path / "said.txt").read_text("utf-8") == "done\n"


def test_work_done_apart_leaves_the_measuring_process_small() -> None:
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    speed_measure.apart(exec, "held = bytearray(600 << 20)")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 300 << 10
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >= 600 << 10


def test_a_command_that_fails_stops_the_benchmark_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"exit code 3.*\n.*no such log"):
        speed_measure.run([sys.executable, "-c", "print('no such log'); exit(3)"],
                          tmp_path / "said.txt")


def test_access_log_lines_are_the_same_on_every_machine(tmp_path: Path) -> None:
    first = speed_inputs.access_log(tmp_path, 3, 1).read_text("utf-8").splitlines()
    again = speed_inputs.access_log(tmp_path, 4, 2).read_text("utf-8").splitlines()
    assert first[0].startswith('172.30.45.4 - - [18/May/2015:00:00:00 +0800] "GET /style4.css ')
    assert (len(first), len(again)) == (3, 4)
    assert set(first).isdisjoint(again)


def test_days_hold_every_event_once_and_each_its_own_day(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    source = tmp_path / "made" / "events.parquet"
    duckdb.sql(f"COPY (SELECT 1504195200000 + i * 7200000 AS time_ms, i AS item_id "
               f"FROM range(100) t(i)) TO '{source}' (FORMAT parquet)")
    files = [str(path) for path in speed_inputs.days(source, tmp_path, 3)]
    found = duckdb.sql(
        "SELECT filename, count(*), count(DISTINCT (time_ms + 28800000) // 86400000) "
        f"FROM read_parquet({files}, filename = true) GROUP BY 1 ORDER BY 1").fetchall()
    items = duckdb.sql(f"SELECT count(DISTINCT item_id) FROM read_parquet({files})").fetchall()
    assert [row[2] for row in found] == [1, 1, 1]
    assert sum(row[1] for row in found) == 100
    assert items == [(100,)]
