"""Accepted rows to Parquet and rejects to JSON lines, under temporary names until all is well."""

import json
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.events.batch import Batch, Reject, escaped
from truetally.events.schema import EVENT

ROW_GROUP = 65_536
_SELDOM_TWICE = ("time_ms", "row", "bytes_sent", "duration_ms", "range_start", "range_end")
_TEMPORARY = ".part"


class Writer:
    """Write batches of one source, counting. Must be closed; only `finish` keeps the files."""

    def __init__(self, into: Path, name: str, token: str) -> None:
        self.name = name
        self.accepted = 0
        self.rejected = 0
        self.first_ms: int | None = None
        self.last_ms: int | None = None
        self.warnings: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.known: Counter[str] = Counter()
        self._into = into
        into.mkdir(parents=True, exist_ok=True)
        rejects = into.parent / "rejects"
        rejects.mkdir(parents=True, exist_ok=True)
        self._events = into / f".{token}{_TEMPORARY}"
        self._rejects = rejects / f".{token}{_TEMPORARY}"
        self._held: list[pa.Table] = []
        self._held_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._lines = self._rejects.open("w", encoding="utf-8", newline="\n",
                                         errors="backslashreplace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._lines.close()
        if self._writer:
            self._writer.close()
        self._events.unlink(missing_ok=True)
        self._rejects.unlink(missing_ok=True)

    def add(self, batch: Batch, *, counted_only: bool = False) -> None:
        """Write one batch; `counted_only` leaves its rows where they are and counts them."""
        table = batch.table
        self.warnings.update(batch.warnings)
        for reject in sorted(batch.rejects, key=lambda reject: reject.row):
            self.reject(reject)
        if not table.num_rows:
            return
        self.accepted += table.num_rows
        span = pc.min_max(table["time_ms"])
        self._span(span["min"].as_py(), span["max"].as_py())
        if counted_only:
            return
        for name in table.column_names:
            self.known[name] += table.num_rows - table[name].null_count
        self._held.append(table)
        self._held_rows += table.num_rows
        if self._held_rows >= ROW_GROUP:
            self._write()

    def reject(self, reject: Reject) -> None:
        """Write one reject: file, 0-based row, line for people, reason, escaped start."""
        self.rejected += 1
        self.reasons[reject.reason] += 1
        self._lines.write(json.dumps(
            {"file": self.name, "row": reject.row, "reason": reject.reason,
             "raw": escaped(reject.raw)}, ensure_ascii=False) + "\n")

    def columns(self) -> tuple[str, ...]:
        """Name the event columns with at least one known value."""
        return tuple(name for name in EVENT if self.known[name])

    def finish(self, sha256: str, *, rejects_only: bool = False) -> Path:
        """Move both files to their names, made of the source's digest, and return the events'."""
        self._write()
        self._lines.flush()
        self._lines.close()
        if self._writer:
            self._writer.close()
            self._writer = None
        self._rejects.replace(self._rejects.parent / f"{sha256[:16]}.jsonl")
        target = self._into / f"{sha256[:16]}.parquet"
        if not rejects_only:
            self._events.replace(target)
        return target

    def _write(self) -> None:
        """Write what is held as one row group."""
        if not self._held:
            return
        table = pa.concat_tables(self._held)
        if len(self._held) > 1:
            table = table.unify_dictionaries()
        if self._writer is None:
            self._writer = self._opened(table)
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=table.num_rows)
        self._held, self._held_rows = [], 0

    def _opened(self, table: pa.Table) -> pq.ParquetWriter:
        """Open the file; the first rows tell which columns a dictionary makes smaller."""
        schema = pa.schema([(name, _stored_type(table[name])) for name in table.column_names])
        numbers = [name for name in _SELDOM_TWICE if name in schema.names]
        repeated = [field.name for field in schema if field.name not in numbers
                    and not pa.types.is_string(field.type)]
        return pq.ParquetWriter(
            self._events, schema, compression="zstd", compression_level=1, store_schema=False,
            use_dictionary=repeated, column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
            write_statistics=[n for n in schema.names if pa.types.is_int64(schema.field(n).type)])

    def _span(self, first: int, last: int) -> None:
        self.first_ms = first if self.first_ms is None else min(self.first_ms, first)
        self.last_ms = last if self.last_ms is None else max(self.last_ms, last)


def _stored_type(column: pa.ChunkedArray) -> pa.DataType:
    """Return the type to store a column as: plain strings where most rows have their own text."""
    if not pa.types.is_dictionary(column.type):
        return column.type
    most = column.chunk(0).dictionary if column.num_chunks else ()
    return column.type.value_type if 4 * len(most) > 3 * len(column) else column.type
