"""The case folder: what is written stands whole or not at all, and nothing leads out of it."""

import os
import resource
import stat
from pathlib import Path

import pytest
from tests.run.cases import row, write

from truetally.errors import CaseError, InputError
from truetally.events.read import read
from truetally.run import run_case
from truetally.run.case import (
    FOLDERS,
    UNFINISHED,
    inside,
    locked,
    read_manifest,
    salt,
    salt_check,
    write_aside,
    write_manifest,
)
from truetally.run.explain import explain


@pytest.mark.parametrize("name", ["/etc/passwd", "../other.parquet", "counts/../../other.parquet",
                                  "counts/..", "counts/link.parquet", "linked/file.parquet"])
def test_a_name_that_leads_out_of_the_case_is_refused(tmp_path: Path, name: str) -> None:
    case, outside = tmp_path / "case", tmp_path / "outside"
    (case / "counts").mkdir(parents=True)
    outside.mkdir()
    (outside / "file.parquet").write_bytes(b"PAR1")
    (case / "counts" / "link.parquet").symlink_to(outside / "file.parquet")
    (case / "linked").symlink_to(outside)
    with pytest.raises(CaseError, match="outside the case"):
        inside(case, name)


def test_a_name_in_a_case_that_is_reached_by_a_link_is_inside(tmp_path: Path) -> None:
    (tmp_path / "case" / "counts").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "case")
    found = inside(tmp_path / "link", "counts/file.parquet")
    assert found.resolve() == tmp_path / "case" / "counts" / "file.parquet"


def test_what_is_written_replaces_the_old_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        write_aside(tmp_path / "file", content)
        assert (tmp_path / "file").read_bytes() == content
        assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_old_file_whole_and_no_part_of_the_new(tmp_path: Path) -> None:
    write_aside(tmp_path / "file", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write_aside(tmp_path / "file", b"n" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]


def test_the_work_folder_is_empty_at_the_start_and_gone_at_the_end(tmp_path: Path) -> None:
    left = tmp_path / ".work" / "temp"
    left.mkdir(parents=True)
    with locked(tmp_path) as work:
        assert list(work.iterdir()) == []
        (work / "half.parquet").write_bytes(b"PAR1")
    assert {p.name for p in tmp_path.iterdir()} == {*FOLDERS, ".lock"}


def test_a_run_that_fails_leaves_no_work_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError), locked(tmp_path) as work:
        read(work / "nothing.parquet", work)
    assert {p.name for p in tmp_path.iterdir()} == {*FOLDERS, ".lock"}


def test_a_case_that_was_let_go_can_be_locked_again(tmp_path: Path) -> None:
    with locked(tmp_path / "case"):
        pass
    with locked(tmp_path / "case") as work:
        assert work.is_dir()


@pytest.mark.parametrize("make", [Path.touch, lambda p: p.symlink_to(p.parent)])
def test_a_file_or_a_link_is_not_taken_for_a_case(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "case")
    with pytest.raises(CaseError, match="not a folder"), locked(tmp_path / "case"):
        pass


def test_a_case_that_was_killed_while_it_wrote_a_file_can_be_resumed(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    for name in UNFINISHED:
        (tmp_path / "case" / name).write_bytes(b"{")
    source = write(tmp_path / "source.parquet", [row(0)])
    assert run_case([str(source)], tmp_path / "case", policy="video").events == 1
    assert {p.name for p in (tmp_path / "case").glob(".*.part")} == set()


def test_the_salt_is_secret_stable_and_another_in_every_case(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = salt(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / ".salt").stat().st_mode) == 0o600
    assert salt(tmp_path) == first
    (tmp_path / "other").mkdir()
    assert salt(tmp_path / "other") != first


@pytest.mark.parametrize("content", [b"", b"0" * 31, b"G" * 32, b"0" * 33, b"\xff" * 32])
def test_a_damaged_salt_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".salt").write_bytes(content)
    with pytest.raises(CaseError, match=r"salt is damaged.*restore it from a copy"):
        salt(tmp_path)


def test_another_salt_is_never_made_beside_profiles_of_the_old_one(tmp_path: Path) -> None:
    source = write(tmp_path / "source.parquet", [row(0), row(20)])
    run_case([str(source)], tmp_path / "case", policy="video")
    (tmp_path / "case" / ".salt").unlink()
    more = write(tmp_path / "more.parquet", [row(90_000)])
    with pytest.raises(CaseError, match="salt is gone"):
        run_case([str(more)], tmp_path / "case")
    assert explain(tmp_path / "case", 0).verdict == "not_counted"  # to look needs no secret


@pytest.fixture
def swapped(tmp_path: Path) -> Path:
    """A case in whose place another case's salt lies, and a source that is new to it."""
    source = write(tmp_path / "source.parquet", [row(0), row(20)])
    for name in ("case", "other"):
        run_case([str(source)], tmp_path / name, policy="video")
    (tmp_path / "case" / ".salt").write_bytes((tmp_path / "other" / ".salt").read_bytes())
    write(tmp_path / "more.parquet", [row(90_000)])
    return tmp_path


def test_the_salt_of_another_case_is_noticed_and_changes_nothing(swapped: Path) -> None:
    before = (swapped / "case" / "manifest.json").read_bytes()
    with pytest.raises(CaseError, match=r"salt is another one.*restore it from a copy of this"):
        run_case([str(swapped / "more.parquet")], swapped / "case")
    assert (swapped / "case" / "manifest.json").read_bytes() == before


def test_the_check_value_tells_nothing_of_the_salt_and_belongs_to_it_alone(swapped: Path) -> None:
    said = (swapped / "other" / "manifest.json").read_text("utf-8")
    secret = (swapped / "other" / ".salt").read_text("ascii")
    assert secret not in said
    assert salt_check(secret) in said
    assert len({salt_check(text) for text in (secret, secret[::-1], "0" * 32)}) == 3


def test_a_case_from_before_the_check_value_still_grows(tmp_path: Path) -> None:
    source = write(tmp_path / "source.parquet", [row(0)])
    run_case([str(source)], tmp_path / "case", policy="video")
    manifest = read_manifest(tmp_path / "case")
    del manifest["salt_check"]
    write_manifest(tmp_path / "case", manifest)
    more = write(tmp_path / "more.parquet", [row(90_000)])
    assert run_case([str(more)], tmp_path / "case").events == 2
    assert "salt_check" in read_manifest(tmp_path / "case")
