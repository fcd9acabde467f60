"""A full disk: a clear error, nothing half-written counts, and the same command resumes."""

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import row, write
from tests.test_cli_case import asked, said

from truetally.evidence import custody
from truetally.run.case import read_manifest

ROWS = [row(n * 40, item_id=f"i{n % 50}", device_id=f"d{n % 90}", account_id=f"a{n % 70}")
        for n in range(1_500)]  # an evening and the small hours after it


@contextmanager
def files_up_to(most: int) -> Iterator[None]:
    """Let no file grow beyond `most` bytes: what a write then meets is what a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources, `half` decided from the first of them, and `whole` from both."""
    folder = tmp_path_factory.mktemp("full")
    criteria = (line("double-click"), line("interval-heaping", 2), line("platform-switching", 2))
    text = HEAD + "".join(f"\n[[criterion]]\n{each}" for each in criteria)
    (folder / "p.toml").write_text(text, "utf-8")
    a, b = write(folder / "a.parquet", ROWS[::2]), write(folder / "b.parquet", ROWS[1::2])
    for case, sources in (("half", [a]), ("whole", [a, b])):
        answer = said("run", *sources, "--case", folder / case, "--policy", folder / "p.toml")
        assert answer.code == 0, answer.err
    return folder


def told(*words: object) -> str:
    """Run a command that a full disk ends, and return its one message."""
    answer = said(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("truetally: ")
    assert "Next: " in answer.err
    assert "Traceback" not in answer.err
    return answer.err


@pytest.mark.parametrize("most", [8, 3_500, 9_000])
def test_a_run_that_a_full_disk_ends_is_resumed_to_the_same_digest(
        tmp_path: Path, place: Path, most: int) -> None:
    run = ("run", place / "a.parquet", place / "b.parquet", "--case", tmp_path / "case",
           "--policy", place / "p.toml")
    with files_up_to(most):
        told(*run)
    assert not (tmp_path / "case" / "manifest.json").exists()
    assert asked(*run)["digest"] == asked("show", place / "whole")["digest"]
    assert list((tmp_path / "case").rglob("*.part")) == []


@pytest.mark.parametrize("most", [8, 3_500, 9_000])
def test_a_full_disk_leaves_a_case_that_was_to_grow_as_it_was(
        tmp_path: Path, place: Path, most: int) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    before = {p: p.read_bytes() for p in sorted(case.rglob("*")) if p.is_file()}
    with files_up_to(most):
        told("run", place / "b.parquet", "--case", case)
    assert {p: p.read_bytes() for p in before} == before
    assert asked("show", case)["digest"] == asked("show", place / "half")["digest"]
    grown = asked("run", place / "b.parquet", "--case", case)
    assert grown["digest"] == asked("show", place / "whole")["digest"]


@pytest.mark.parametrize("most", [8, 400])
def test_a_full_disk_leaves_the_seal_before_as_it_was(
        tmp_path: Path, place: Path, most: int) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    for words in (("seal", case), ("run", place / "b.parquet", "--case", case)):
        assert said(*words).code == 0
    before = {p.name: p.read_bytes() for p in (case / "seal").iterdir()}
    with files_up_to(most):
        told("seal", case)
    assert {p.name: p.read_bytes() for p in (case / "seal").iterdir()} == before
    assert said("seal", case).code == 0
    assert said("verify", case).code == 0


def test_a_key_of_the_salts_is_there_whole_or_not_at_all(tmp_path: Path, place: Path) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    with files_up_to(16):
        told("seal", case)
    assert not (case / ".seal-key").exists()
    assert said("seal", case).code == 0


def test_a_package_that_does_not_fit_leaves_nothing(tmp_path: Path, place: Path) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    (tmp_path / "out").mkdir()
    with files_up_to(60_000):
        assert "package" in told("seal", case, "--package", tmp_path / "out" / "p.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_record_that_does_not_fit_leaves_the_log_whole(tmp_path: Path, place: Path) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    log = (case / custody.FILE).read_bytes()
    with files_up_to(len(log) + 20), pytest.raises(OSError, match="too large") as caught:
        custody.append(case, "seal", [], [], 0, who={}, tool="t")
    assert caught.value.errno == errno.EFBIG
    assert (case / custody.FILE).read_bytes() == log


def test_what_came_in_before_the_disk_was_full_is_recorded_when_there_is_room(
        tmp_path: Path, place: Path) -> None:
    case = shutil.copytree(place / "half", tmp_path / "case")
    (tmp_path / "where.toml").write_text('origin = "the platform"\n', "utf-8")
    (case / custody.FILE).unlink()  # the case is decided, and its record found no room
    assert said("run", place / "a.parquet", "--case", case, "--acquisition",
                tmp_path / "where.toml").code == 0
    record, = (r for r in custody.check(case) if r["command"] == "run")
    assert [each["name"] for each in record["acquisition"]] == ["a.parquet"]
    assert record["acquisition"][0]["declared"] == {"origin": "the platform"}
    assert "manifest.json" in {o["name"] for o in record["outputs"]}
    assert said("run", place / "a.parquet", "--case", case).code == 0
    assert custody.check(case)[-1]["acquisition"] == []


SMALL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
from tests.test_cli_case import said

disk, sizes = Path(sys.argv[1]), sys.argv[2].split(",")
for size in sizes:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)
    run = ("run", *sys.argv[3:], "--case", disk / "case", "--json")
    full = said(*run)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    again = said(*run)
    print(json.dumps([size, full.code, full.out, full.err, again.code, again.out, again.err]))
    subprocess.run(["umount", disk], check=True)
"""


def _no_small_disk() -> str:
    """Say why no disk of a few kilobytes can be mounted here, "" if it can."""
    try:
        tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                               capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return tried.stderr.strip()


@pytest.mark.skipif(bool(_no_small_disk()), reason=f"no mounts of one's own: {_no_small_disk()}")
def test_a_disk_of_any_size_ends_a_run_or_holds_it(
        tmp_path: Path, place: Path, root: Path) -> None:
    (tmp_path / "disk").mkdir()
    sizes = ("40k", "120k", "8m")
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", SMALL_DISK, tmp_path / "disk", ",".join(sizes),
         place / "a.parquet", place / "b.parquet", "--policy", place / "p.toml"], cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True,
        check=True)
    digest = read_manifest(place / "whole")["digest"]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [size for size, *_ in found] == list(sizes)
    assert [code for _, code, *_ in found] == [2, 2, 0]
    for _, code, out, err, again_code, again, again_err in found:
        if code:
            assert (out, "Next: " in err, "space" in err) == ("", True, True), err
        assert (again_code, again_err) == (0, "")
        assert json.loads(again)["digest"] == digest
