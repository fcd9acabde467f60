"""Hostile input is normal input: locks, kills, foreign folders, forged manifests, strange text."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.run.cases import CHROME, NOON_MS, decide, row, write

from truetally.engine import Resources, open_engine
from truetally.errors import CaseError, EngineError, InputError, TruetallyError
from truetally.run import breakdown, load_summary, run_case
from truetally.run.case import locked, read_manifest, write_manifest
from truetally.run.explain import explain
from truetally.run.report_data import report_data

STRANGE = ("<script>alert(1)</script>", '=HYPERLINK("x")', "../../etc/passwd", "真量",
           "'; DROP TABLE facts; --", "\u202egpj.exe", "\x1b[31mred", "${env:HOME}", "\x00nul",
           "a" * 10_000)


def _hold(case: str, ready: Any, done: Any) -> None:
    with locked(Path(case)):
        ready.set()
        done.wait(30)


def test_a_second_run_on_the_same_case_is_refused(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(tmp_path / "case"), ready, done))
    other.start()
    try:
        assert ready.wait(60)
        with pytest.raises(CaseError, match="another run"):
            decide(tmp_path, [row(0)])
    finally:
        done.set()
        other.join()


def test_a_folder_with_other_files_is_not_taken_for_a_case(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(CaseError, match=r"thesis\.docx"):
        decide(tmp_path, [row(0)])
    assert (tmp_path / "case" / "thesis.docx").read_text(encoding="utf-8") == "mine"


KILLED = """
import os, signal, sys
from pathlib import Path
from truetally.run import results, run_case

def end(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Killed:
    def stage(self, name, total):
        if name == sys.argv[1]:
            end()
    def advance(self, steps):
        pass

if sys.argv[1] == "counts":  # a day's decisions are written by then
    results.write_file = end
run_case([sys.argv[2]], Path(sys.argv[3]), policy="video", progress=Killed())
"""


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A source of plays around midnight, and the digest of its case."""
    folder = tmp_path_factory.mktemp("evening")
    rows = [row(n * 40, item_id=f"i{n % 50}", device_id=f"d{n % 90}", account_id=f"a{n % 70}")
            for n in range(1_500)]
    return folder / "source.parquet", decide(folder, rows).digest


@pytest.mark.parametrize("stage", ["facts", "counts", "findings"])
def test_a_killed_run_leaves_no_half_truth_and_can_be_resumed(
        tmp_path: Path, evening: tuple[Path, str], stage: str) -> None:
    source, digest = evening
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, stage, str(source), str(tmp_path / "case")], check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(CaseError, match="no case here"):
        load_summary(tmp_path / "case")
    assert run_case([str(source)], tmp_path / "case", policy="video").digest == digest
    named = {Path(f).name for f in read_manifest(tmp_path / "case")["files"]}
    for folder in ("decisions", "counts", "findings"):
        assert {p.name for p in (tmp_path / "case" / folder).iterdir()} <= named


def test_strange_texts_in_every_column_are_decided_and_come_out_as_they_are(tmp_path: Path) -> None:
    rows = [row(n * 100, item_id=text, account_id=text, device_id=text, user_agent=text,
                referrer=text, plugins=text, region=text, terminal=text, ip=text, page_url=text)
            for n, text in enumerate(STRANGE)]
    summary = decide(tmp_path, rows)
    assert summary.events == len(STRANGE)
    assert {line.key for line in breakdown(tmp_path / "case", "item")} == set(STRANGE)
    for number in (4, 6, 8):  # to explain is to search for the very text: a quote, ESC, NUL
        assert explain(tmp_path / "case", number).event["item_id"] == STRANGE[number]
    assert report_data(tmp_path / "case").summary.events == len(STRANGE)


def test_numbers_at_the_edge_of_64_bits_do_not_stop_a_run(tmp_path: Path) -> None:
    huge = 2**63 - 1
    rows = [row(n, watched_ms=(-1) ** n * huge, length_ms=huge, bytes_sent=huge, duration_ms=-huge,
                range_start=-huge, range_end=huge, status=huge, placement_w=huge,
                visible_permille=-huge, item_id=f"i{n}") for n in range(20)]
    assert decide(tmp_path, rows).events == 20


def test_a_manifest_that_names_a_file_outside_the_case_is_refused(tmp_path: Path) -> None:
    decide(tmp_path, [row(0)])
    (tmp_path / "secret.parquet").write_bytes(b"PAR1")
    for name in ("../secret.parquet", str(tmp_path / "secret.parquet")):
        manifest = read_manifest(tmp_path / "case")
        manifest["partitions"][0]["cube"] = name
        write_manifest(tmp_path / "case", manifest)
        with pytest.raises(CaseError, match="outside the case"):
            load_summary(tmp_path / "case")


def test_sql_in_a_manifest_is_never_run(tmp_path: Path) -> None:
    decide(tmp_path, [row(0)])
    path = tmp_path / "case" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    mark = tmp_path / "mark"
    for name in manifest["sql"]:
        manifest["sql"][name] = f"COPY (SELECT 1) TO '{mark}'"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    more = write(tmp_path / "more.parquet", [row(90_000)])
    run_case([str(more)], tmp_path / "case")
    explain(tmp_path / "case", 0)
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"layout": 99}', b"\xff\xfe"])
def test_a_broken_manifest_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(CaseError, match=r"manifest\.json.*Next: "):
        load_summary(tmp_path)


def test_the_engine_reads_and_writes_nothing_but_what_it_was_given(tmp_path: Path) -> None:
    import ibis

    secret = tmp_path / "secret.parquet"
    write(secret, [row(0)])
    engine = open_engine("duckdb", Resources(temp=tmp_path / "temp"), ())
    try:
        for sql in (f"SELECT * FROM '{secret}'", f"COPY (SELECT 1) TO '{tmp_path}/out'",
                    "SET enable_external_access = true", "INSTALL httpfs",
                    f"ATTACH '{tmp_path}/x.db'"):
            with pytest.raises(Exception, match=r"(?i)disabled|locked|not allowed|cannot"):
                engine._run(sql)  # noqa: SLF001  # the lock itself is what is tested
        with pytest.raises((EngineError, Exception)):
            engine.create("t", ibis.table({"x": "int64"}, name="read_csv('/etc/passwd')"))
    finally:
        engine.close()


def test_a_case_of_which_nothing_is_known_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="truetally run"):
        load_summary(tmp_path)


def test_an_event_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    decide(tmp_path, [row(0)])
    for event in (-1, 1, 1 << 40, 2**62):
        with pytest.raises(TruetallyError):
            explain(tmp_path / "case", event)


def test_a_source_without_one_good_row_is_refused_and_leaves_no_case(tmp_path: Path) -> None:
    source = write(tmp_path / "s.parquet", [row(0) | {"time_ms": 5}])
    with pytest.raises(InputError):
        run_case([str(source)], tmp_path / "case", policy="video")
    assert not (tmp_path / "case" / "manifest.json").exists()


def test_too_little_memory_spills_and_does_not_die(tmp_path: Path) -> None:
    rows = [{"time_ms": NOON_MS + n, "kind": "play", "item_id": f"i{n % 999}", "device_id": f"d{n}",
             "user_agent": CHROME, "watched_ms": n} for n in range(60_000)]
    source = write(tmp_path / "s.parquet", rows)
    small = run_case([str(source)], tmp_path / "small", policy="video", memory="150MB", threads=1)
    assert small.digest == run_case([str(source)], tmp_path / "wide", policy="video").digest


def test_a_source_whose_name_is_a_pattern_reads_no_other_file(tmp_path: Path) -> None:
    odd = write(tmp_path / "a*b.parquet", [row(0)])
    write(tmp_path / "axb.parquet", [row(n) for n in range(0, 900, 60)])
    assert run_case([str(odd)], tmp_path / "case", policy="video").events == 1


def test_a_case_whose_path_is_a_pattern_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "s.parquet", [row(0)])
    with pytest.raises(CaseError, match="pattern"):
        run_case([str(source)], tmp_path / "case[1]", policy="video")


@pytest.mark.parametrize("names", [("file_row_number",), ("FILE_ROW_NUMBER",),
                                   ("Time_MS", "row", "rank")])
def test_a_column_that_bears_a_name_of_ours_confuses_nothing(
        tmp_path: Path, names: tuple[str, ...]) -> None:
    source = write(tmp_path / "s.parquet", [row(0), row(900)])
    table = pq.read_table(source)
    for name in names:
        table = table.append_column(name, pa.array([7, 8]))
    pq.write_table(table, source)
    assert run_case([str(source)], tmp_path / "case", policy="video").total_net == 2
    assert explain(tmp_path / "case", 1).event["time_ms"] == NOON_MS + 900_000


@pytest.mark.parametrize("policy", ["video", "click"])
def test_a_log_of_one_user_agent_that_says_nothing_is_decided(tmp_path: Path, policy: str) -> None:
    rows = [row(n, user_agent="x", kind="click" if policy == "click" else "play")
            for n in range(3)]
    assert decide(tmp_path, rows, policy=policy).events == 3


def test_an_event_of_another_agent_than_all_others_is_explained(tmp_path: Path) -> None:
    decide(tmp_path, [row(0, user_agent="curl/7.1"), row(1, user_agent=CHROME)], policy="video")
    assert explain(tmp_path / "case", 0)


def test_clicks_of_visits_that_keep_one_pace_are_decided_under_every_key(tmp_path: Path) -> None:
    rows = [row(2 * visit + click, kind="click", session_id=f"s{visit}", interacted=False,
                time_ms=NOON_MS + 7000 * visit + 20_000 * click)
            for visit in range(20) for click in range(2)]
    summary = decide(tmp_path, rows, policy="click")
    assert summary.reasons["same-pace"] == summary.events == 40
