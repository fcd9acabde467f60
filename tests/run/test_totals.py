"""What a run has added up while it counted is what its report would read."""

from pathlib import Path

import pytest
from tests.run.cases import DAY_MS, MIDNIGHT_MS, row, write
from tests.run.test_incremental import sources

from truetally.report.plain import plain
from truetally.run import decide_case, results, runner
from truetally.run.report_data import report_data
from truetally.run.totals import Counted


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return sources(tmp_path_factory.mktemp("sources"))


def decide(files: list[str], case: Path) -> list[Counted]:
    counted: list[Counted] = []
    decide_case(files, case, policy="video", counted=counted)
    return counted


def test_a_report_of_a_run_says_what_one_that_reads_everything_says(
        files: list[str], tmp_path: Path) -> None:
    counted = decide(files, tmp_path / "case")
    assert [len(each.cubes) for each in counted] == [4]
    assert plain(report_data(tmp_path / "case", counted)) == plain(report_data(tmp_path / "case"))


def test_days_that_the_run_did_not_touch_are_read(files: list[str], tmp_path: Path) -> None:
    decide(files, tmp_path / "case")
    later = [row(n, item_id="i1") | {"time_ms": MIDNIGHT_MS + 50 * DAY_MS + n} for n in range(9)]
    counted = decide([str(write(tmp_path / "later.parquet", later))], tmp_path / "case")
    assert [len(each.cubes) for each in counted] == [1]
    assert plain(report_data(tmp_path / "case", counted)) == plain(report_data(tmp_path / "case"))


def test_what_a_later_pass_or_run_has_replaced_is_read_and_nothing_is_counted_twice(
        files: list[str], tmp_path: Path) -> None:
    first = decide(files[:1], tmp_path / "case")
    last = decide(files[1:], tmp_path / "case")
    whole = plain(report_data(tmp_path / "case"))
    for counted in ([*first, *last], [*last, *last], [*last, *first], first):
        assert plain(report_data(tmp_path / "case", counted)) == whole


def test_a_case_of_very_many_items_is_read(
        files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_BYTES", 2)
    assert decide(files, tmp_path / "case") == []


def test_passes_add_up_no_more_than_memory_is_meant_for(
        files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.chunks, "__defaults__", (1,))
    every = decide(files, tmp_path / "whole")
    first = sum(rows.nbytes for rows in every[0].totals.items)
    monkeypatch.setattr(results, "MOST_BYTES", first + 1)
    counted = decide(files, tmp_path / "case")
    assert (len(every), len(counted)) == (4, 1)
    assert plain(report_data(tmp_path / "case", counted)) == plain(report_data(tmp_path / "case"))
