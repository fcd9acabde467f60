"""What holds for every log: counts add up, and neither order, files, zone nor time change them."""

import os
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.run.cases import CHROME, FIREFOX, MIDNIGHT_MS, decide, write

from truetally.run import breakdown, run_case

PLAYS = st.fixed_dictionaries({
    "time_ms": st.integers(MIDNIGHT_MS - 90_000, MIDNIGHT_MS + 90_000),
    "kind": st.sampled_from(["play", "click", "view"]),
    "item_id": st.sampled_from(["a", "b"]),
    "account_id": st.sampled_from([None, "ann", "bob"]),
    "device_id": st.sampled_from([None, "d1", "d2"]),
    "ip": st.sampled_from([None, "203.0.113.9", "52.95.110.1"]),
    "user_agent": st.sampled_from([None, CHROME, FIREFOX, "SomeBOT/1.0"]),
    "terminal": st.sampled_from([None, "pc", "h5"]),
    "watched_ms": st.sampled_from([None, 0, 5_000, 60_000]),
    "length_ms": st.sampled_from([None, 1_000, 2_700_000]),
    "status": st.sampled_from([None, 200, 404]),
})
LOGS = st.lists(PLAYS, min_size=1, max_size=40)
FEW = settings(max_examples=max(6, settings.default.max_examples // 8))  # a run takes its time


def counts(summary: Any) -> tuple[object, ...]:
    return (summary.gross, summary.net, summary.total_net, summary.not_counted, summary.givt,
            summary.sivt, summary.undetermined, summary.suspect, dict(summary.reasons),
            summary.unique_items)


@FEW
@given(LOGS)
def test_every_row_is_decided_and_the_counts_add_up(rows: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        s = decide(Path(folder), rows)
        assert s.events == len(rows)
        assert s.gross + s.not_counted == s.events
        assert s.total_net + s.sivt + s.givt == s.gross
        for by in ("day", "item", "terminal", "region"):
            lines = breakdown(Path(folder) / "case", by)
            assert sum(line.total_net for line in lines) == s.total_net
            assert sum(line.gross for line in lines) == s.gross


@FEW
@given(LOGS, st.randoms(use_true_random=False))
def test_shuffling_the_rows_of_a_source_changes_no_count(rows: list[dict[str, Any]],
                                                         chance: random.Random) -> None:
    shuffled = chance.sample(rows, len(rows))
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        assert _but_ties(decide(Path(one), rows), decide(Path(two), shuffled), rows)


def _but_ties(one: Any, two: Any, rows: list[dict[str, Any]]) -> bool:
    """Compare all counts where no two rows tie in time; where they do, the totals alone.

    Of rows with equal times the later row is the one kept, so that an order decides which.
    """
    times = [r["time_ms"] for r in rows]
    if len(set(times)) == len(times):
        return counts(one) == counts(two)
    return (one.events, one.reasons.get("double-click")) == (
        two.events, two.reasons.get("double-click"))


@FEW
@given(LOGS)
def test_twice_is_once(rows: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        source = write(Path(folder) / "s.parquet", rows)
        first = run_case([str(source)], Path(folder) / "one", policy="video")
        again = run_case([str(source)], Path(folder) / "one", policy="video")
        fresh = run_case([str(source)], Path(folder) / "two", policy="video")
        assert first.digest == again.digest == fresh.digest
        assert counts(first) == counts(again) == counts(fresh)


@FEW
@given(LOGS, st.integers(1, 39))
def test_any_split_into_files_gives_the_same_totals(rows: list[dict[str, Any]], at: int) -> None:
    with TemporaryDirectory() as folder:
        rows = sorted(rows, key=lambda r: r["time_ms"])
        rows = [r | {"time_ms": r["time_ms"] + n} for n, r in enumerate(rows)]  # no ties
        cut = at % len(rows)
        whole = decide(Path(folder), rows)
        parts = [p for p in (rows[:cut], rows[cut:]) if p]
        paths = [str(write(Path(folder) / f"part{n}.parquet", p)) for n, p in enumerate(parts)]
        split = run_case(paths, Path(folder) / "split", policy="video")
        assert counts(whole) == counts(split)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_time_zone_of_the_machine_changes_no_byte(tmp_path: Path, zone: str) -> None:
    rows = [{"time_ms": MIDNIGHT_MS + n * 7_000_000, "kind": "play", "item_id": "a",
             "ip": "203.0.113.9", "user_agent": CHROME, "watched_ms": 9_000} for n in range(40)]
    here = decide(tmp_path, rows).digest
    code = ("import sys; from pathlib import Path; from truetally.run import run_case; "
            "print(run_case([sys.argv[1]], Path(sys.argv[2]), policy='video').digest)")
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "source.parquet"), str(tmp_path / "there")],
        env=os.environ | {"TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=True)
    assert said.stdout.strip() == here


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    rows = [{"time_ms": MIDNIGHT_MS + n * 1_000, "kind": "play", "item_id": f"i{n % 7}",
             "device_id": f"d{n % 11}", "user_agent": CHROME, "watched_ms": n * 10}
            for n in range(5_000)]
    source = write(tmp_path / "s.parquet", rows)
    pq.write_table(pq.read_table(source), source, row_group_size=500)  # what threads share out
    digests = {run_case([str(source)], tmp_path / f"t{n}", policy="video", threads=n).digest
               for n in (1, 4)}
    assert len(digests) == 1
