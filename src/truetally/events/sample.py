"""A look at the first records of a source, as texts, before any mapping exists."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from truetally.events import columnar, csv_table
from truetally.events.block import whole_lines
from truetally.events.column_map import ColumnMap
from truetally.events.detect import encoding_of, head, is_nginx, kind_of
from truetally.events.limits import Limits
from truetally.events.read import decoded
from truetally.events.row_json import canonical_json
from truetally.events.stored import Stored, plain

RECORDS = 2_000
ENCODINGS = ("", "gb18030")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Up to 2,000 first records by column, null or empty texts left out.

    `types` names the type of a typed column ("" for text). `needs_mapping` is false for what is
    read without one.
    """

    kind: str
    encoding: str
    needs_mapping: bool
    columns: Mapping[str, tuple[str, ...]]
    types: Mapping[str, str]


def take(path: Path, limits: Limits | None = None) -> Sample:
    """Read the first records of a source.

    Raises:
        InputError: the file is missing, empty, damaged or of no known kind.
    """
    limits = limits or Limits()
    start = head(path, limits)
    encoding = encoding_of(start, "") or _encoding(start)
    kind = kind_of(path, start, encoding)
    if kind == "parquet":
        return _parquet(path, limits)
    if kind == "access-log" or (kind == "json-lines" and is_nginx(start, encoding)):
        return Sample(kind=kind, encoding="", needs_mapping=False, columns={}, types={})
    with closing(Stored(path)) as stored:
        chunks = whole_lines(decoded(plain(stored, limits), encoding, path), limits)
        first = next(chunks, b"")
    columns = _csv(first, limits, path) if kind == "csv" else _json(first)
    return Sample(kind=kind, encoding=encoding, needs_mapping=True, types={},
                  columns={n: tuple(v for v in values if v) for n, values in columns.items()})


def _encoding(start: bytes) -> str:
    """Take GB 18030 for text that is not UTF-8 but reads as that; a cut at the end may stay."""
    for encoding in ENCODINGS:
        try:
            start[: start.rfind(b"\n") + 1 or None].decode(encoding or "utf-8")
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def _csv(first: bytes, limits: Limits, path: Path) -> dict[str, list[str]]:
    dialect, names, found = csv_table.opened(iter([first]), ColumnMap(), limits, path)
    columns: dict[str, list[str]] = {name: [] for name in names}
    for part in found:
        for record in range(min(RECORDS, len(part.lines))):
            fields = csv_table.fields_of(part, record, dialect, limits)
            if not isinstance(fields, str) and len(fields) == len(names):
                for name, value in zip(names, fields, strict=True):
                    columns[name].append(value)
    return columns


def _json(first: bytes) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for line in first.split(b"\n")[:RECORDS]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        for name, value in _flat(found, "") if isinstance(found, dict) else ():
            columns.setdefault(name, []).append(value)
    return columns


def _flat(found: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        name = before + key.replace(".", "\\.")
        if isinstance(value, dict):
            yield from _flat(value, name + ".")
        elif value is not None:
            yield name, _text(value)


def _parquet(path: Path, limits: Limits) -> Sample:
    file = columnar.opened(path, limits)
    try:
        batch = next(iter(islice(file.iter_batches(batch_size=RECORDS), 1)), None)
    except (pa.ArrowException, OSError) as error:
        raise columnar.damaged(path, error) from error
    schema = file.schema_arrow
    rows = batch.to_pylist() if batch is not None else []
    values = {n: tuple(_text(r[n]) for r in rows if r[n] not in (None, "")) for n in schema.names}
    return Sample(kind="parquet", encoding="", columns=values,
                  needs_mapping=not columnar.reads_as_it_is(schema, path),
                  types={n: str(schema.field(n).type) for n in schema.names
                         if not columnar.is_text(schema.field(n).type)})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical_json({"v": value})[5:-1].decode()
