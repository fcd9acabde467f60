"""Rows are hashed as one would by hand: salt, then canonical JSON."""

import hashlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine.row_hashes import Hasher, hash_texts
from truetally.events.row_json import canonical_json

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
QUOTED = 'Q"\u00e9'
ROWS = st.lists(st.fixed_dictionaries({
    "b": TEXT, "a": st.none() | st.integers(-2**63, 2**63 - 1), QUOTED: st.none() | st.booleans(),
    "Z": TEXT}), min_size=1, max_size=30)


def by_hand(rows: pa.Table, salts: bytes) -> bytes:
    return b"".join(hashlib.sha256(salts[16 * n:16 * n + 16] + canonical_json(row)).digest()
                    for n, row in enumerate(rows.to_pylist()))


def salts(rows: int) -> bytes:
    return bytes(n % 251 for n in range(16 * rows))


@given(ROWS)
def test_any_text_number_and_flag_is_hashed_as_by_hand(rows: list[dict[str, object]]) -> None:
    table = pa.Table.from_pylist(rows, pa.schema([
        ("b", pa.string()), ("a", pa.int64()), (QUOTED, pa.bool_()), ("Z", pa.string())]))
    hasher = Hasher(canonical_json)
    try:
        assert hasher.table(table, salts(len(rows))) == by_hand(table, salts(len(rows)))
    finally:
        hasher.close()


@pytest.mark.parametrize("columns", [
    {"a": [1.5, None], "b": ["x", "y"]}, {"a": [b"\xff", None]}, {"A": ["x", "y"], "a": ["y", "z"]},
    {"a": [[1, 2], None]}, {"": ["x", "y"]},
    {"a": pa.array(["x", None]).dictionary_encode(), "n": pa.array([2**64 - 1, 0], pa.uint64())},
    {"a": ["\x1f\x0b", "\\u001F"]}])
def test_columns_that_the_engine_cannot_write_are_hashed_too(columns: dict[str, object]) -> None:
    table = pa.table(columns)
    hasher = Hasher(canonical_json)
    try:
        assert hasher.table(table, salts(2)) == by_hand(table, salts(2))
    finally:
        hasher.close()


def test_many_rows_and_slices_of_them_are_hashed_in_their_order() -> None:
    table = pa.table({"n": list(range(20_000)), "t": [str(n) for n in range(20_000)]})
    hasher = Hasher(canonical_json)
    try:
        whole = hasher.table(table, salts(20_000))
        assert whole == by_hand(table, salts(20_000))
        assert hasher.table(table[9_000:9_002], salts(20_000)[144_000:144_032]) == whole[
            288_000:288_064]
        assert hasher.table(table[:0], b"") == b""
    finally:
        hasher.close()


def test_rows_that_are_bytes_are_hashed_as_they_are() -> None:
    rows = pa.array([b"", b"\xff", "é".encode()], pa.binary())
    expected = [hashlib.sha256(salts(3)[16 * n:16 * n + 16] + row.as_py()).digest()
                for n, row in enumerate(rows)]
    assert hash_texts(rows, salts(3)) == b"".join(expected)
    assert hash_texts(rows.slice(1, 1), salts(3)[16:32]) == expected[1]
