"""Explain one event: its row, its verdict, and every criterion with what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.criterion import Criterion, Group, Row, Study
from truetally.decisions.plan import lacking
from truetally.decisions.policy import Rule
from truetally.errors import InputError, problem
from truetally.events.mapping import parse
from truetally.events.original import original
from truetally.events.schema import DAY_MS, DERIVED_FROM, EVENT, ROW_BITS
from truetally.report.data import Explanation, Signal, Text, Value
from truetally.run.attributed import attributed
from truetally.run.case import read_manifest
from truetally.run.dictionaries import derive
from truetally.run.event_rows import row_values
from truetally.run.ingest import Known, event_columns, known_of
from truetally.run.lists import Lists
from truetally.run.reading import day_file, with_lists
from truetally.run.remeasure import Asked, remeasure
from truetally.run.start import parse_offset
from truetally.run.summary import judge


def explain(case: Path, event_id: int) -> Explanation:
    """Say why one event got its verdict, with the original row beside it.

    Measured values of groups that were flagged are those of the decision; the others are measured
    again from the sources, so that a reader sees how far below the threshold they were.

    Raises:
        InputError: the case has no such event, or its source is gone or changed.
    """
    manifest = read_manifest(case)
    plain, decide = judge(manifest)
    policy, lists = with_lists(plain, manifest)
    known = known_of(manifest)
    source = source_of(known, event_id)
    row = event_id & ((1 << ROW_BITS) - 1)
    event = read_event(case, source, row)
    mask = _mask(case, manifest, event, event_id)
    seen = event | _derived(event, lists) | _computed(event, manifest)
    measured = remeasure(Asked(case=case, manifest=manifest, policy=policy, lists=lists,
                               known=known, event=event, event_id=event_id))
    decided = decide(mask)
    text = original(Path(source.path), source.kind, row, sha256=source.sha256,
                    mapping=parse(source.mapping.encode()) if source.mapping else None)
    return Explanation(
        event_id=str(event_id), source=source.name, source_sha256=source.sha256, row=row,
        original=text.decode("utf-8", "backslashreplace"), verdict=decided.verdict,
        primary=decided.primary or None, suspect=decided.suspect,
        event={k: v for k, v in event.items() if v is not None},
        signals=tuple(_signal(rule, mask, seen, measured, lists, known) for rule in policy.rules),
        attribution=attributed(case, manifest, event_id, event))


def source_of(known: Sequence[Known], event_id: int) -> Known:
    """Find the source that an event came from. Raises InputError if there is none."""
    number = event_id >> ROW_BITS
    if not 0 <= number < len(known):
        raise InputError(problem("no such event", expected=f"a source from 0 to {len(known) - 1}",
                                 found=f"source {number} in event {event_id}",
                                 then="take an event id from the case's decisions"))
    return known[number]


def read_event(case: Path, source: Known, row: int) -> dict[str, Any]:
    """Read one row of canonical events, touching one row group. Raises InputError: rejected."""
    event_id = (source.number << ROW_BITS) + row
    event = row_values(case, [source], [event_id], tuple(EVENT)).get(event_id)
    if event is None:
        raise InputError(problem("no such event", where=source.name, found=f"row {row}",
                                 then="rejected rows are listed in the case's rejects"))
    return event


def _mask(case: Path, manifest: Mapping[str, Any], event: Mapping[str, Any], event_id: int) -> int:
    day = (int(event["time_ms"]) + parse_offset(manifest["offset"])) // DAY_MS
    rows = pq.read_table(day_file(case, manifest, day), columns=["event_id", "reasons"],
                         filters=[("event_id", "==", event_id)])
    if rows.num_rows != 1:
        raise InputError(problem("this row was rejected, not decided", where=case,
                                 found=f"event {event_id}", then="see the case's rejects"))
    return int(rows["reasons"][0].as_py())


def _derived(event: Mapping[str, Any], lists: Lists) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in dict.fromkeys(DERIVED_FROM.values()):
        if event[column] is not None:
            row = derive(column, pa.array([event[column]], pa.string()), lists.deriving)
            found |= row.to_pylist()[0]
    return found


def _computed(event: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    local = int(event["time_ms"]) + parse_offset(manifest["offset"])
    watched = event["watched_ms"]
    return {"day": local // DAY_MS, "hour": local // 3_600_000 % 24,
            "watched_s": None if watched is None else watched // 1000,
            "end_ms": None if watched is None else event["time_ms"] + watched}


def _signal(rule: Rule, mask: int, seen: Mapping[str, Any],
            measured: Mapping[str, Mapping[str, Any]], lists: Lists,
            known: Sequence[Known]) -> Signal:
    c = rule.criterion
    found = measured.get(c.code, {})
    return Signal(
        code=c.code, title=Text(en=c.en.title, zh=c.zh.title), klass=c.klass, basis=c.basis,
        family=c.family, stage=str(rule.stage),
        status=_status(rule, mask, seen, found, set(event_columns(known))),
        measured=_measured(c, seen, found), thresholds=_shown(rule),
        key={k: v for k, v in found.items() if k in _keys(c)},
        entry=_entry(c, seen, lists) if mask >> rule.bit & 1 else "")


def _keys(criterion: Criterion) -> tuple[str, ...]:
    shape = criterion.shape
    return ("day", "hour", *shape.keys) if isinstance(shape, (Group, Study)) else ()


def _status(rule: Rule, mask: int, seen: Mapping[str, Any], found: Mapping[str, Any],
            have: set[str]) -> Any:
    if lacking(rule.criterion, have):
        return "not applicable"
    if mask >> rule.bit & 1:
        return "flagged"
    if isinstance(rule.criterion.shape, Row):
        reads = [c for c in rule.criterion.reads if c not in rule.criterion.optional]
        return "unknown" if all(seen.get(c) is None for c in reads) else "not flagged"
    return "not flagged" if found else "unknown"


def _measured(criterion: Criterion, seen: Mapping[str, Any],
              found: Mapping[str, Any]) -> dict[str, Value]:
    if isinstance(criterion.shape, Row):
        return {c: seen.get(c) for c in criterion.reads}
    return {k: v for k, v in found.items() if k not in _keys(criterion)}


def _shown(rule: Rule) -> dict[str, Value]:
    """Give the parameters as applied; a long list by its length."""
    return {name: value if not isinstance(value, tuple) or len(value) <= 8
            else f"{len(value)} entries" for name, value in rule.values.items()}


def _entry(criterion: Criterion, seen: Mapping[str, Any], lists: Lists) -> str:
    """Name the list entries that the event fell under, with who says so and since when."""
    from truetally.signatures.lists import covering

    names = {p.list_name for p in criterion.parameters.values() if p.list_name}
    pairs = [(name, c) for name in names for c in criterion.reads]
    pairs += [("robots", "user_agent")] if "ua_robot" in criterion.reads else []
    pairs += [("data-centre", "ip")] if "ip_data_centre" in criterion.reads else []
    for name, column in pairs:
        value = seen.get(column)
        lines = covering(lists.frozen[name], value) if isinstance(value, str) else ()
        if lines:
            line = lines[0]
            return f"{line.value} ({line.source}{', ' + line.added if line.added else ''})"
    return ""
