"""Run one criterion on a few rows, literally: expressions to SQL to DuckDB, keys as plain text.

Nothing here is shared with the planner. Rows are mappings from facts column to value; what is left
out is unknown, except that an event is a play of item "i" and that rows follow 1 s apart from NOON.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.criterion import (
    Count,
    Criterion,
    Distinct,
    Group,
    Largest,
    Max,
    Measure,
    Min,
    Row,
    Run,
    Study,
    Sum,
    Total,
)
from truetally.engine.spec import column_types

NOON = 1_503_979_200_000  # 2017-08-29 12:00 at +08:00
OFFSET_MS = 8 * 3_600_000
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
TYPES = {name: kind for name, kind in column_types("string").items() if not name.startswith("has_")}
ARROW = {"string": pa.string(), "int64": pa.int64(), "int32": pa.int32(), "boolean": pa.bool_()}


def verdicts(criterion: Criterion, rows: Iterable[Mapping[str, Any]],
             **parameters: Any) -> list[bool | None]:
    """Return, for each row, whether the criterion flags it; None where it cannot know."""
    facts = build_facts(rows)
    values = defaults(criterion) | parameters
    shape = criterion.shape
    t = ibis.table(TYPES | {"at": "int64"}, name="facts")
    if isinstance(shape, Row):
        return _column(t.select("at", flag=shape.flag(t, values)), facts)
    if isinstance(shape, Run):
        return _run(shape, t, values, facts)
    return _grouped(criterion, t, values, facts)


def verdict(criterion: Criterion, row: Mapping[str, Any], **parameters: Any) -> bool | None:
    """Return whether the criterion flags this one row; None where it cannot know."""
    return verdicts(criterion, [row], **parameters)[0]


def measured(criterion: Criterion, rows: Iterable[Mapping[str, Any]],
             **parameters: Any) -> list[dict[str, Any]]:
    """Return the groups of a group criterion or study and what was measured in them."""
    t = ibis.table(TYPES | {"at": "int64"}, name="facts")
    groups = _groups(criterion, t, defaults(criterion) | parameters)
    return run(groups, build_facts(rows)).sort_by([(k, "ascending") for k in keys_of(criterion)]
                                                  ).to_pylist()


def defaults(criterion: Criterion) -> dict[str, Any]:
    """Return the default of every parameter."""
    return {name: parameter.default for name, parameter in criterion.parameters.items()}


def keys_of(criterion: Criterion) -> list[str]:
    """Return the scope's keys and the shape's own."""
    assert isinstance(criterion.shape, (Group, Study))
    scope = {"hour": ["day", "hour"], "day": ["day"]}.get(criterion.scope, [])
    return list(dict.fromkeys([*scope, *criterion.shape.keys]))


def build_facts(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Complete the rows with what the facts compute, in plain Python."""
    full = [_complete(at, row) for at, row in enumerate(rows)]
    by_device = sorted((row for row in full if row["device_id"] is not None),
                       key=lambda row: (row["device_id"], row["time_ms"], row["at"]))
    for before, after in pairwise(by_device):
        if before["device_id"] == after["device_id"] and before["day"] == after["day"]:
            after["device_gap_s"] = (after["time_ms"] - before["time_ms"]) // 1000
    fields = [("at", pa.int64()), *((name, ARROW[kind]) for name, kind in TYPES.items())]
    return pa.Table.from_pylist(full, schema=pa.schema(fields))


def run(expression: ir.Table, facts: pa.Table) -> pa.Table:
    """Run an expression over the table `facts` in DuckDB."""
    sql = ibis.to_sql(expression, dialect="duckdb")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("facts", facts)
        return connection.sql(sql).to_arrow_table()


def _complete(at: int, row: Mapping[str, Any]) -> dict[str, Any]:
    full: dict[str, Any] = dict.fromkeys(TYPES) | {
        "at": at, "event_id": at, "order_id": at, "kind": "play", "item_id": "i",
        "time_ms": NOON + 1000 * at} | dict(row)
    local = full["time_ms"] + OFFSET_MS
    watched = full["watched_ms"]
    computed = {
        "day": local // DAY_MS, "hour": local % DAY_MS // HOUR_MS,
        "watched_s": None if watched is None else watched // 1000,
        "end_ms": None if watched is None else full["time_ms"] + watched,
        "identity": _identity(full), "listener": _pair(full["ip"], full["user_agent"])}
    return {name: computed[name] if full.get(name) is None and name in computed else value
            for name, value in full.items()}


def _identity(row: Mapping[str, Any]) -> str | None:
    for name in ("account_id", "cookie_id", "session_id"):
        if row[name] is not None:
            return f"{name}={row[name]}"
    return _pair(row["ip"], row["user_agent"])


def _pair(ip: str | None, user_agent: str | None) -> str | None:
    return None if ip is None or user_agent is None else f"{ip}|{user_agent}"


def _column(flags: ir.Table, facts: pa.Table) -> list[bool | None]:
    found = run(flags, facts).to_pylist()
    return [row["flag"] for row in sorted(found, key=lambda row: row["at"])]


def _run(shape: Run, t: ir.Table, values: Mapping[str, Any],
         facts: pa.Table) -> list[bool | None]:
    kept = t.filter([t[name].notnull() for name in shape.required])
    if shape.where is not None:
        kept = kept.filter(shape.where(kept, values))
    window = ibis.window(group_by=list(shape.keys), order_by=["time_ms", "order_id"])
    neighbours = kept.mutate(previous_ms=kept.time_ms.lag().over(window),
                             next_ms=kept.time_ms.lead().over(window))
    flags = neighbours.select("at", flag=shape.flag(neighbours, values))
    found = {row["at"]: row["flag"] for row in run(flags, facts).to_pylist()}
    return [found.get(at) for at in range(facts.num_rows)]


def _groups(criterion: Criterion, t: ir.Table, values: Mapping[str, Any]) -> ir.Table:
    shape = criterion.shape
    assert isinstance(shape, (Group, Study))
    keys = keys_of(criterion)
    known = t.filter([t[key].notnull() for key in keys])
    if shape.where is not None:
        known = known.filter(shape.where(known, values))
    plain = {name: _plain(known, measure, values) for name, measure in shape.measures.items()
             if not isinstance(measure, (Largest, Total))}
    groups = known.group_by(keys).agg(**plain)
    for name, measure in shape.measures.items():
        if isinstance(measure, Largest):
            groups = _with_largest(groups, known, keys, name, measure)
        if isinstance(measure, Total):
            over = ibis.window(group_by=[*{"day", "hour"}.intersection(keys) - {*shape.keys},
                                         *measure.keys])
            groups = groups.mutate(**{name: groups[measure.of].sum().over(over).cast("int64")})
    return groups


def _plain(t: ir.Table, measure: Measure, values: Mapping[str, Any]) -> ir.Scalar:
    if isinstance(measure, Min):
        return t[measure.column].min()
    if isinstance(measure, Max):
        return t[measure.column].max()
    assert isinstance(measure, (Count, Sum, Distinct))
    where = None if measure.where is None else measure.where(t, values)
    if isinstance(measure, Count):
        return t.count(where=where)
    if isinstance(measure, Sum):
        return t[measure.column].sum(where=where).cast("int64")
    return t[measure.column].nunique(where=where)


def _with_largest(groups: ir.Table, known: ir.Table, keys: Sequence[str], name: str,
                  measure: Largest) -> ir.Table:
    assert measure.where is None
    valued = known.filter(known[measure.column].notnull())
    cells = valued.group_by([*keys, measure.column]).agg(cell=valued.count())
    largest = cells.group_by(keys).agg(**{name: cells.cell.max()})
    joined = groups.join(largest, list(keys), how="left")
    return joined.select(*groups.columns, name)


def _grouped(criterion: Criterion, t: ir.Table, values: Mapping[str, Any],
             facts: pa.Table) -> list[bool | None]:
    shape = criterion.shape
    assert isinstance(shape, (Group, Study))
    keys = keys_of(criterion)
    groups = _groups(criterion, t, values)
    if isinstance(shape, Study):
        profile = _coded(run(groups, facts).sort_by([(key, "ascending") for key in keys]))
        flagged = shape.find(profile, values, 0).select(keys).to_pylist()
    else:
        flagged = run(groups.filter(shape.flag(groups, values)).select(keys), facts).to_pylist()
    where = t.select("at", flag=ibis.literal(True) if shape.where is None
                     else shape.where(t, values))
    measured_rows = _column(where, facts)
    return [_fallen(row, keys, flagged, wanted)
            for row, wanted in zip(facts.to_pylist(), measured_rows, strict=True)]


def _coded(profile: pa.Table) -> pa.Table:
    """Give texts as a study is given them: as codes of a dictionary."""
    for at, field in enumerate(profile.schema):
        if pa.types.is_string(field.type):
            coded = profile[field.name].combine_chunks().dictionary_encode()
            profile = profile.set_column(at, field.name, coded)
    return profile


def _fallen(row: Mapping[str, Any], keys: Sequence[str], flagged: Sequence[Mapping[str, Any]],
            wanted: object) -> bool | None:
    if any(row[key] is None for key in keys):
        return None
    return bool(wanted) and {key: row[key] for key in keys} in flagged
