"""Parquet sources: canonical ones are scanned and left where they are, others converted."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.errors import InputError, problem
from truetally.events.ahead import ahead
from truetally.events.batch import Batch, Reject
from truetally.events.column_map import ColumnMap
from truetally.events.good import REASONS, row_faults
from truetally.events.limits import Limits
from truetally.events.plan import Job, Plan, convert, make, settled
from truetally.events.row_json import canonical_json
from truetally.events.schema import EVENT, REQUIRED

_CONVERT_ROWS = 122_880
_SCAN_ROWS = 1 << 20
_CODED = [name for name in REQUIRED if pa.types.is_string(EVENT[name])]


def opened(path: Path, limits: Limits, coded: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a Parquet file; columns of texts named in `coded` are read as dictionaries.

    Raises:
        InputError: it is cut off or damaged, or says it unpacks past the limits.
    """
    try:
        file = pq.ParquetFile(path, arrow_extensions_enabled=False, read_dictionary=list(coded))
        _refuse_bomb(path, file, limits)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(path, error) from error
    return file


def _refuse_bomb(path: Path, file: pq.ParquetFile, limits: Limits) -> None:
    meta = file.metadata
    size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    ratio = size // max(path.stat().st_size, 1)
    too_dense = size > limits.ratio_after_bytes and ratio > limits.ratio
    if too_dense or size > limits.decompressed_bytes:
        raise InputError(problem(
            "the file unpacks to more than the limits allow", where=path,
            expected=f"at most {limits.decompressed_bytes} bytes and {limits.ratio} times its size",
            found=f"{size} bytes", then="raise the limits if it is genuine"))


def damaged(path: Path, error: Exception) -> InputError:
    """Say that a Parquet file cannot be read."""
    return InputError(problem("the Parquet file is cut off or damaged", where=path,
                              expected="a complete Parquet file",
                              found=" ".join(str(error).split())[:200],
                              then="copy the file again from its origin"))


def is_canonical(schema: pa.Schema, path: Path) -> bool:
    """Tell whether a file can be scanned as it is: event columns in the event's types.

    Integers that are only narrower are converted, and so is a file with names that engines, which
    ignore case, would confuse with each other or with the row number they add.

    Raises:
        InputError: a required column is missing, or a column has another type.
    """
    make(schema.names, None, str(path))
    lowered = [name.lower() for name in schema.names]
    exact = "file_row_number" not in lowered and len(set(lowered)) == len(lowered)
    for name in (n for n in schema.names if n in EVENT):
        kind, wanted = schema.field(name).type, EVENT[name]
        if (is_text(kind) and pa.types.is_string(wanted)) or kind == wanted:
            continue
        if not (pa.types.is_integer(kind) and pa.types.is_integer(wanted)):
            raise InputError(problem(
                f"wrong type of column {name}", where=path, expected=wanted, found=kind,
                then="write a mapping that states its unit; `truetally map FILE` proposes one"))
        exact = False
    return exact


def reads_as_it_is(schema: pa.Schema, path: Path) -> bool:
    """Tell whether a file can be read without a mapping."""
    try:
        is_canonical(schema, path)
    except InputError:
        return False
    return True


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a type is text, dictionary-encoded or not."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind)
                or pa.types.is_string_view(kind))


def scan(path: Path, limits: Limits) -> Generator[Batch, None, None]:
    """Yield the times of the accepted rows, and the rejects, of a canonical file.

    Texts are read as dictionaries: what makes a row good is asked once for each distinct value.
    """
    with opened(path, limits, _CODED) as file:
        yield from _scan(path, file)


def _scan(path: Path, file: pq.ParquetFile) -> Iterator[Batch]:
    """Look at one batch while the next is read."""
    batches = _batches(path, file, list(REQUIRED), _SCAN_ROWS)
    first = 0
    for batch, fault in ahead(batches, lambda b: (b, row_faults(*(b[n] for n in REQUIRED)))):
        bad = np.flatnonzero(fault)
        table = pa.table({"time_ms": batch["time_ms"]})
        if len(bad):
            table = table.filter(pa.array(fault == 0))
        rows = _whole_rows(path, file, bad + first)
        yield Batch(table=table, rejects=tuple(
            Reject(row=first + i, reason=REASONS[fault[i]], raw=canonical_json(row))
            for i, row in zip(bad.tolist(), rows, strict=True)))
        first += batch.num_rows


def _whole_rows(path: Path, file: pq.ParquetFile, rows: "np.typing.NDArray[np.int64]",
                ) -> Iterator[Mapping[str, Any]]:
    """Yield whole rows by ascending number, a row group at a time."""
    start = 0
    for group in range(file.metadata.num_row_groups if len(rows) else 0):
        count = file.metadata.row_group(group).num_rows
        inside = rows[(rows >= start) & (rows < start + count)] - start
        if len(inside):
            try:
                table = file.read_row_group(group).take(pa.array(inside))
            except (pa.ArrowException, OSError) as error:
                raise damaged(path, error) from error
            yield from table.to_pylist()
        start += count


def row(path: Path, number: int) -> bytes:
    """Return one row as canonical JSON.

    Raises:
        InputError: the file is damaged or has no such row.
    """
    file = opened(path, Limits())
    if not 0 <= number < file.metadata.num_rows:
        raise InputError(problem("no such row", where=path, found=number,
                                 expected=f"0 to {file.metadata.num_rows - 1}",
                                 then="check the event's number"))
    return canonical_json(next(iter(_whole_rows(path, file, np.array([number])))))


def jobs(path: Path, file: pq.ParquetFile, mapping: ColumnMap | None) -> Iterator[Job]:
    """Yield one job for each batch of a file that is to be converted."""
    plan = make(file.schema_arrow.names, mapping, str(path))
    first = 0
    for batch in _batches(path, file, list(plan.reads), _CONVERT_ROWS):
        columns = {name: _decoded(batch[name]) for name in plan.reads}
        if plan.clock is None:
            plan = settled(plan, columns[plan.time.column])
        yield partial(_convert, plan, columns, batch, first)
        first += batch.num_rows


def _convert(plan: Plan, columns: Mapping[str, pa.Array], batch: pa.RecordBatch,
             first: int) -> Batch:
    rows = np.arange(first, first + batch.num_rows)
    return convert(plan, columns, rows,
                   lambda i: canonical_json(batch.slice(i, 1).to_pylist()[0]))


def _batches(path: Path, file: pq.ParquetFile, columns: list[str], size: int,
             ) -> Iterator[pa.RecordBatch]:
    try:
        for batch in file.iter_batches(batch_size=size, columns=columns):
            if batch.num_rows:
                batch.validate(full=True)
                yield batch
    except (pa.ArrowException, OSError) as error:
        raise damaged(path, error) from error


def _decoded(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    return column
