"""A table of Spark as a source: what is copied into the case is what is hashed and decided."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import row, write
from tests.test_cli_case import asked, said

from truetally.errors import EngineError, InputError
from truetally.run import run_case
from truetally.run.case import read_manifest
from truetally.run.tables import split

ROWS = [row(n * 20, item_id=f"i{n % 3}", device_id=f"d{n % 4}") for n in range(40)]
TABLE = "spark_table:default.plays"


@pytest.fixture(scope="module")
def folder(local_spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A table of plays in Spark's catalogue, the same rows as a file, and a small policy."""
    place = tmp_path_factory.mktemp("tables")
    source = write(place / "plays.parquet", ROWS)
    frame = local_spark.read.parquet(f"file://{source}")
    for name, rows in (("plays", frame), ("narrow", frame.selectExpr(
            "time_ms", "kind", "item_id AS vid", "device_id AS dev", "CAST(watched_ms AS INT)"))):
        rows.write.mode("overwrite").option("path", str(place / name)).saveAsTable(
            f"default.{name}")
    (place / "p.toml").write_text(f"{HEAD}\n[[criterion]]\n{line('double-click')}", "utf-8")
    yield place
    for name in ("plays", "narrow"):
        local_spark.sql(f"DROP TABLE default.{name}")


@pytest.mark.spark
def test_a_table_is_decided_as_the_file_that_it_is_copied_to(folder: Path, tmp_path: Path) -> None:
    case, policy = tmp_path / "case", folder / "p.toml"
    words = ("run", TABLE, "--case", case, "--policy", policy, "--engine", "local[2]")
    found = asked(*words)
    source, = read_manifest(case)["sources"]
    kept = case / "sources" / f"0000-{source['sha256'][:12]}"
    assert (source["name"], source["path"], source["rows"]) == (TABLE, str(kept), len(ROWS))
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == source["sha256"]
    assert sorted(pq.read_table(kept)["time_ms"].to_pylist()) == [r["time_ms"] for r in ROWS]
    (tmp_path / "copy.parquet").write_bytes(kept.read_bytes())
    again = asked("run", tmp_path / "copy.parquet", "--case", tmp_path / "d", "--policy", policy)
    assert found["digest"] == again["digest"]
    assert asked(*words)["digest"] == found["digest"]  # an unchanged table is no new source
    assert len(read_manifest(case)["sources"]) == 1
    assert "i0" in said("explain", case, 0).out
    assert [said(*w, case).code for w in (("seal",), ("verify",))] == [0, 0]


@pytest.mark.spark
def test_a_table_of_other_names_and_types_is_read_by_a_mapping(
        folder: Path, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[time]\ncolumn = "time_ms"\nunit = "ms"\n[columns]\nkind = "kind"\nitem_id = "vid"\n'
        'device_id = "dev"\n', "utf-8")
    left = tmp_path / "case" / "sources" / "0000-of-a-run-that-was-killed"
    left.parent.mkdir(parents=True)
    left.touch()
    found = run_case(["spark_table:default.narrow"], tmp_path / "case", engine="local[2]",
                     policy=str(folder / "p.toml"), mapping=tmp_path / "m.toml")
    source, = read_manifest(tmp_path / "case")["sources"]
    assert found.events == len(ROWS)
    assert source["events"].startswith("events/")
    assert [str(p) for p in left.parent.iterdir()] == [source["path"]]
    assert '"vid":"i0"' in said("explain", tmp_path / "case", 0).out.replace(" ", "")


@pytest.mark.spark
def test_a_table_that_is_none_leaves_no_case(
        local_spark: Any, tmp_path: Path, folder: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot read the table 'no\.such'"):
        run_case(["spark_table:no.such"], tmp_path / "case", policy="video", engine="local[2]")
    assert not (tmp_path / "case" / "manifest.json").exists()


def test_a_table_needs_spark_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"needs Spark.*--engine spark.*found --engine duckdb"):
        run_case([TABLE], tmp_path / "case", policy="video")


def test_a_file_of_that_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert split([TABLE, "a.csv"]) == (["a.csv"], ["default.plays"])
    Path(TABLE).touch()
    assert split([TABLE, "a.csv"]) == ([TABLE, "a.csv"], [])
