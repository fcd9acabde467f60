"""What every reader hands on: accepted rows, rejected records, and values left unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

SHOWN_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One record that is not an event: its 0-based row, why, and the start of its bytes."""

    row: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Accepted rows (event columns and `row`), the rejects beside them, and counted warnings."""

    table: pa.Table
    rejects: tuple[Reject, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)


def numbered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Number the records of batches that each count from 0 through the whole source."""
    first = 0
    for batch in batches:
        yield _moved(batch, first)
        first += batch.table.num_rows + len(batch.rejects)


def _moved(batch: Batch, by: int) -> Batch:
    if not by:
        return batch
    table = batch.table
    place = table.column_names.index("row")
    return replace(batch, table=table.set_column(place, "row", pc.add(table["row"], by)),
                   rejects=tuple(replace(r, row=r.row + by) for r in batch.rejects))


def escaped(raw: bytes) -> str:
    """Show the first 200 bytes as printable text; everything else becomes an escape."""
    text = raw[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    shown = (c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode()
             for c in text)
    return "".join(shown)[:SHOWN_BYTES]
