"""Captured requests and tasks of a client, matched to rows of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.attribution.determination import Layout, bearers
from truetally.attribution.sightings import (
    Matched,
    Sighting,
    asked,
    candidates,
    known_pages,
    tally,
)
from truetally.attribution.strength import Hold
from truetally.events.schema import ROW_BITS
from truetally.run.attribute_log import Log
from truetally.run.attribute_options import Options
from truetally.signatures.signature import Signature

MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Sightings of captures and tasks, how the log answers them, and the software's own devices.

    `devices` are those of rows that alone answer a sighting; `targets` the pages of sightings that
    the log has, with their items.
    """

    sightings: tuple[Sighting, ...] = ()
    captures: Mapping[str, Any] | None = None
    tasks: Mapping[str, Any] | None = None
    devices: frozenset[str] = frozenset()
    targets: Mapping[str, frozenset[str]] = field(default_factory=dict)


def sight(log: Log, options: Options, folder: Path) -> Seen:
    """Read captures and task logs, and match them to the log; without any it is not asked."""
    if not options.captures and not options.tasks:
        return Seen()
    caught, capture_files = _captures(options) if options.captures else ([], [])
    tasks, task_files = _tasks(options, log.offset_ms // 1000) if options.tasks else ([], [])
    with log.clock.stage("captures and tasks"):
        first = _match(log, caught, options.clock_offset_ms) if capture_files else None
        second = _match(log, tasks, options.clock_offset_ms) if task_files else None
    _write(log, folder / "sightings.parquet", caught, first, tasks, second)
    devices = {row["device"] for found in (first, second) if found
               for rows in found[1].values() if len(rows) == 1 for row in rows if row["device"]}
    targets = {uri: frozenset(items) for found in (first, second) if found
               for uri, items in found[2].items()}
    return Seen(sightings=(*caught, *tasks), devices=frozenset(devices), targets=targets,
                captures=_said(first, caught, options, capture_files) if first else None,
                tasks=_said(second, tasks, options, task_files) if second else None)


def hold(log: Log, plan: Layout, number: int, signature: Signature, seen: Seen) -> Hold:
    """Count the software's own devices that bear a signature, of those the log has."""
    if not seen.devices:
        return Hold()
    log.engine.load("own_devices", pa.table({"device": pa.array(sorted(seen.devices))}))
    own = bearers(plan, number, signature, tuple(range(len(plan.edges) + 1)))
    rows = log.engine.arrow(own.filter(own.device.isin(sorted(seen.devices))))
    return Hold(devices=len(seen.devices), bearing=rows.num_rows)


Answer = tuple[Matched, dict[int, list[Mapping[str, Any]]], Mapping[str, set[str]]]


def _match(log: Log, sightings: Sequence[Sighting], offset_ms: int) -> Answer:
    log.engine.load("asked", asked(sightings, offset_ms))
    pages: dict[str, set[str]] = {}
    for row in log.engine.arrow(known_pages()).to_pylist():
        pages.setdefault(row["uri"], set()).add(row["item_id"])
    rows = log.engine.arrow(candidates()).to_pylist()
    return *tally(sightings, rows, frozenset(pages)), pages


def _captures(options: Options) -> tuple[list[Sighting], list[dict[str, Any]]]:
    from truetally.attribution.captures.read import requests

    found: list[Sighting] = []
    files = []
    for path in options.captures:
        captured = requests(path)
        files.append({"file": path.name, "sha256": captured.sha256, "kind": captured.kind,
                      "records": captured.records, "requests": len(captured.requests),
                      "tls": sorted({g.server_name for g in captured.tls if g.server_name}),
                      "tls_greetings": len(captured.tls),
                      "refused": [asdict(r) for r in captured.refused[:MOST_LISTED]]})
        found += [Sighting(time_ms=r.time_us // 1000, uri=r.uri, user_agent=r.user_agent,
                           origin=path.name, place=r.place) for r in captured.requests]
    return found, files


def _tasks(options: Options, zone_s: int) -> tuple[list[Sighting], list[dict[str, Any]]]:
    from truetally.attribution.ledgers.tasks import read_tasks

    found: list[Sighting] = []
    files = []
    for path in options.tasks:
        held = read_tasks(path, zone_s=zone_s)
        timed = [t for t in held.tasks if t.opened_ms is not None]
        files.append({"file": path.name, "sha256": held.sha256, "tasks": len(held.tasks),
                      "without_time": len(held.tasks) - len(timed),
                      "clients": len({t.client for t in held.tasks if t.client}),
                      "rejected": [asdict(r) for r in held.rejected[:MOST_LISTED]]})
        found += [Sighting(time_ms=t.opened_ms or 0, uri=t.target, user_agent=None,
                           origin=path.name, place=f"row {t.row}", order_id=t.order_id,
                           client=t.client) for t in timed]
    return found, files


def _said(found: Answer, sightings: Sequence[Sighting], options: Options,
          files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    matched, rows, pages = found
    lines = [{"time_ms": s.time_ms, "uri": s.uri, "origin": s.origin, "place": s.place,
              "candidates": len(rows.get(n, ()))} for n, s in enumerate(sightings)
             if s.uri in pages or n in rows]
    return {"files": list(files), "clock_offset_ms": options.clock_offset_ms,
            "matched": asdict(matched), "list": lines[:MOST_LISTED]}


def _write(log: Log, path: Path, caught: Sequence[Sighting], first: Answer | None,
           tasks: Sequence[Sighting], second: Answer | None) -> None:
    """Write every row of the log that answers a sighting, with the sighting's origin and place."""
    lines = []
    for found, sightings in ((first, caught), (second, tasks)):
        for number, rows in sorted(found[1].items()) if found else ():
            seen = sightings[number]
            lines += [{"event_id": (int(log.numbers[r["rank"]]) << ROW_BITS) + r["row"],
                       "origin": seen.origin, "place": seen.place, "seen_ms": seen.time_ms,
                       "logged_ms": r["time_ms"], "candidates": len(rows)} for r in rows]
    schema = pa.schema([("event_id", pa.int64()), ("origin", pa.string()), ("place", pa.string()),
                        ("seen_ms", pa.int64()), ("logged_ms", pa.int64()),
                        ("candidates", pa.int64())])
    pq.write_table(pa.Table.from_pylist(lines, schema=schema), path, compression="zstd")
