"""The whole benchmark in very small: every method in every table, and a page that says so."""

import json
import re
import sys
from pathlib import Path

import pytest

from truetally.bench import gates, grids, words
from truetally.bench.benchmark import Benchmark, run
from truetally.bench.page import BEGIN, CAUTION, END, tables, write
from truetally.bench.rival import libraries
from truetally.bench.rivals import all_rivals
from truetally.bench.share import share
from truetally.bench.suite import Size
from truetally.bench.table import Row, rows
from truetally.bench.variants import OURS
from truetally.commands.bench import lines_of
from truetally.errors import InputError
from truetally.report.progress import Silent

pytest.importorskip("pyod")
TINY = Size(name="tiny", events=2_000, wide=2_000, train=2_000, seeds={"1": 1, None: 1},
            rival_doses=("1",), rival_seeds=1, dirty=(("lost", "shuffled"),))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    return run(TINY, tmp_path_factory.mktemp("bench"), seed=7, progress=Silent(), workers=1,
               only=("s1", "placebo-homework"))


@pytest.fixture(scope="module")
def table(tiny: Benchmark) -> tuple[Row, ...]:
    return rows(tiny)


def test_every_method_has_a_row_for_every_clean_log(table: tuple[Row, ...]) -> None:
    for scenario in ("s1", "placebo-homework"):
        found = {r.method for r in table if r.scenario == scenario and not r.dirty}
        assert found == set(grids.titles())


def test_at_least_six_baselines_stand_beside_ours(tiny: Benchmark) -> None:
    shown = [row[0] for row in grids.summary(tiny, "video").cells]
    assert shown[0] == grids.titles()[OURS]
    assert len(shown) >= 7
    assert len({r.title for r in all_rivals().values()}) + 4 == len(shown)


def test_every_event_of_every_log_is_in_the_figures(tiny: Benchmark,
                                                    table: tuple[Row, ...]) -> None:
    for row in table:
        counted = row.figures.recall.n + row.figures.wrong.n
        assert 0 < counted <= 2_000
        assert row.figures.recall_sivt.found <= row.figures.recall.found
        assert row.figures.recall.found <= row.figures.recall_suspect.found
    assert {r.figures.recall.n for r in table if r.group == "placebo"} == {0}
    assert sum(one.rows for one in tiny.done) >= 5_900


def test_damaged_logs_are_decided_and_shown_beside_clean_ones(table: tuple[Row, ...]) -> None:
    shown = grids.by_dirt(table).cells
    assert [row[:2] for row in shown] == [("s1", "none"), ("s1", "lost, shuffled")]


def test_a_rate_that_too_few_devices_support_is_not_claimed(tiny: Benchmark,
                                                            table: tuple[Row, ...]) -> None:
    cells = grids.at_rates(tiny, table).cells
    assert cells
    assert {cell for row in cells for cell in row[2:]} == {"n/s"}


def test_what_is_not_caught_is_said(table: tuple[Row, ...]) -> None:
    (ours,) = (r for r in table if r.method == OURS and r.group == "attack")
    caught = ours.figures.recall.found * 5 >= ours.figures.recall.n * 4
    assert bool(gates.not_caught(table)) != caught


def test_an_aim_is_not_said_to_be_reached_beyond_what_devices_support(
        tiny: Benchmark, table: tuple[Row, ...]) -> None:
    found = {gate.aim: gate.kept for gate in gates.gates(tiny, table)}
    assert "not supported" in found["video: at most 10 ppm of honest events voided as SIVT"] or (
        found["video: at most 10 ppm of honest events voided as SIVT"] == "no")
    assert len(found) == 4  # S1-S4, wrongly voided, placebos, CEF users: one kind of log


def test_the_page_says_generator_seed_and_version_and_that_it_is_not_the_field(
        tiny: Benchmark, tmp_path: Path) -> None:
    files = write(tiny, tmp_path)
    text = (tmp_path / "quality.md").read_text("utf-8")
    assert CAUTION in text
    assert re.search(r"Generator truetally\.simulate [0-9.]+, seed 7, size tiny", text)
    assert all(f"## {grid.title}" in text for grid in tables(tiny))
    assert {path.suffix for path in files} == {".md", ".json", ".svg", ".png"}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (tmp_path / link).is_file()


def test_a_wide_table_is_shown_without_cutting_a_figure(tiny: Benchmark) -> None:
    grid = grids.summary(tiny, "video")
    lines = list(lines_of(grid))
    assert len(lines) == len(grid.cells) + 2
    for line, row in zip(lines[2:], grid.cells, strict=True):
        assert line.split("  ")[0] == row[0]
        assert all(text in line for text in row)


def test_the_results_name_everything_a_repetition_needs(tiny: Benchmark, tmp_path: Path) -> None:
    write(tiny, tmp_path)
    found = json.loads((tmp_path / "quality" / "results.json").read_text("utf-8"))
    about = found["about"]
    assert set(about["scenarios_sha256"]) == {"s1", "placebo-homework"}
    assert all(len(sha) == 64 for sha in about["policies_sha256"]["video"].values())
    assert {"scikit-learn", "pyod", "duckdb"} <= set(about["versions"])
    assert all(row["seeds"] for row in found["rows"])
    assert "." not in re.sub(r'"[^"]*"', "", json.dumps(found))  # whole numbers only


def test_a_page_keeps_its_words(tiny: Benchmark, tmp_path: Path) -> None:
    (tmp_path / "quality.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    write(tiny, tmp_path)
    text = (tmp_path / "quality.md").read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "\nold\n" not in text


def test_a_page_without_a_place_for_figures_is_refused(tiny: Benchmark, tmp_path: Path) -> None:
    (tmp_path / "quality.md").write_text("words", "utf-8")
    with pytest.raises(InputError, match="measured: begin"):
        write(tiny, tmp_path)


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyod.models.ecod", None)
    with pytest.raises(InputError, match=re.escape("pip install 'truetally[bench]'")):
        libraries()


def test_no_such_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such scenario"):
        run(TINY, tmp_path, seed=7, progress=Silent(), only=("s99",))


def test_shares_are_never_written_better_than_they_are() -> None:
    import numpy as np

    every = np.ones(2_000, dtype=bool)
    one = every.copy()
    one[0] = False
    assert words.short(share(one, every, np.arange(2_000))) == "99.9"
    assert words.short(share(every, every, np.arange(2_000))) == "100.0"
    assert words.wrong(share(~one, every, np.arange(2_000))).startswith("500 [")
    assert words.percent(999_999_999) == "99.9"
    assert words.ppm(1) == "1"
