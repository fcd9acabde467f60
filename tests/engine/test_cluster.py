"""A real cluster and a Spark Connect server decide as DuckDB does; what they lack is said."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.engine import cases

pytestmark = [pytest.mark.spark]


# One of every kind: events, distinct texts, runs, groups by hour, by gap and over days, a study.
CODES = ["http-status", "declared-robot", "replayed-row", "double-click", "device-rate",
         "interval-heaping", "platform-switching", "even-curve"]


def said(root: Path, sources: list[str], folder: Path, engine: str,
         before: str = "") -> subprocess.CompletedProcess[str]:
    """Decide the sources with our command line, in a process of its own."""
    from tests.engine import java

    (folder / "policy.toml").write_text(cases.policy(CODES), "utf-8")
    script = f"{before}\nfrom truetally.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", script, "run", *sources, "--case", str(folder / "case"), "--policy",
         str(folder / "policy.toml"), "--engine", engine, "--memory", "700MB", "--json"],
        capture_output=True, text=True, check=False, cwd=folder,
        env=os.environ | java.settings(folder / "conf") | {"PYTHONPATH": str(root / "src")})


def run(root: Path, sources: list[str], folder: Path, engine: str) -> dict[str, Any]:
    """Decide the sources; nothing is said beside the answer, nothing left beside the case."""
    done = said(root, sources, folder, engine)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in folder.iterdir()} <= {"case", "conf", "policy.toml", "cluster"}
    assert not list((folder / "case").rglob("*.crc"))
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def expected(root: Path, sources: list[str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest that DuckDB comes to."""
    found = run(root, sources, tmp_path_factory.mktemp("duckdb"), "duckdb")
    assert min(found["reasons"][code] for code in CODES) > 0
    return str(found["digest"])


def test_a_standalone_cluster_comes_to_the_same_digest(
        root: Path, sources: list[str], expected: str, tmp_path: Path) -> None:
    from tests.engine import java

    servers = tmp_path / "cluster"
    servers.mkdir()
    with java.cluster(servers, workers=2) as master:
        found = run(root, sources, tmp_path, master)
    assert found["digest"] == expected
    used = {log.parts[-3] for log in servers.glob("work-*/app-*/*") if log.is_dir()}
    assert used == {"work-0", "work-1"}


def test_spark_connect_comes_to_the_same_digest(
        root: Path, sources: list[str], expected: str, tmp_path: Path) -> None:
    from tests.engine import java

    servers = tmp_path / "cluster"
    servers.mkdir()
    with java.connect_server(servers) as server:
        found = run(root, sources, tmp_path, server)
    assert found["digest"] == expected


def test_a_cluster_without_workers_is_given_up(
        root: Path, sources: list[str], tmp_path: Path) -> None:
    from tests.engine import java

    servers = tmp_path / "cluster"
    servers.mkdir()
    soon = "from truetally.engine import spark_files as f\nf.PROBE_SECONDS = 5"
    with java.cluster(servers, workers=0) as master:
        done = said(root, sources, tmp_path, master, soon)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the cluster takes no work" in done.stderr
    assert "Traceback" not in done.stderr
