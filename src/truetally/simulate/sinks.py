"""Write event tables to files: canonical Parquet, JSON lines, or combined access log.

A Parquet file carries the synthetic mark in its metadata; a text file has no place for one, so
`simulation.json` beside it does.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.simulate.columns import plain
from truetally.simulate.tables import DAY_MS

MARK = "truetally.synthetic"
_SUFFIX = {"parquet": ".parquet", "jsonl": ".jsonl", "access": ".log"}
FORMATS = tuple(_SUFFIX)
_FEW = ("status", "visible_permille")  # numbers of few values
_PAGE_BYTES = 1 << 23  # a block's dictionaries fit, so a column is never half dictionary, half not
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFFSET_MS = 28_800_000
_ZONE = "+0800"
_SECONDS = pa.array([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)])


class Sink:
    """One open file of events. `close` finishes it."""

    def __init__(self, folder: Path, stem: str, form: str, mark: Mapping[str, str]) -> None:
        """Open `stem` with the suffix of the format in `folder`."""
        self.path = folder / (stem + _SUFFIX[form])
        self._form = form
        self._mark = mark
        self._parquet: pq.ParquetWriter | None = None
        self._text: BinaryIO | None = None if form == "parquet" else self.path.open("wb")

    def write(self, table: pa.Table) -> None:
        """Append the rows of one block."""
        if self._text is not None:
            lines = _LINES[self._form](plain(table))
            self._text.write(b"".join(line.as_buffer() for line in [_joined(lines)]))
            return
        if self._parquet is None:
            self._parquet = parquet_writer(self.path, table.schema, self._mark)
        self._parquet.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        for held in (self._parquet, self._text):
            if held is not None:
                held.close()


def parquet_writer(path: Path, schema: pa.Schema, mark: Mapping[str, str]) -> pq.ParquetWriter:
    """Open a Parquet file with the synthetic mark, one row group a block.

    Statistics are kept for time alone: for identities they are of no use and cost a tenth.
    """
    coded = [f.name for f in schema if pa.types.is_dictionary(f.type) or f.name in _FEW]
    writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=1,
                              use_dictionary=coded, store_schema=False,
                              write_statistics=["time_ms"], dictionary_pagesize_limit=_PAGE_BYTES)
    writer.add_key_value_metadata({MARK: json.dumps(mark, sort_keys=True)})
    return writer


def _joined(lines: pa.Array) -> pa.Scalar:
    """Put all lines into one text, each ended by a line feed."""
    ended = pc.binary_join_element_wise(lines, "", "\n")
    whole = pa.ListArray.from_arrays(pa.array([0, len(ended)], pa.int32()), ended)
    return pc.binary_join(whole, "")[0]


def json_lines(table: pa.Table) -> pa.Array:
    """Write each row as a JSON object with the contract's keys; unknown values are left out."""
    parts = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.combine_chunks()
        text = _quoted(values) if pa.types.is_string(values.type) else values.cast(pa.string())
        parts.append(pc.binary_join_element_wise(f'"{name}":', text, ""))
    inside = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", inside, "}", "")


def _quoted(column: pa.Array) -> pa.Array:
    codes = column.dictionary_encode()
    texts = pa.array([json.dumps(t, ensure_ascii=False) for t in codes.dictionary.to_pylist()],
                     pa.string())
    return texts.take(codes.indices)


def access_lines(table: pa.Table) -> pa.Array:
    """Write each row as a line of the combined log format, times in +08:00."""
    def column(name: str, unknown: str) -> pa.Array:
        if name not in table.column_names:
            return pa.array([unknown] * table.num_rows, pa.string())
        return table.column(name).combine_chunks().cast(pa.string()).fill_null(unknown)
    path = pc.replace_substring_regex(column("page_url", ""), r"^http://[^/]+", "")
    play = pc.binary_join_element_wise("/play/", column("item_id", "-"), "/",
                                       column("part_id", "-"), "")
    path = pc.if_else(pc.equal(path, ""), play, path)
    parts = [column("ip", "-"), " - - [", _clock(table), '] "', column("method", "GET"), " ", path,
             ' HTTP/1.1" ', column("status", "200"), " ", column("bytes_sent", "-"), ' "',
             column("referrer", "-"), '" "', column("user_agent", "-"), '"']
    return pc.binary_join_element_wise(*parts, "")


def _clock(table: pa.Table) -> pa.Array:
    local = table.column("time_ms").to_numpy() + _OFFSET_MS
    days, place = np.unique(local // DAY_MS, return_inverse=True)
    dates = [date(1970, 1, 1) + timedelta(days=int(d)) for d in days]
    names = pa.array([f"{d.day:02d}/{_MONTHS[d.month - 1]}/{d.year}" for d in dates])
    second = _SECONDS.take(pa.array(local % DAY_MS // 1000))
    return pc.binary_join_element_wise(names.take(pa.array(place)), ":", second, " " + _ZONE, "")


_LINES: Mapping[str, Callable[[pa.Table], pa.Array]] = {
    "jsonl": json_lines, "access": access_lines}
