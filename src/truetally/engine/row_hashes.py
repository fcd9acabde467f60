"""Hash rows with their salts: SHA-256(salt of 16 bytes + bytes of the row).

DuckDB writes the rows as text, many at once; the hashing itself is OpenSSL's by way of hashlib,
which on rows of some hundred bytes is twice as fast as DuckDB's own.
"""

import hashlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import types

SALT_BYTES = 16
HASH_BYTES = 32
# A JSON escape of a control character: DuckDB writes its digits in capitals, RFC 8785 does not.
_ODD = b"\\u00"
_AT_ONCE = 8192  # rows whose text stays in the processor's caches

ToBytes = Callable[[dict[str, Any]], bytes]


class Hasher:
    """An engine of its own for writing rows on one thread; several work beside each other."""

    __slots__ = ("_connection", "_to_bytes")

    def __init__(self, to_bytes: ToBytes) -> None:
        """Open it. `to_bytes` gives the bytes of a row that the engine cannot write itself."""
        self._to_bytes = to_bytes
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET enable_progress_bar = false")

    def table(self, rows: pa.Table, salts: bytes) -> bytes:
        """Hash rows as canonical JSON of all their columns; return their hashes in a row.

        Columns of text, whole numbers and flags are written by the engine; a table that has
        others, or a control character, by `to_bytes`.
        """
        return b"".join(self._some(rows.slice(first, _AT_ONCE), salts[
            first * SALT_BYTES:(first + _AT_ONCE) * SALT_BYTES])
            for first in range(0, rows.num_rows, _AT_ONCE))

    def _some(self, rows: pa.Table, salts: bytes) -> bytes:
        if not _plain(rows.schema):
            return self._slow(rows, salts)
        held = rows.rename_columns([f"c{n}" for n in range(rows.num_columns)])
        self._connection.register("rows_now", held)
        try:
            texts = self._connection.sql(_sql(rows.column_names)).to_arrow_table()["text"]
        finally:
            self._connection.unregister("rows_now")
        data, offsets = _content(texts.combine_chunks())
        return self._slow(rows, salts) if _ODD in data else _hashes(data, offsets, salts)

    def close(self) -> None:
        """Close the engine."""
        self._connection.close()

    def _slow(self, rows: pa.Table, salts: bytes) -> bytes:
        written = [self._to_bytes(row) for row in rows.to_pylist()]
        return hash_texts(pa.array(written, pa.large_binary()), salts)


def hash_texts(rows: pa.Array, salts: bytes) -> bytes:
    """Hash rows that are bytes or texts already; return their hashes one after the other."""
    return _hashes(*_content(rows), salts)


def _content(rows: pa.Array) -> tuple[bytes, list[int]]:
    """Give the bytes of all rows, and where each begins and the last ends."""
    if isinstance(rows, pa.ChunkedArray):  # no rows: nothing to combine
        rows = pa.array([], pa.large_binary())
    rows = rows.cast(pa.large_binary())
    _, offsets, data = rows.buffers()
    places = np.frombuffer(offsets, np.int64)[rows.offset:rows.offset + len(rows) + 1]
    return data.to_pybytes() if data else b"", places.tolist()


def _hashes(data: bytes, offsets: list[int], salts: bytes) -> bytes:
    sha256 = hashlib.sha256
    salted = range(0, len(salts), SALT_BYTES)
    return b"".join([sha256(salts[at:at + SALT_BYTES] + data[start:end]).digest()
                     for at, (start, end) in zip(salted, pairwise(offsets), strict=True)])


def _plain(schema: pa.Schema) -> bool:
    """Tell whether the engine can write these columns as canonical JSON."""
    names = [name.lower() for name in schema.names]  # the engine ignores case
    return len(set(names)) == len(names) and "" not in names and bool(names) and all(
        _simple(kind.value_type if types.is_dictionary(kind) else kind) for kind in schema.types)


def _simple(kind: pa.DataType) -> bool:
    return any(check(kind) for check in (types.is_string, types.is_large_string, types.is_integer,
                                         types.is_boolean, types.is_string_view))


def _sql(names: list[str]) -> str:
    order = sorted(range(len(names)), key=lambda n: names[n].encode("utf-16-be", "surrogatepass"))
    fields = ", ".join(f"{_quoted(names[n])} := c{n}" for n in order)
    return f"SELECT CAST(to_json(struct_pack({fields})) AS VARCHAR) AS text FROM rows_now"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
