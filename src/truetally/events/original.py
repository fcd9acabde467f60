"""The way back: the bytes of one record as the source holds them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.events import columnar, csv_table
from truetally.events.block import split, whole_lines
from truetally.events.column_map import ColumnMap
from truetally.events.detect import encoding_of, head
from truetally.events.limits import Limits
from truetally.events.read import decoded
from truetally.events.stored import Stored, plain


def original(source_path: Path, kind: str, row: int, *, sha256: str | None = None,
             mapping: ColumnMap | None = None, limits: Limits | None = None) -> bytes:
    """Return record `row` (0-based) of a source: the line, the CSV record, or the row as JSON.

    Line ends are left out. Text in another encoding than UTF-8 is given in that encoding; a row of
    a columnar source as canonical JSON. `mapping` is the one the source was read with.

    Raises:
        InputError: the file is missing or damaged, has no such record, or is not the file whose
            digest is `sha256`.
    """
    limits = limits or Limits()
    start = head(source_path, limits)
    stored = Stored(source_path)
    with closing(stored):
        if kind == "parquet":
            found: bytes | None = columnar.row(source_path, row)
        else:
            encoding = encoding_of(start, mapping.encoding if mapping else "") or bytewise(start)
            chunks = whole_lines(decoded(plain(stored, limits), encoding, source_path), limits)
            rows = _csv(chunks, row, mapping, limits, source_path) if kind == "csv" \
                else _lines(chunks, row, limits)
            found = next(rows, None)
            if found is not None and encoding:
                found = found.decode("utf-8").encode(without_mark(encoding))
        if sha256 is not None and stored.sha256() != sha256:
            raise InputError(problem("the file is not the one that was read", where=source_path,
                                     expected=f"SHA-256 {sha256}", found=stored.sha256(),
                                     then="find the file with that digest"))
    if found is None:
        raise InputError(problem("no such record", where=source_path, found=row,
                                 expected="a smaller number", then="check the event's number"))
    return found


def _lines(chunks: Iterator[bytes], row: int, limits: Limits) -> Iterator[bytes]:
    first = 0
    for chunk in chunks:
        count = chunk.count(b"\n") + (not chunk.endswith(b"\n"))
        if first <= row < first + count:
            yield split(chunk, first, limits).line(row - first)
        first += count


def _csv(chunks: Iterator[bytes], row: int, mapping: ColumnMap | None, limits: Limits,
         path: Path) -> Iterator[bytes]:
    _, _, found = csv_table.opened(chunks, mapping, limits, path)
    for part in found:
        if part.row0 <= row < part.row0 + len(part.lines):
            yield part.raw(row - part.row0)


def bytewise(start: bytes) -> str:
    """Read bytes that are not UTF-8 one for one: records then come back byte for byte."""
    try:
        start[: start.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return ""


def without_mark(encoding: str) -> str:
    """Name the encoding of text that follows a byte order mark."""
    return "utf-16-le" if encoding == "utf-16" else encoding
