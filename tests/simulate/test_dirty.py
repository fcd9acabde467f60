import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from truetally.errors import InputError
from truetally.simulate import Written, simulate
from truetally.simulate.dirty import DAMAGE, damages

SIZE = 20_000
KEY = ("session_id", "watched_ms", "item_id", "part_id", "bytes_sent")


def dirty(folder: Path, *kinds: str) -> Written:
    return simulate("s3", folder / "out", events=SIZE, seed=5, dirty=kinds)


@pytest.fixture(scope="module")
def clean(simulated: Callable[[str, int], pa.Table]) -> pa.Table:
    return simulated("s3", SIZE)


def truth(rows: pa.Table) -> set[tuple[object, ...]]:
    columns = [rows[c].to_pylist() for c in (*KEY, "truth_label", "truth_device")]
    return set(zip(*columns, strict=True))


@pytest.mark.parametrize("kind", ["lost", "duplicated", "shuffled", "skew"])
def test_labels_stay_with_their_rows(kind: str, tmp_path: Path, clean: pa.Table,
                                     read_rows: Callable[[Path], pa.Table]) -> None:
    dirty(tmp_path, kind)
    assert truth(read_rows(tmp_path / "out")) <= truth(clean)


def test_one_percent_is_lost_or_doubled(tmp_path: Path) -> None:
    lost, doubled = (dirty(tmp_path / kind, kind).counts["rows"]
                     for kind in ("lost", "duplicated"))
    assert lost == pytest.approx(SIZE * 0.99, abs=60)
    assert doubled == pytest.approx(SIZE * 1.01, abs=60)


def test_shuffled_rows_are_the_same_rows_out_of_order(
        tmp_path: Path, clean: pa.Table, read_rows: Callable[[Path], pa.Table]) -> None:
    dirty(tmp_path, "shuffled")
    rows = read_rows(tmp_path / "out")
    times = rows["time_ms"].to_pylist()
    assert times != sorted(times)
    assert sorted(times) == sorted(clean["time_ms"].to_pylist())


def test_a_skewed_clock_is_off_by_hours_in_one_row_of_twenty(
        tmp_path: Path, clean: pa.Table, read_rows: Callable[[Path], pa.Table]) -> None:
    dirty(tmp_path, "skew")
    off = pc.subtract(read_rows(tmp_path / "out")["time_ms"], clean["time_ms"])
    wrong = off.filter(pc.not_equal(off, 0))
    assert len(wrong) == pytest.approx(SIZE / 20, rel=0.15)
    assert pc.max(pc.abs(wrong)).as_py() <= 6 * 3_600_000


def test_missing_columns_are_gone_and_required_ones_stay(tmp_path: Path) -> None:
    written = dirty(tmp_path, "missing")
    names = set(pq.read_schema(written.files[0]).names)
    assert not names & {"plugins", "device_id", "bytes_sent"}
    assert {"time_ms", "kind", "item_id"} <= names


def test_mixed_files_take_turns_in_format(tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("truetally.simulate.generate.FILE_BLOCKS", 1)
    monkeypatch.setattr(sys.modules["truetally.simulate.plan"], "BLOCK_EVENTS", 1_500)
    written = simulate("s3", tmp_path / "out", events=8_000, seed=5, dirty=("mixed", "lost"))
    assert {f.suffix for f in written.files} == {".parquet", ".jsonl", ".log"}
    labels = pq.read_table(written.labels)
    counted = {v["values"]: v["counts"] for v in pc.value_counts(labels["file"]).to_pylist()}
    for file in written.files:
        rows = pq.read_metadata(file).num_rows if file.suffix == ".parquet" else \
            file.read_bytes().count(b"\n")
        assert rows == counted[file.stem]


def test_damage_is_the_same_on_any_threads(tmp_path: Path) -> None:
    one, other = (simulate("s3", tmp_path / str(t), events=SIZE, seed=5, dirty=("all",),
                           threads=t) for t in (1, 3))
    assert [f.read_bytes() for f in (*one.files, one.labels)] == [
        f.read_bytes() for f in (*other.files, other.labels)]


def test_all_is_every_kind_and_an_unknown_kind_is_refused() -> None:
    assert damages(("all",)) == DAMAGE
    assert damages(("lost", "lost")) == ("lost",)
    with pytest.raises(InputError, match="wet"):
        damages(("wet",))
