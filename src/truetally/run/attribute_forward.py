"""Forward determination of one signature: its sets, from the period to the items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.attribution.determination import (
    Layout,
    Span,
    attributed,
    bearers,
    bearing,
    columns_of,
    profiled,
    taken,
    totals,
    within,
)
from truetally.run.attribute_events import by, write_events
from truetally.run.attribute_log import Log
from truetally.signatures.signature import Signature

MOST_LISTED = 1_000  # values of a breakdown that are kept in the results; files have all


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One signature as it is run: its place among them, period, reference, and files' stem."""

    number: int
    signature: Signature
    span: Span
    before: Span | None
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """The sets found. `cells` are events by day and item; `values` texts by column with counts."""

    sets: Mapping[str, int]
    cells: pa.Table
    values: Mapping[str, list[dict[str, Any]]]
    sample: tuple[int, ...]
    files: tuple[str, ...]


def forward(log: Log, plan: Layout, asked: Asked, folder: Path, sample: int, seed: int) -> Forward:
    """Determine devices and events, write them, and count every set on the way."""
    number, signature = asked.number, asked.signature
    segments = plan.segments(asked.span)
    log.engine.create(f"devices_{number}", bearers(plan, number, signature, segments))
    rows = within(profiled(plan), segments)
    own = bearing(rows, number, columns_of(signature))
    mine = taken(plan, number, signature, segments)
    whole, bear, got = (_one(log, totals(t)) for t in (rows, own, mine))
    alone = _one(log, totals(own.filter(own.device.isnull())))["events"]
    places = draw(got["events"], sample, seed)
    files = [f"{asked.stem}-{kind}.parquet" for kind in ("events", "devices", "cells")]
    with log.clock.stage("attributed events"):
        made = write_events(log, folder / files[0], attributed(
            number, signature, asked.span, log.device, alone=alone > 0), places)
    with log.clock.stage("devices"):
        _write_devices(log, mine, folder / files[1])
    pq.write_table(made.cells, folder / files[2], compression="zstd")
    sets = {"period_events": whole["events"], "period_devices": whole["devices"],
            "bearing_events": bear["events"], "bearing_devices": bear["devices"],
            "devices": got["devices"], "events": made.events,
            "events_without_device": _one(log, totals(mine.filter(mine.device.isnull())))["events"],
            "items": len(set(made.cells["item_id"].to_pylist())),
            "outside_events": _outside(log, plan, number, signature, segments)}
    return Forward(sets=sets, cells=made.cells, sample=made.sample, files=tuple(files),
                   values={c: values(log, mine, c) for c in plan.coded})


def draw(population: int, sample: int, seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Draw places without replacement, in ascending order; all of a small population."""
    source = np.random.Generator(np.random.PCG64(seed))
    size = min(sample, population)
    if not size:
        return np.zeros(0, dtype=np.int64)
    return np.sort(source.choice(population, size=size, replace=False)).astype(np.int64)


def values(log: Log, rows: ir.Table, column: str) -> list[dict[str, Any]]:
    """Count events and devices by the distinct texts of a column, most events first."""
    texts = log.texts[column].to_pylist()
    found = [{"value": None if r[column] is None else texts[r[column]], "events": r["events"],
              "devices": r["devices"]} for r in log.engine.arrow(totals(rows, column)).to_pylist()]
    return sorted(found, key=lambda r: (-r["events"], r["value"] is None, r["value"] or ""))


def _one(log: Log, expression: ir.Table) -> dict[str, int]:
    return {k: int(v) for k, v in log.engine.arrow(expression).to_pylist()[0].items()}


def _outside(log: Log, plan: Layout, number: int, signature: Signature,
             segments: Sequence[int]) -> int:
    """Count the events of the same devices outside the period: said, never attributed."""
    if signature.extent == "events":
        return 0
    t = profiled(plan)
    rest = within(t, [s for s in range(len(plan.edges) + 1) if s not in segments])
    devices = ibis.table({"device": "string"}, name=f"devices_{number}")
    return _one(log, totals(rest.semi_join(devices, "device")))["events"]


def _write_devices(log: Log, rows: ir.Table, path: Path) -> None:
    known = rows.filter(rows.device.notnull())
    counted = known.group_by("device").agg(events=known.events.sum().cast("int64"),
                                           user_agents=known.user_agent.nunique(),
                                           plugin_lists=known.plugins.nunique())
    schema = pa.schema([("device", pa.string()), ("events", pa.int64()),
                        ("user_agents", pa.int64()), ("plugin_lists", pa.int64())])
    aside = path.with_name(f".{path.name}.part")
    with pq.ParquetWriter(aside, schema, compression="zstd") as writer:
        for batch in log.engine.batches(counted.order_by("device")):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    aside.replace(path)


def breakdowns(found: Forward) -> dict[str, list[dict[str, Any]]]:
    """Give the totals by day, item and coded columns; long ones cut, their files have all."""
    return {"day": by(found.cells, "day"), "item": by(found.cells, "item_id")[:MOST_LISTED],
            **{c: rows[:MOST_LISTED] for c, rows in found.values.items()}}
