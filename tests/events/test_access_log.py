"""Access logs: the fast path against a literal reference, and lines meant to break it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.events.reference_access_log import read_line
from tests.events.sources_for_tests import (
    LINE,
    LINE_MS,
    SMALL,
    rejects,
    rows,
    run,
    shared,
    values,
)

from truetally.errors import InputError
from truetally.events import access_fast, access_line, access_log, block, mapping
from truetally.events.limits import Limits

NAMES = ("time_ms", "ip", "account_id", "method", "page_url", "item_id", "status", "bytes_sent",
         "referrer", "user_agent")
COMMON = LINE[:LINE.index(b' "http://ref')]
PLAN = access_log.plan(None, "test")


def read_lines(data: bytes) -> dict[int, dict[str, object]]:
    batch = access_log.read_block(block.split(data, 0, Limits()), PLAN, Limits())
    return {row.pop("row"): row for row in batch.table.to_pylist()}


def agree(data: bytes) -> None:
    found = read_lines(data)
    lines = data.removesuffix(b"\n").split(b"\n")
    for number, line in enumerate(lines):
        wanted = read_line(line)
        got = found.get(number)
        assert (wanted is None) == (got is None), line
        if wanted and got:
            assert {n: got[n] for n in NAMES if n != "ip"} == \
                {n: wanted[n] for n in NAMES if n != "ip"}, line


def test_the_fast_reader_agrees_with_the_literal_one_on_real_lines(tmp_path: Path) -> None:
    data = shared("elastic_apache_logs.log").read_bytes()
    agree(data)
    source = run(tmp_path, data)
    assert (source.rows, source.rejected, source.kind) == (9_999, 1, "access-log")
    assert rejects(source, tmp_path)[0]["row"] == 8_898
    assert rejects(source, tmp_path)[0]["reason"] == "quotes do not balance"


HOSTS = st.sampled_from(["192.0.2.1", "2001:DB8::1", "host.example", "1.2.3.4.5", "a" * 60])
USERS = st.sampled_from(["-", "ann", "a b", "é"])
STAMPS = st.sampled_from(["10/Oct/2024:13:55:36 +0800", "29/Feb/2023:00:00:00 +0000",
                          "31/Dec/2024:23:59:60 +0000", "29/Feb/2024:00:00:00 -0330",
                          "1/Jan/2024:00:00:00 +0000", "10/oct/2024:13:55:36 +0800"])
TARGETS = st.sampled_from(["/", "/v?a=1", "/a b", "/x#y?z", "/v?%22", "/中文?q", "*", ""])
REQUESTS = st.builds(lambda m, t, v: f"{m} {t}{v}", st.sampled_from(["GET", "POST", "PROPFIND"]),
                     TARGETS, st.sampled_from([" HTTP/1.1", " HTTP/2", " HTTP/2.0", ""]))
STATUSES = st.sampled_from(["200", "304", "99", "2000", "-"])
COUNTS = st.sampled_from(["0", "-", "123456789012345", "12a", ""])
TEXTS = st.sampled_from(["", "-", "http://r.example/", "Mozilla/5.0 (X11)", r"a\"b", r"\x22", r"\\",
                         r"\xff", "中", 'a"b', "x\\"])
LINES = st.builds(
    lambda h, u, t, r, s, b, tail: f'{h} - {u} [{t}] "{r}" {s} {b}{tail}', HOSTS, USERS, STAMPS,
    REQUESTS, STATUSES, COUNTS,
    st.one_of(st.just(""), st.builds(lambda a, b: f' "{a}" "{b}"', TEXTS, TEXTS)))


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12))
def test_the_fast_reader_agrees_with_the_literal_one_on_made_lines(lines: list[str]) -> None:
    agree("\n".join(lines).encode())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(LINE) - 1), st.binary(min_size=1, max_size=3).filter(
    lambda b: b"\n" not in b and b"\r" not in b))
def test_one_wrong_place_in_a_line_does_not_disturb_its_neighbours(at: int, what: bytes) -> None:
    broken = LINE[:at] + what + LINE[at + len(what):]
    found = read_lines(b"\n".join([LINE, broken, LINE]))
    assert found[0] == found[2]
    assert found[0]["time_ms"] == LINE_MS


WRONG = st.sampled_from([b'"', b"\\", b" ", b"[", b"]", b"-", b"0", b'\\"', b'] "', b'" "', b""])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LINE)), st.integers(0, 3), WRONG), max_size=3))
def test_bulk_and_single_reading_of_damaged_lines_agree(
        damage: list[tuple[int, int, bytes]]) -> None:
    line = LINE
    for at, gone, what in damage:
        line = line[:at] + what + line[at + gone:]
    whole = block.split(LINE + b"\n" + line + b"\n", 0, Limits())
    kept, columns = access_fast.read(whole)
    for place, number in enumerate(kept.tolist()):
        single = access_line.read(whole.line(number).decode())
        assert isinstance(single, dict)
        assert {n: c[place].as_py() for n, c in columns.items()} == \
            {n: single.get(n) for n in columns}


def test_every_field_of_a_combined_line_is_taken(tmp_path: Path) -> None:
    assert rows(run(tmp_path, LINE + b"\n"))[0] == {
        "time_ms": LINE_MS, "kind": "view", "item_id": "/v/1.html", "account_id": None,
        "ip": "192.0.2.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "referrer": "http://ref.example/", "page_url": "/v/1.html?a=1", "method": "GET",
        "status": 200, "bytes_sent": 2326, "row": 0}


def test_a_common_log_has_no_user_agent_column(tmp_path: Path) -> None:
    source = run(tmp_path, COMMON + b"\n" + COMMON)
    assert source.rows == 2
    assert "user_agent" not in source.columns
    assert "status" in source.columns


def test_common_and_combined_lines_may_mix(tmp_path: Path) -> None:
    source = run(tmp_path, b"\n".join([COMMON, LINE, COMMON]))
    assert values(source, "referrer") == [None, "http://ref.example/", None]
    assert values(source, "row") == [0, 1, 2]


@pytest.mark.parametrize(("written", "kept"), [
    (b"2001:DB8:0::1", "2001:db8::1"), (b"::ffff:192.0.2.1", "192.0.2.1"),
    (b"localhost", None), (b"999.1.1.1", None), (b"01.2.3.4", None)])
def test_addresses_are_canonical_and_other_hosts_are_unknown(
        tmp_path: Path, written: bytes, kept: str | None) -> None:
    source = run(tmp_path, LINE.replace(b"192.0.2.7", written))
    assert values(source, "ip") == [kept]
    assert bool(source.warnings) == (kept is None)


@pytest.mark.parametrize(("broken", "reason"), [
    (LINE.replace(b"200 2326", b"200 2326\0"), "NUL byte in line"),
    (LINE.replace(b"X11", b"\xff\xfe"), "not valid UTF-8"),
    (LINE[:-1], "quotes do not balance"),
    (LINE.replace(b"X11", b'a"b'), "quotes do not balance"),
    (LINE.replace(b"X11", b"x" * 5000), "line longer than 4096 bytes"),
    (LINE.replace(b"10/Oct", b"32/Oct"), "time not understood"),
    (LINE.replace(b"2024", b"1970"), "time out of range"),
    (LINE.replace(b"2024", b"2100"), "time out of range"),
    (LINE.replace(b"GET /v/1.html?a=1 HTTP/1.1", b"-"),
     "request not understood: method, target and HTTP version expected"),
    (b"", "empty line")])
def test_a_bad_line_is_a_reject_with_its_row_and_reason(
        tmp_path: Path, broken: bytes, reason: str) -> None:
    source = run(tmp_path, b"\n".join([LINE, broken, LINE, b""]), limits=SMALL)
    assert (source.rows, source.rejected) == (2, 1)
    found = rejects(source, tmp_path)[0]
    assert (found["row"], found["reason"]) == (1, reason)
    assert len(found["raw"]) <= 200
    assert found["raw"].isprintable()


def test_a_line_of_ten_megabytes_is_a_reject(tmp_path: Path) -> None:
    source = run(tmp_path, LINE + b"\n" + b"x" * 10_000_000 + b"\n" + LINE)
    assert (source.rows, source.rejected) == (2, 1)
    assert rejects(source, tmp_path)[0]["reason"] == "line longer than 1048576 bytes"


def test_escapes_are_undone_where_they_are_text(tmp_path: Path) -> None:
    lines = [LINE.replace(b"X11", text) for text in (rb"\"a\"", rb"\xe4\xb8\xad", rb"\xe4\xe5")]
    agents = values(run(tmp_path, b"\n".join(lines)), "user_agent")
    assert [a.split("(")[1].split(";")[0] for a in agents] == ['"a"', "中", r"\xe4\xe5"]


def test_a_forged_forwarded_list_does_not_hide_the_client(tmp_path: Path) -> None:
    line = LINE + b' "203.0.113.9, 198.51.100.4"'
    trusted = 'columns.ip = {column = "ip", forwarded = "x_forwarded_for", trusted_hops = %d}'
    assert values(run(tmp_path, line), "ip") == ["192.0.2.7"]
    assert values(run(tmp_path, line, trusted % 1), "ip") == ["198.51.100.4"]
    assert values(run(tmp_path, line, trusted % 3), "ip") == [None]
    assert values(run(tmp_path, LINE + b' "-"', trusted % 1), "ip") == [None]


def test_a_mapping_may_say_what_the_lines_mean(tmp_path: Path) -> None:
    source = run(tmp_path, LINE, '[constants]\nkind = "play"\nterminal = "tv"')
    assert (values(source, "kind"), values(source, "terminal")) == (["play"], ["tv"])
    with pytest.raises(InputError, match="states its times itself"):
        access_log.plan(mapping.parse(b'[time]\ncolumn = "x"\nunit = "s"'), "here")


def test_blocks_of_any_size_give_the_same_rows(tmp_path: Path) -> None:
    data = b"\n".join([LINE, COMMON, b"bad", LINE.replace(b"X11", b'\\"')] * 40)
    whole = run(tmp_path, data)
    wanted = (rows(whole), rejects(whole, tmp_path))
    small = run(tmp_path, data, limits=Limits(block_bytes=300))
    assert (rows(small), rejects(small, tmp_path)) == wanted
    assert whole.rows + whole.rejected == 160
