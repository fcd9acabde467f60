from pathlib import Path

import pytest

from truetally.errors import InputError
from truetally.simulate import simulate
from truetally.simulate.features import compared
from truetally.simulate.realism import Realism, realism, rounds, separation
from truetally.simulate.sheet import areas, bars, plot_sheet, sheet

pytest.importorskip("sklearn")
SIZE = 60_000


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Realism]:
    root = tmp_path_factory.mktemp("realism")
    return {name: realism(name, root / name, events=SIZE, seed=7, dose="1")
            for name in ("s1", "s5", "s7")}


def test_columns_alone_find_the_naive_fleet_and_not_the_replay(
        measured: dict[str, Realism]) -> None:
    assert float(measured["s1"].sold or 0) > 0.99
    assert float(measured["s7"].sold or 1) < 0.60


def test_what_is_sold_separates_less_than_what_is_dear(measured: dict[str, Realism]) -> None:
    for found in measured.values():
        assert float(found.sold or 1) <= float(found.every or 0) + 0.01


def test_no_single_column_that_is_sold_gives_the_well_disguised_away(
        measured: dict[str, Realism]) -> None:
    for name in ("s5", "s7"):
        sold = {c: float(a or 1) for c, a in measured[name].column.items() if c != "account_id"}
        assert max(sold.values()) < 0.75, (name, sold)


def test_each_round_of_an_adaptive_fleet_is_measured_by_itself(tmp_path: Path) -> None:
    simulate("s8", tmp_path / "out", events=SIZE, seed=7)
    found = rounds(compared(tmp_path / "out"))
    assert sorted(found) == [f"S8.{n}" for n in range(10)]
    early, late = found["S8.5"].sold, found["S8.9"].sold
    assert early is not None
    assert late is not None
    assert float(late) < float(early) - 0.1


def test_fakes_of_too_few_devices_to_learn_from_give_no_figure(tmp_path: Path) -> None:
    simulate("s1", tmp_path / "out", events=3_000, seed=7)
    found = separation(compared(tmp_path / "out"))
    assert (found.every, found.sold) == (None, None)


def test_a_simulation_without_fakes_cannot_be_compared(tmp_path: Path) -> None:
    simulate("honest", tmp_path / "out", events=500, seed=7)
    with pytest.raises(InputError, match="nothing to compare"):
        compared(tmp_path / "out")


def test_the_sheet_has_a_chart_for_every_column_and_shares_add_up(tmp_path: Path) -> None:
    simulate("s5", tmp_path / "out", events=SIZE, seed=7)
    read = compared(tmp_path / "out")
    drawn = sheet(read, "s5").to_dict()
    assert [c["title"] for c in drawn["concat"]] == list(read.columns)
    for name in read.columns:
        for who in ("honest", "fake"):
            shares = [b["permille"] for b in bars(read, name) if b["who"] == who]
            assert sum(shares) == pytest.approx(1000, abs=2)


def test_the_sheet_is_written_as_picture_and_page(tmp_path: Path) -> None:
    made = plot_sheet(tmp_path / "sheets", scenarios=("h1",), events=6_000, seed=7,
                      forms=("png", "html"))
    assert [p.name for p in made] == ["sheet-h1.png", "sheet-h1.html"]
    assert made[0].read_bytes().startswith(b"\x89PNG")
    assert "https://cdn" not in made[1].read_text(encoding="utf-8")


def test_the_table_of_areas_has_a_cell_for_each_scenario_and_column(
        measured: dict[str, Realism]) -> None:
    drawn = areas(measured, "areas").to_dict()
    rows = next(iter(drawn["datasets"].values())) if "datasets" in drawn else \
        drawn["data"]["values"]
    assert {r["scenario"] for r in rows} == set(measured)
    assert {"ALL", "ALL SOLD"} <= {r["column"] for r in rows}
