"""Read single events of a case back, as they were read into it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.errors import InputError, problem
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run.case import inside
from truetally.run.ingest import Known


def row_values(case: Path, known: Sequence[Known], events: Sequence[int],
               columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Read some columns of events as they were read into the case, unknown as None.

    Raises:
        InputError: a source of the case is gone.
    """
    found: dict[int, dict[str, Any]] = {}
    for source in known:
        wanted = sorted(e & ROW_MASK for e in events if e >> ROW_BITS == source.number)
        here = [c for c in columns if c in source.columns]
        for row, values in _of_source(case, source, wanted, here):
            found[(source.number << ROW_BITS) + row] = dict.fromkeys(columns) | values
    return found


def _of_source(case: Path, source: Known, rows: Sequence[int],
               columns: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    if not rows:
        return
    path = inside(case, source.events) if source.events else Path(source.path)
    if not path.exists():
        raise InputError(problem("a source of the case is gone", where=path,
                                 then="put it back where it was read"))
    if source.row_column:
        import pyarrow.dataset as ds  # brings pandas, where that is installed

        wanted = ds.field(source.row_column).isin(pa.array(rows, pa.int64()))
        table = ds.dataset(path, format="parquet").to_table(
            columns=[source.row_column, *columns], filter=wanted)
        for values in table.to_pylist():
            yield int(values.pop(source.row_column)), values
        return
    file, first, left = pq.ParquetFile(path), 0, list(rows)
    for group in range(file.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        here = [row - first for row in left if first <= row < first + size]
        if here:
            table = file.read_row_group(group, columns=columns).take(pa.array(here))
            yield from ((first + row, values)
                        for row, values in zip(here, table.to_pylist(), strict=True))
        first += size
