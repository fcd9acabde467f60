"""What the Spark engine alone has to do: start, be seen, say what is missing, and end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truetally.engine import open_engine
from truetally.engine.spark import Spark
from truetally.engine.spark_conf import SETTINGS, memory
from truetally.engine.spark_files import check_shared, in_order
from truetally.engine.spark_sql import columns
from truetally.engine.spark_start import failing, start
from truetally.engine.spec import Resources
from truetally.errors import EngineError


@pytest.fixture
def engine(local_spark: Any, tmp_path: Path) -> Iterator[Spark]:
    """An engine in a session of its own."""
    found = Spark(Resources(temp=tmp_path / "temp"), "local[2]")
    yield found
    found.close()


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no Spark ran in this process yet."""
    from pyspark.sql import SparkSession

    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)


def batch(*numbers: int) -> pa.RecordBatch:
    return pa.record_batch({"n": pa.array(numbers, pa.int64())})


def test_rows_in_order_are_passed_on() -> None:
    given = [batch(1, 2), batch(), batch(2, 9)]
    assert [b.num_rows for b in in_order(iter(given), ["n"])] == [2, 2]


def test_files_that_are_not_in_order_are_noticed() -> None:
    with pytest.raises(EngineError, match="out of order"):
        list(in_order(iter([batch(1, 3), batch(2)]), ["n"]))


@pytest.mark.parametrize(("said", "expected"), [
    ("2GB", 2 * 10**9), ("512MiB", 512 * 2**20), (" 1 gib ", 2**30), ("1TB", 10**12)])
def test_memory_is_read_as_duckdb_reads_it(said: str, expected: int) -> None:
    assert memory(said) == expected


@pytest.mark.parametrize("said", ["", "2", "80%", "100MB", "-1GB", "2GB; x", "1.5GB"])
def test_memory_that_spark_cannot_use_is_refused(said: str) -> None:
    with pytest.raises(EngineError, match="correct --memory"):
        memory(said)


def test_a_table_of_unusable_types_is_refused() -> None:
    with pytest.raises(EngineError, match="x double"):
        columns(pa.schema([("x", pa.float64())]))


@pytest.mark.spark
@pytest.mark.parametrize("name", ["spark://127.0.0.1:1", "sc://127.0.0.1:1", "sc://127.0.0.1:1/;a=b",
                                  "spark://127.0.0.1:x", "spark://", "spark://127.0.0.1:99999"])
def test_a_cluster_that_does_not_answer_is_said_at_once(
        no_spark: None, tmp_path: Path, name: str) -> None:
    with pytest.raises(EngineError, match="nothing answers"):
        open_engine(name, Resources(temp=tmp_path), ())


def test_a_missing_pyspark_is_said_with_what_to_install(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"pip install 'truetally\[spark\]'"):
        open_engine("spark", Resources(temp=tmp_path), ())


@pytest.mark.spark
def test_a_missing_java_is_said_with_what_to_install(
        no_spark: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="openjdk-17-jre-headless"):
        open_engine("spark", Resources(temp=tmp_path), ())


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # pyspark's own pipe to it
def test_a_java_that_will_not_start_is_quoted(
        no_spark: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho Error: UnsupportedClassVersionError >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="found Error: UnsupportedClassVersionError"):
        open_engine("spark", Resources(temp=tmp_path), ())


@pytest.mark.spark
def test_another_spark_in_this_process_is_not_taken_for_the_wanted_one(
        local_spark: Any, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="another Spark runs"):
        start("local[7]", Resources(temp=tmp_path))


@pytest.mark.spark
def test_what_results_depend_on_is_set_whoever_configured_spark(
        local_spark: Any, tmp_path: Path) -> None:
    local_spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    started = start("local[2]", Resources(temp=tmp_path))
    assert {name: started.session.conf.get(name) for name in SETTINGS} == SETTINGS
    assert local_spark.conf.get("spark.sql.session.timeZone") == "America/New_York"


@pytest.mark.spark
def test_a_failing_statement_is_one_line_that_says_what(local_spark: Any) -> None:
    with pytest.raises(EngineError, match=r"^Spark could not add: found \[DIVIDE_BY_ZERO\]"), \
            failing("Spark could not add"):
        local_spark.sql("SELECT 1 div 0").toArrow()


@pytest.mark.spark
def test_an_overflow_is_an_error_and_no_other_number(engine: Spark) -> None:
    import ibis

    engine.load("t", pa.table({"n": [2**63 - 1, 1]}))
    t = ibis.table({"n": "int64"}, name="t")
    for expression in (t.agg(n=t.n.sum()), t.select(n=t.n + 1)):
        with pytest.raises(EngineError, match="OVERFLOW"):
            engine.arrow(expression)


@pytest.mark.spark
def test_a_damaged_source_is_an_error(engine: Spark, tmp_path: Path) -> None:
    from tests.engine.test_engines import plays, scan

    pq.write_table(plays({}), tmp_path / "e.parquet")
    whole = (tmp_path / "e.parquet").read_bytes()
    (tmp_path / "e.parquet").write_bytes(whole[:-1] + b"x")
    engine.open_events([scan(tmp_path / "e.parquet")], "")
    with pytest.raises(EngineError, match="check the source"):
        engine.days(0, 0)


@pytest.mark.spark
def test_a_folder_that_the_cluster_sees_is_accepted(local_spark: Any, tmp_path: Path) -> None:
    check_shared(local_spark, tmp_path)
    assert (tmp_path / "answered").is_dir()


@pytest.mark.spark
def test_a_folder_that_is_another_one_to_the_cluster_is_refused(
        local_spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Spark's own process resolves this name to where it was started, this one to tmp_path.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "only-here").mkdir()
    with pytest.raises(EngineError, match=r"cannot use the case folder.*at the same path"):
        check_shared(local_spark, Path("/proc/self/cwd/only-here"))


@pytest.mark.spark
def test_a_snapshot_of_an_unchanged_table_is_the_same_file(
        engine: Spark, local_spark: Any, tmp_path: Path) -> None:
    paths = []
    for place, order in enumerate(("n", "n DESC")):
        rows = local_spark.sql("SELECT * FROM VALUES (1, 'b', map('k', 1)), (1, NULL, NULL), "
                               f"(2, 'a', NULL) AS t(n, `a b`, m) ORDER BY {order}")
        written = rows.write.mode("overwrite").option("path", str(tmp_path / f"t{place}"))
        written.saveAsTable("default.plays")
        paths.append(tmp_path / f"{place}.parquet")
        engine.snapshot("default.plays", paths[-1])
    local_spark.sql("DROP TABLE default.plays")
    assert pq.read_table(paths[0])["n"].to_pylist() == [1, 1, 2]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.spark
@pytest.mark.parametrize("table", ["nothing.here", "x; DROP TABLE y", "", "`", "parquet.`/etc`"])
def test_a_table_that_is_none_is_an_error(engine: Spark, tmp_path: Path, table: str) -> None:
    with pytest.raises(EngineError, match="cannot read the table"):
        engine.snapshot(table, tmp_path / "t.parquet")
    assert list(tmp_path.glob("*.parquet")) == []


@pytest.mark.spark
def test_what_was_started_is_ended(tmp_path: Path, root: Path) -> None:
    script = ("import sys; from pathlib import Path; from truetally.engine import *\n"
              "from truetally.errors import EngineError\n"
              "from pyspark import SparkContext\n"
              "engine = open_engine('spark', Resources(temp=Path('temp'), threads=1), ())\n"
              "java = SparkContext._gateway.proc\n"
              "assert java.poll() is None\n"
              "engine.close()\n"
              "assert java.poll() == 0 and SparkContext._active_spark_context is None\n"
              "try: open_engine('local[x]', Resources(temp=Path('temp')), ())\n"
              "except EngineError as error: assert 'local[x]' in str(error)\n"
              "else: raise AssertionError('it started')\n"
              "assert SparkContext._gateway is None\n")
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=tmp_path, check=False,
                          capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(root / "src")})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in (tmp_path / "temp").rglob("*")} == {"spark.log"}
    assert {path.name for path in tmp_path.iterdir()} == {"temp"}
