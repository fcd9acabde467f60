"""What a vendor's order form looks like in the log: stays, terminals, hours, names, as counted."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.attribution.determination import events

HOUR_MS = 3_600_000
TOP = 5
COLUMNS = ("rank", "row", "time_ms", "device_id", "user_agent", "referrer", "terminal", "region",
           "watched_ms")
WINDOWS = {"window": "int64", "item_id": "string", "low": "int64", "high": "int64"}


def windows(lines: Sequence[tuple[str, int, int]]) -> pa.Table:
    """Make the table ``windows`` of (item, start, end), [start, end) in UTC milliseconds."""
    return pa.table({"window": pa.array(range(len(lines)), pa.int64()),
                     "item_id": pa.array([i for i, _, _ in lines], pa.string()),
                     "low": pa.array([a for _, a, _ in lines], pa.int64()),
                     "high": pa.array([b for _, _, b in lines], pa.int64())})


def window_rows() -> ir.Table:
    """Select the events on the title of each window within it, in a total order."""
    t = events().select("item_id", *COLUMNS)
    w = ibis.table(WINDOWS, name="windows")
    joined = t.inner_join(w, [t.item_id == w.item_id, t.time_ms >= w.low, t.time_ms < w.high])
    return joined.select(w.window, *[t[c] for c in COLUMNS]).order_by("window", "rank", "row")


def form(rows: pa.Table, offset_ms: int) -> dict[str, Any]:
    """Describe rows in the words of an order form. Counts of events; stays in whole seconds."""
    hours = (rows["time_ms"].to_numpy() + offset_ms) // HOUR_MS % 24
    stays = pc.drop_null(rows["watched_ms"]).to_numpy() // 1000
    by_stay = np.unique(stays, return_counts=True)
    commonest = [{"stay_s": int(s), "events": int(n)} for n, s in sorted(
        zip(by_stay[1].tolist(), by_stay[0].tolist(), strict=True), reverse=True)[:TOP]]
    return {"events": rows.num_rows, "devices": _distinct(rows, "device_id"),
            "user_agents": _distinct(rows, "user_agent"),
            "stay_median_s": int(np.sort(stays)[len(stays) // 2]) if len(stays) else None,
            "stays": commonest, "hours": np.bincount(hours, minlength=24).tolist(),
            **{name: _top(rows, name) for name in ("terminal", "region", "referrer",
                                                   "user_agent")}}


def _distinct(rows: pa.Table, column: str) -> int:
    return int(pc.count_distinct(rows[column]).as_py())


def _top(rows: pa.Table, column: str) -> list[dict[str, Any]]:
    counted = rows.group_by([column]).aggregate([([], "count_all")])
    lines = [{"value": v, "events": n} for v, n in zip(
        counted[column].to_pylist(), counted["count_all"].to_pylist(), strict=True)]
    return sorted(lines, key=lambda r: (-r["events"], r["value"] is None, r["value"] or ""))[:TOP]
