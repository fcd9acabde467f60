"""Between which bounds the whole numbers of facts are, from what Parquet's footers say.

A footer may say nothing, or what is not so: then no number is lost, as what does not fit into the
bits that it is to be held in is an error, and the numbers themselves are looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from truetally.engine import duck_sql
from truetally.engine.packed import Ranges
from truetally.engine.spec import FactsSpec, Scan
from truetally.events.schema import DAY_MS, EVENT, HELD, ROW_BITS

HOURS = {"hour": (0, 23)}
Rows = Callable[[str], Sequence[tuple[Any, ...]]]
Pair = tuple[int, int]


def own_numbers(spec: FactsSpec) -> tuple[str, ...]:
    """Name the whole numbers that facts take from events as they are."""
    return tuple(c for c in (*spec.small, "time_ms") if str(EVENT[c]) == "int64")


def footers(scans: Sequence[Scan], spec: FactsSpec, ask: Rows) -> Ranges | None:
    """Read the bounds of facts off the footers of their sources, None where one does not say.

    `ask` runs a statement of the engine and fetches its rows.
    """
    found: dict[str, Pair] = {}
    for scan in scans:
        said = _footer(scan, [c for c in own_numbers(spec) if c in scan.columns], ask)
        if said is None or "time_ms" not in said or "order_id" not in said:
            return None
        for name, (low, high) in said.items():
            most = HELD.get(name)
            pair = (low, high) if most is None else (max(low, -most), min(high, most))
            found[name] = _wider(found.get(name, pair), pair)
    if not found:
        return None
    low, high = found["time_ms"] = _within(found["time_ms"], spec)
    days = (low + spec.offset_ms) // DAY_MS, (high + spec.offset_ms) // DAY_MS
    return {**found, "day": days, **HOURS}


def _footer(scan: Scan, columns: Sequence[str], ask: Rows) -> dict[str, Pair] | None:
    """Give the bounds of some columns of one source and of its rows' place in the order."""
    path = duck_sql.text(str(scan.path))
    row = scan.row_column
    low, high = (f"TRY_CAST(coalesce(stats_{end}_value, stats_{end}) AS BIGINT)"
                 for end in ("min", "max"))
    names = ", ".join(duck_sql.text(c) for c in (*columns, *([row] if row else [])))
    rows = ask(
        f"SELECT path_in_schema, min({low}), max({high}), bool_and(coalesce(stats_null_count = "
        f"num_values, FALSE) OR {low} IS NOT NULL AND {high} IS NOT NULL) "
        f"FROM parquet_metadata({path}) WHERE path_in_schema IN ({names}) GROUP BY 1")
    if not all(whole for *_, whole in rows):
        return None
    found = {name: (low, high) for name, low, high, _ in rows if low is not None}
    if not row:
        count = ask(f"SELECT num_rows FROM parquet_file_metadata({path})")[0][0]
        found["row"] = (0, max(int(count) - 1, 0))
    if (row or "row") not in found:
        return None
    first, last = found.pop(row or "row")
    start = scan.rank << ROW_BITS
    return found | {"order_id": (start + first, start + last)}


def _wider(one: Pair, other: Pair) -> Pair:
    return min(one[0], other[0]), max(one[1], other[1])


def _within(times: Pair, spec: FactsSpec) -> Pair:
    """Leave of the bounds of times what is within the spec's spans."""
    low, high = times
    if spec.spans:
        low = max(low, min(start for start, _ in spec.spans))
        high = max(low, min(high, max(end for _, end in spec.spans) - 1))
    return low, high


def scanned(spec: FactsSpec, ask: Rows) -> Ranges:
    """Look at the numbers of the view `events` themselves."""
    numbers = _numbers(spec)
    asked = ", ".join(f"min({sql}), max({sql})" for sql in numbers.values())
    found = iter(ask(f"SELECT {asked} FROM events AS e WHERE {duck_sql.within(spec)}")[0])
    return {name: (low, high) for name, low, high in zip(numbers, found, found, strict=True)
            if low is not None} | HOURS


def _numbers(spec: FactsSpec) -> Mapping[str, str]:
    return {c: f"e.{c}" for c in own_numbers(spec)} | {
        "order_id": duck_sql.ORDER_ID, "day": duck_sql.day(spec.offset_ms)}
