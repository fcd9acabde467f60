from pathlib import Path

import pytest

from truetally.errors import CaseError, PolicyError
from truetally.signatures.freeze import freeze, note_run, read_register
from truetally.signatures.signature import Signature, builtin_signature, parse_signature

CASE = builtin_signature("video-case")
TEXT = """
name = "{name}"
revision = {revision}
title = "t"
frozen_at = 2020-01-01T00:00:00Z
source = "a test"
{more}
[[field]]
column = "{column}"
condition = "suffix"
values = [".example"]
source = "a test"
"""


def signature(name: str = "s", revision: int = 1, column: str = "referrer_host",
              more: str = "") -> Signature:
    return parse_signature(TEXT.format(name=name, revision=revision, column=column, more=more), "t")


def test_a_signature_is_frozen_once_with_its_first_time(tmp_path: Path) -> None:
    register = tmp_path / "frozen.jsonl"
    first = freeze(register, signature(), "2020-01-02")
    again = freeze(register, signature(), "2020-01-09")
    assert (first.at, first.changed_after, first.others_run) == ("2020-01-02", (), 0)
    assert again == first
    assert len(read_register(register)) == 1


def test_a_version_frozen_after_another_was_run_is_marked(tmp_path: Path) -> None:
    register = tmp_path / "frozen.jsonl"
    freeze(register, signature(), "1")
    assert freeze(register, signature(revision=2), "2").changed_after == ()
    note_run(register, signature(), "log", "3")
    late = freeze(register, signature(revision=3), "4")
    assert late.changed_after == (signature().sha256,)
    assert freeze(register, signature(revision=2), "5").changed_after == ()


def test_signatures_of_other_names_run_before_are_counted(tmp_path: Path) -> None:
    register = tmp_path / "frozen.jsonl"
    freeze(register, signature(), "1")
    note_run(register, signature(), "log", "2")
    found = freeze(register, signature(name="other"), "3")
    assert (found.changed_after, found.others_run) == ((), 1)


def test_a_run_without_freezing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="was not frozen"):
        note_run(tmp_path / "frozen.jsonl", signature(), "log", "1")


@pytest.mark.parametrize("harm", ["cut", "swap", "edit", "garbage"])
def test_a_register_that_was_touched_is_noticed(tmp_path: Path, harm: str) -> None:
    register = tmp_path / "frozen.jsonl"
    for number in (1, 2, 3):
        freeze(register, signature(revision=number), str(number))
    lines = register.read_bytes().splitlines(keepends=True)
    changed = {"cut": lines[1:], "swap": [lines[1], lines[0], lines[2]],
               "edit": [lines[0].replace(b'"at":"1"', b'"at":"0"'), *lines[1:]],
               "garbage": [lines[0], b"\xff\n"]}[harm]
    register.write_bytes(b"".join(changed))
    with pytest.raises(CaseError, match="register of frozen signatures is damaged"):
        read_register(register)


def test_what_is_left_out_is_no_part_of_the_hash() -> None:
    assert signature(more="").sha256 != signature(more='extent = "events"').sha256
    assert builtin_signature("video-case").extent == "devices"
    assert builtin_signature("video-case-referrer").extent == "events"


@pytest.mark.parametrize("more", [
    'extent = "all"', "first_day = 2017-09-02\nlast_day = 2017-09-01", 'first_day = "2017-09-02"',
    "extra = 1"])
def test_what_a_signature_cannot_say_is_refused(more: str) -> None:
    with pytest.raises(PolicyError):
        signature(more=more)
