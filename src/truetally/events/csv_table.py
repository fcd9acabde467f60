"""CSV files into events: a header, then records of as many fields, else rejects."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from truetally.errors import InputError, problem
from truetally.events import csv_dialect
from truetally.events.batch import Batch, Reject
from truetally.events.block import NOT_UTF8_REASON, OK, Ints, reason
from truetally.events.column_map import ColumnMap
from truetally.events.csv_dialect import Dialect
from truetally.events.csv_plain import column, cut_plain
from truetally.events.csv_records import Records, records
from truetally.events.limits import Limits
from truetally.events.merge import in_order, others
from truetally.events.plan import Job, Plan, convert, make, settled

BOM = b"\xef\xbb\xbf"


def opened(chunks: Iterator[bytes], mapping: ColumnMap | None, limits: Limits, path: Path,
           ) -> tuple[Dialect, tuple[str, ...], Iterator[Records]]:
    """Read the header; return the dialect, the column names, and the records after it.

    Raises:
        InputError: the header is not text or is not closed.
    """
    first = next(chunks, b"").removeprefix(BOM)
    try:
        text = first.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{first[error.start]:02x} in the header"
        raise csv_dialect.not_utf8(path, found) from error
    dialect = csv_dialect.of(text, mapping)
    everything = records(chain([first], chunks), dialect, limits, str(path))
    if mapping and mapping.header:
        return dialect, mapping.header, everything
    start = next(everything, None)
    names = _header(start, dialect, limits) if start and len(start.lines) else None
    if start is None or names is None:
        raise InputError(problem("the header cannot be read", where=path,
                                 expected="a first record with the column names",
                                 found=repr(text[:80]), then="set csv.header in the mapping"))
    return dialect, names, chain([_without_first(start)], map(_one_less, everything))


def _header(start: Records, dialect: Dialect, limits: Limits) -> tuple[str, ...] | None:
    fields = fields_of(start, 0, dialect, limits)
    return None if isinstance(fields, str) else tuple(fields)


def _without_first(found: Records) -> Records:
    return Records(block=found.block, lines=found.lines[1:], row0=0,
                   quoted={i - 1: fields for i, fields in found.quoted.items() if i},
                   last={i - 1: line for i, line in found.last.items() if i})


def _one_less(found: Records) -> Records:
    return replace(found, row0=found.row0 - 1)


def jobs(found: Iterator[Records], dialect: Dialect, names: Sequence[str],
         mapping: ColumnMap | None, limits: Limits, path: Path) -> Iterator[Job]:
    """Yield one job for each block of records."""
    plan = make(names, mapping, str(path))
    for part in found:
        if plan.clock is None:
            places, columns, _ = _columns(part, dialect, names, plan, limits)
            if len(places):
                plan = settled(plan, columns[plan.time.column])
        yield partial(_read, part, dialect, names, plan, limits)


def _read(found: Records, dialect: Dialect, names: Sequence[str], plan: Plan, limits: Limits,
          ) -> Batch:
    places, columns, rejects = _columns(found, dialect, names, plan, limits)
    if not len(places):
        return Batch(table=pa.table({"row": pa.array([], pa.int64())}), rejects=rejects)
    batch = convert(plan, columns, places + found.row0, lambda i: found.raw(int(places[i])))
    return replace(batch, rejects=(*rejects, *batch.rejects))


def _columns(found: Records, dialect: Dialect, names: Sequence[str], plan: Plan, limits: Limits,
             ) -> tuple[Ints, dict[str, pa.Array], tuple[Reject, ...]]:
    width = len(names)
    plain = np.ones(len(found.lines), dtype=bool)
    plain[list(found.quoted)] = False
    at, marks, starts, ends = cut_plain(found.block, found.lines, plain, dialect, width)
    wanted = {name: names.index(name) for name in plan.reads}
    fast = {name: column(found.block, dialect, (marks, starts, ends), place)
            for name, place in wanted.items()}
    slow = []
    rejects = []
    for record in others(len(found.lines), at):
        fields = fields_of(found, record, dialect, limits)
        if not isinstance(fields, str) and len(fields) != width:
            fields = f"{len(fields)} fields where {width} are expected"
        if isinstance(fields, str):
            rejects.append(Reject(row=found.row0 + record, reason=fields, raw=found.raw(record)))
        else:
            slow.append((record, {name: fields[place] for name, place in wanted.items()}))
    schema = dict.fromkeys(wanted, pa.string())
    places, columns = in_order(schema, [(at.astype(np.int64), fast)], slow)
    return places, columns, tuple(rejects)


def fields_of(found: Records, record: int, dialect: Dialect, limits: Limits) -> list[str] | str:
    """Return the fields of one record, or the reason why it has none."""
    if record in found.quoted:
        return found.quoted[record]
    fault = int(found.block.fault[found.lines[record]])
    if fault != OK:
        return reason(fault, limits)
    text = found.raw(record).decode("utf-8")
    if not dialect.quote or dialect.quote not in text:
        return text.split(dialect.delimiter)
    return dialect.parse(iter([text]))


def check_encoding(path: Path, accepted: int, reasons: dict[str, int]) -> None:
    """Refuse a file most of whose records are not UTF-8: its encoding must be stated.

    Raises:
        InputError: more records are not valid UTF-8 than were accepted.
    """
    if reasons.get(NOT_UTF8_REASON, 0) > accepted:
        raise csv_dialect.not_utf8(path, f"{reasons[NOT_UTF8_REASON]} records that are not")
