"""Stream the attributed events of one signature: to Parquet, to totals, and to a drawn sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.events.dates import day_text
from truetally.events.schema import DAY_MS, ROW_BITS
from truetally.run.attribute_log import Log

SCHEMA = pa.schema([("event_id", pa.int64()), ("time_ms", pa.int64()), ("day", pa.int32()),
                    ("item_id", pa.string()), ("device", pa.string())])
GROUP_ROWS = 131_072


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What was written: `cells` are events by day and item; `sample` the event ids drawn."""

    events: int
    cells: pa.Table
    sample: tuple[int, ...]


def write_events(log: Log, path: Path, rows: ir.Table,
                 places: np.ndarray[Any, np.dtype[np.int64]]) -> Extracted:
    """Write attributed events in the order of their sources and rows, and total them.

    `rows` are as `determination.attributed` selects them. `places` are the places, in that order
    and ascending, of the events to be drawn.
    """
    done, parts, sample = 0, [_cells(SCHEMA.empty_table())], []
    aside = path.with_name(f".{path.name}.part")
    with pq.ParquetWriter(aside, SCHEMA, compression="zstd", compression_level=1,
                          use_dictionary=["item_id", "device", "day"]) as writer:
        for table in _named(log, log.engine.batches(rows)):
            writer.write_table(table, row_group_size=GROUP_ROWS)
            mine = places[(places >= done) & (places < done + table.num_rows)] - done
            sample += table["event_id"].take(pa.array(mine)).to_pylist()
            parts.append(_cells(table))
            done += table.num_rows
            log.clock.advance(table.num_rows)
    aside.replace(path)
    return Extracted(events=done, cells=_summed(pa.concat_tables(parts)), sample=tuple(sample))


def _named(log: Log, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    numbers = log.numbers
    for batch in batches:
        rank = batch.column("rank").to_numpy()
        ids = (numbers[rank] << ROW_BITS) + batch.column("row").to_numpy()
        time_ms = batch.column("time_ms").to_numpy()
        day = ((time_ms + log.offset_ms) // DAY_MS).astype(np.int32)
        yield pa.table([ids, time_ms, day, batch.column("item_id"), batch.column("device")],
                       schema=SCHEMA)


def _cells(table: pa.Table) -> pa.Table:
    counted = table.group_by(["day", "item_id"]).aggregate([([], "count_all")])
    return counted.rename_columns(["day", "item_id", "events"]).select(["day", "item_id", "events"])


def _summed(cells: pa.Table) -> pa.Table:
    """Add cells up and put them in order."""
    found = cells.group_by(["day", "item_id"]).aggregate([("events", "sum")])
    found = found.rename_columns(["day", "item_id", "events"])
    return found.take(pc.sort_indices(found, sort_keys=[("day", "ascending"),
                                                        ("item_id", "ascending")]))


def by(cells: pa.Table, column: str) -> list[dict[str, Any]]:
    """Add cells up by day (in order) or by item (most events first)."""
    found = cells.group_by([column]).aggregate([("events", "sum")])
    rows = [{column: key, "events": int(n)} for key, n in
            zip(found[column].to_pylist(), found["events_sum"].to_pylist(), strict=True)]
    if column == "day":
        return [{"day": day_text(r["day"]), "events": r["events"]}
                for r in sorted(rows, key=lambda r: r["day"])]
    return sorted(rows, key=lambda r: (-r["events"], str(r[column])))
