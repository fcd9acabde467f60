"""Which other days a new source reaches: flags across midnight, and keys of case scope."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.decisions.plan import keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.profiles import stored, units
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run.pipeline import Pipeline, with_texts


def changed_margin_days(case: Path, rows: pa.Table, partitions: Mapping[int, Mapping[str, Any]],
                        settled: set[int], run_bits: int, numbers: Mapping[int, int]) -> set[int]:
    """Name the neighbouring days in which an event's run flags differ from what is stored.

    `rows` are (order_id, day, bits) near the border; `numbers` give source numbers by rank; days in
    `settled` are decided in this run with the same events in sight and cannot differ.
    """
    found = set()
    for day in set(rows["day"].to_pylist()) - settled:
        near = rows.filter(pc.equal(rows["day"], day))
        events = [(numbers[o >> ROW_BITS] << ROW_BITS) + (o & ROW_MASK)
                  for o in near["order_id"].to_pylist()]
        stored_rows = pq.read_table(case / partitions[day]["file"], columns=["event_id", "reasons"],
                                    filters=[("event_id", "in", events)])
        before = dict(zip(stored_rows["event_id"].to_pylist(),
                          stored_rows["reasons"].to_pylist(), strict=True))
        now = zip(events, near["bits"].to_pylist(), strict=True)
        if any((before.get(event, 0) ^ bits) & run_bits for event, bits in now):
            found.add(day)
    return found


def changed_keys_days(p: Pipeline, rule: Rule, found: pa.Table, before: pa.Table | None,
                      tables: Mapping[str, str]) -> set[int]:
    """Name the days whose profiles hold a key that is flagged now and was not, or the reverse."""
    keys = list(keys_of(rule))
    now = set(map(tuple, _rows(found, keys)))
    then = set(map(tuple, _rows(before, keys))) if before is not None else set()
    changed = sorted(now ^ then)
    if before is None or not changed:
        return set()
    name = f"changed_{rule.bit}"
    columns = list(zip(*changed, strict=True))
    p.engine.load(name, pa.table({k: pa.array(columns[i]) for i, k in enumerate(keys)}))
    unit = next(u for u in units(p.plan) if u.across and any(c.rule is rule for c in u.cells))
    t = stored(unit, tables[unit.name], p.plan.key_type).select(
        "day", *[k for k in keys if k != "day"]).distinct()
    named = with_texts(p, t, f"reach_{rule.bit}")
    c = ibis.table(dict.fromkeys(keys, "string"), name=name)
    return set(p.engine.arrow(named.semi_join(c, keys).select("day").distinct())["day"].to_pylist())


def _rows(table: pa.Table, keys: list[str]) -> list[list[object]]:
    return [list(row.values()) for row in table.select(keys).to_pylist()]
