"""Hostile bytes: every reader ends in a Source that adds up, or in an error a person can act on."""

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import CSV_HEAD, LINE, SMALL, parquet, rejects, rows, write

from truetally.errors import TruetallyError
from truetally.events.csv_dialect import Dialect
from truetally.events.csv_records import records
from truetally.events.detect import KINDS
from truetally.events.limits import Limits
from truetally.events.propose import propose
from truetally.events.read import read
from truetally.events.source import Source

T = 1_700_000_000_000
JSON = b'{"time_ms":1700000000000,"kind":"play","item_id":"a"}'
RECORD = f"{T},play,a".encode()
PIECES = st.one_of(
    st.binary(max_size=12), st.sampled_from([
        LINE, JSON, RECORD, b'"', b"\n", b"\r\n", b",", b"\0", b"{", b"\xef\xbb\xbf", b"\\",
        b"\xe4\xb8", b"[", b'""', b" - ["]))
BYTES = st.lists(PIECES, max_size=12).map(b"".join)


def attempt(folder: Path, data: bytes, kind: str) -> Source | None:
    try:
        return read(write(folder, data), folder / "case" / "events", kind=kind, limits=SMALL)
    except TruetallyError:
        return None


def physical_lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n"))


@pytest.mark.parametrize(("kind", "good"), [("access-log", LINE), ("json-lines", JSON)])
@given(data=BYTES)
def test_lines_accepted_and_rejected_are_all_lines(
        tmp_path_factory: pytest.TempPathFactory, kind: str, good: bytes, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("f")
    source = attempt(folder, good + b"\n" + data, kind)
    if source:
        assert source.rows + source.rejected == physical_lines(good + b"\n" + data)
        numbers = [r["row"] for r in rows(source)] + [r["row"] for r in rejects(source, folder)]
        assert sorted(numbers) == list(range(len(numbers)))


@given(data=BYTES)
def test_records_accepted_and_rejected_are_all_records(
        tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("f")
    whole = CSV_HEAD.encode() + RECORD + b"\n" + data
    source = attempt(folder, whole, "csv")
    if source:
        comma = Dialect(delimiter=",", quote='"')
        found = records(iter([whole]), comma, Limits(record_bytes=1 << 12), "x")
        assert source.rows + source.rejected == sum(len(part.lines) for part in found) - 1
        numbers = [r["row"] for r in rows(source)] + [r["row"] for r in rejects(source, folder)]
        assert sorted(numbers) == list(range(len(numbers)))


@given(data=BYTES)
def test_any_bytes_are_read_or_refused(
        tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("f")
    for stored in (data, gzip.compress(data)):
        path = write(folder, stored)
        try:
            read(path, folder / "case" / "events", limits=SMALL)
        except TruetallyError:
            assert [p for p in (folder / "case").rglob(".*") if p.is_file()] == []
        with suppress(TruetallyError):
            assert propose(path, SMALL).kind in KINDS


@given(at=st.floats(0, 1), what=st.binary(min_size=1, max_size=4))
def test_a_damaged_parquet_file_is_read_or_refused(
        tmp_path_factory: pytest.TempPathFactory, at: float, what: bytes) -> None:
    folder = tmp_path_factory.mktemp("f")
    path = parquet(folder, {"time_ms": [T] * 50, "kind": ["play"] * 50, "item_id": list("ab" * 25)})
    data = bytearray(path.read_bytes())
    place = int(at * (len(data) - 1))
    data[place:place + len(what)] = what
    path.write_bytes(data)
    try:
        source = read(path, folder / "case" / "events")
    except TruetallyError:
        return
    assert source.rows + source.rejected == 50
