"""A real cluster and a Spark Connect server decide as DuckDB does; what they lack is said."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.spark]


def run(root: Path, sources: list[str], case: Path, engine: str) -> dict[str, Any]:
    """Decide the sources with our command line, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from truetally.cli import main; main()", "run", *sources, "--case", str(case), "--policy",
         "video", "--engine", engine, "--memory", "700MB", "--json"],
        capture_output=True, text=True, check=False, cwd=case.parent,
        env=os.environ | {"PYTHONPATH": str(root / "src")})
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def expected(root: Path, sources: list[str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest that DuckDB comes to."""
    return str(run(root, sources, tmp_path_factory.mktemp("duckdb") / "case", "duckdb")["digest"])


def test_a_standalone_cluster_comes_to_the_same_digest(
        root: Path, sources: list[str], expected: str, tmp_path: Path) -> None:
    from tests.engine import java

    with java.cluster(tmp_path, workers=2) as master:
        found = run(root, sources, tmp_path / "case", master)
        used = [log for log in tmp_path.glob("work-*/app-*/*") if log.is_dir()]
    assert found["digest"] == expected
    assert {log.parent.parent.name for log in used} == {"work-0", "work-1"}


def test_spark_connect_comes_to_the_same_digest(
        root: Path, sources: list[str], expected: str, tmp_path: Path) -> None:
    from tests.engine import java

    with java.connect_server(tmp_path) as server:
        found = run(root, sources, tmp_path / "case", server)
    assert found["digest"] == expected
