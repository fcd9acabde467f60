"""Issued statements are chained: a change to an earlier one is noticed."""

import hashlib
import json
from pathlib import Path

import pytest

from truetally.errors import CaseError
from truetally.settlement.money import exact
from truetally.settlement.register import (
    REGISTER,
    Issued,
    held,
    next_entry,
    paid_before,
    read_register,
)


def enter(folder: Path, contract: str, pay_nano: int, claw_back_nano: int = 0) -> Issued:
    """Issue a statement of one line."""
    folder.mkdir(exist_ok=True)
    entries = read_register(folder)
    content = json.dumps({"lines": [{
        "period": "2017-09", "kind": "item", "item_id": "film", "pay_now": exact(pay_nano),
        "claw_back": exact(claw_back_nano)}]}).encode()
    entry = next_entry(entries, contract, content)
    (folder / entry.file).write_bytes(content)
    (folder / REGISTER).write_bytes(b"".join(e.line() + b"\n" for e in (*entries, entry)))
    return entry


def test_statements_are_numbered_within_their_contract(tmp_path: Path) -> None:
    numbers = [enter(tmp_path, name, 1).number for name in ("A", "B", "A")]
    assert numbers == ["A/001", "B/001", "A/002"]
    assert [e.place for e in read_register(tmp_path)] == [1, 2, 3]


def test_what_a_contracts_statements_moved_is_added_up_by_line(tmp_path: Path) -> None:
    enter(tmp_path, "A", 500)
    enter(tmp_path, "B", 9)
    enter(tmp_path, "A", 0, 120)
    found = paid_before(tmp_path, read_register(tmp_path), "A")
    assert found == {("2017-09", "item", "film"): 380}


def test_a_folder_without_a_register_is_an_empty_one(tmp_path: Path) -> None:
    assert read_register(tmp_path / "none") == []


def broken(folder: Path) -> dict[str, Path]:
    """Make registers that somebody worked on, by what was done."""
    made = {}
    for name in ("statement", "gone", "line", "first", "order", "field", "place"):
        made[name] = folder / name
        for _ in range(3):
            enter(folder / name, "A", 7)
    lines = (made["line"] / REGISTER).read_bytes().splitlines(keepends=True)
    (made["statement"] / "statement-0002.json").write_bytes(b'{"lines":[]}')
    (made["gone"] / "statement-0001.json").unlink()
    (made["line"] / REGISTER).write_bytes(b"".join((lines[0], b"not json\n", lines[2])))
    (made["first"] / REGISTER).write_bytes(b"".join(lines[1:]))
    (made["order"] / REGISTER).write_bytes(b"".join((lines[1], lines[0], lines[2])))
    (made["field"] / REGISTER).write_bytes(lines[0].replace(b'"A"', b'"B"') + lines[1] + lines[2])
    (made["place"] / REGISTER).write_bytes(
        lines[0] + lines[1].replace(b"statement-0002", b"../../../passwd") + lines[2])
    return made


def test_every_change_to_a_register_is_noticed(tmp_path: Path) -> None:
    for name, folder in broken(tmp_path).items():
        with pytest.raises(CaseError, match="damaged"):
            read_register(folder)
        assert name


def test_a_line_names_the_hash_of_the_line_before(tmp_path: Path) -> None:
    first, second = enter(tmp_path, "A", 1), enter(tmp_path, "A", 2)
    assert first.previous == "0" * 64
    assert second.previous == hashlib.sha256(first.line()).hexdigest()


def test_two_cannot_issue_at_once(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(CaseError, match="another statement"), held(tmp_path):
        pass
