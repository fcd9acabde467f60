"""All records of a source in their order, as `original` gives each one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from truetally.events import columnar, csv_table
from truetally.events.block import split, whole_lines
from truetally.events.column_map import ColumnMap
from truetally.events.detect import encoding_of, head
from truetally.events.limits import Limits
from truetally.events.original import bytewise, without_mark
from truetally.events.read import decoded
from truetally.events.stored import Stored, plain


def records(path: Path, kind: str, mapping: ColumnMap | None = None, limits: Limits | None = None,
            ) -> Iterator[pa.Array]:
    """Yield the records of a source of lines, block by block, as arrays of bytes.

    Raises:
        InputError: the file is missing or damaged.
    """
    limits = limits or Limits()
    start = head(path, limits)
    encoding = encoding_of(start, mapping.encoding if mapping else "") or bytewise(start)
    stored = Stored(path)
    with closing(stored):
        chunks = whole_lines(decoded(plain(stored, limits), encoding, path), limits)
        found = _csv(chunks, mapping, limits, path) if kind == "csv" else _lines(chunks, limits)
        for rows in found:
            yield pa.array(_encoded(rows, without_mark(encoding)) if encoding else rows,
                           pa.binary())


def _encoded(rows: list[bytes], encoding: str) -> list[bytes]:
    return [row.decode("utf-8").encode(encoding) for row in rows]


def _lines(chunks: Iterator[bytes], limits: Limits) -> Iterator[list[bytes]]:
    first = 0
    for chunk in chunks:
        block = split(chunk, first, limits)
        yield [block.line(i) for i in range(len(block.starts))]
        first += len(block.starts)


def _csv(chunks: Iterator[bytes], mapping: ColumnMap | None, limits: Limits,
         path: Path) -> Iterator[list[bytes]]:
    _, _, found = csv_table.opened(chunks, mapping, limits, path)
    for part in found:
        yield [part.raw(i) for i in range(len(part.lines))]


def tables(path: Path, size: int) -> Iterator[pa.Table]:
    """Yield the rows of a columnar source with all its columns, at most `size` at a time.

    Raises:
        InputError: the file is missing or damaged.
    """
    with columnar.opened(path, Limits()) as file:
        for batch in file.iter_batches(batch_size=size):
            yield pa.Table.from_batches([batch])


def table_at(path: Path, first: int, count: int) -> pa.Table:
    """Return `count` rows of a columnar source from row `first` on, reading only their groups.

    Raises:
        InputError: the file is missing or damaged.
    """
    with columnar.opened(path, Limits()) as file:
        start, before = 0, 0
        wanted: list[int] = []
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if start < first + count and start + rows > first:
                before = before if wanted else start
                wanted.append(group)
            start += rows
        return file.read_row_groups(wanted).slice(first - before, count)
