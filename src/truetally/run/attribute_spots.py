"""Spot checks: events drawn by a seed, read again from their source, with their look-ups."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from truetally.attribution.lookup import COLUMNS
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run.attribute_log import Log
from truetally.run.case import inside
from truetally.run.ingest import Known

SHOWN = ("time_ms", "item_id", "device_id", "ip", "referrer", "page_url", "terminal", *COLUMNS)


def spot_checks(log: Log, sample: Sequence[int],
                values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Print each drawn event with its look-ups: what was found, where, and what was not."""
    known = {(row["column"], row["value"]): row for row in values}
    checks = []
    for event_id in sample:
        source = log.known[event_id >> ROW_BITS]
        event = read_event(log.case, source, event_id & ROW_MASK)
        looked = [known[c, event[c]] for c in COLUMNS if (c, event.get(c)) in known]
        checks.append({"event_id": str(event_id), "source": source.name, "row": event_id & ROW_MASK,
                       "event": {k: v for k, v in event.items() if v is not None},
                       "look_ups": [{k: row[k] for k in ("column", "value", "found", "how",
                                                         "places", "missing")} for row in looked]})
    return checks


def read_event(case: Path, source: Known, row: int) -> dict[str, Any]:
    """Read the shown columns of one event from where the case has it; empty if it is not there."""
    path = inside(case, source.events) if source.events else Path(source.path)
    columns = [c for c in SHOWN if c in source.columns]
    if source.row_column:
        found = ds.dataset(path, format="parquet").to_table(
            columns=columns, filter=ds.field(source.row_column) == row).to_pylist()
        return dict(found[0]) if found else {}
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if row < rows:
            event: dict[str, Any] = file.read_row_group(group, columns=columns).slice(
                row, 1).to_pylist()[0]
            return event
        row -= rows
    return {}
