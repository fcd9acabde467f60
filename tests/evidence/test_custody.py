"""The custody log: every break of the chain is named by its line."""

from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from truetally.evidence.custody import FILE, append, check
from truetally.evidence.errors import VerificationError
from truetally.evidence.host import facts, who


def write(case: Path, count: int) -> list[bytes]:
    for n in range(count):
        append(case, f"command {n}", [], [{"name": "x", "sha256": "0" * 64}], n, who={"user": "u"},
               tool="t")
    return (case / FILE).read_bytes().splitlines(keepends=True)


def broken(case: Path, lines: list[bytes]) -> str:
    (case / FILE).write_bytes(b"".join(lines))
    with pytest.raises(VerificationError) as caught:
        check(case)
    return caught.value.place


def test_records_are_chained_and_numbered(tmp_path: Path) -> None:
    write(tmp_path, 4)
    records = check(tmp_path)
    assert [r["n"] for r in records] == [0, 1, 2, 3]
    assert [r["previous"] for r in records[1:]] == [r["sha256"] for r in records[:-1]]


def test_a_case_without_a_log_has_no_records(tmp_path: Path) -> None:
    assert check(tmp_path) == []


@pytest.mark.parametrize("line", range(4))
def test_a_changed_line_is_named_also_the_last(tmp_path: Path, line: int) -> None:
    lines = write(tmp_path, 4)
    lines[line] = lines[line].replace(b"command", b"comment")
    assert broken(tmp_path, lines) == f"{FILE} line {line + 1}"


def test_dropped_moved_doubled_and_cut_lines_are_named(tmp_path: Path) -> None:
    a, b, c, d = write(tmp_path, 4)
    assert broken(tmp_path, [a, c, d]) == f"{FILE} line 2"
    assert broken(tmp_path, [a, c, b, d]) == f"{FILE} line 2"
    assert broken(tmp_path, [a, b, b, c, d]) == f"{FILE} line 3"
    assert broken(tmp_path, [a, b, c, d[:-9]]) == f"{FILE} line 4"
    assert broken(tmp_path, [a, b"\n", b, c, d]) == f"{FILE} line 2"
    assert broken(tmp_path, [a, b"[1]\n"]) == f"{FILE} line 2"


def test_a_line_that_a_crash_cut_off_is_dropped_and_noted(tmp_path: Path) -> None:
    lines = write(tmp_path, 2)
    (tmp_path / FILE).write_bytes(b"".join(lines) + b'{"n":2,"prev')
    write(tmp_path, 1)
    assert [r.get("torn_bytes") for r in check(tmp_path)] == [None, None, 12]


def test_many_writers_wait_for_each_other(tmp_path: Path) -> None:
    with ThreadPool(8) as pool:
        pool.map(lambda n: append(tmp_path, str(n), [], [], n, who={}, tool="t"), range(24))
    assert len(check(tmp_path)) == 24


def test_the_host_s_facts_are_named_even_where_they_are_unknown(tmp_path: Path) -> None:
    found = facts(tmp_path)
    assert found["disk"]["total_bytes"] > found["disk"]["free_bytes"] > 0
    assert set(found["clock"]) == {"source", "synchronised", "offset_us", "largest_error_us"}
    assert set(found["network"]) == {"interfaces", "default_route"}
    assert set(who()) == {"user", "operator"}
