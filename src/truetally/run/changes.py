"""Which other days a new source reaches: flags across midnight, and keys of case scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.decisions.plan import keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.profiles import stored
from truetally.decisions.units import units
from truetally.engine.order import Whole
from truetally.run.named import with_texts
from truetally.run.pipeline import Pipeline
from truetally.run.store import Ranked, orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Events of one day whose run flags are others now: places in the order, and their bits."""

    order_ids: Whole
    bits: Whole


def changed_margins(case: Path, rows: pa.Table, partitions: Mapping[int, Mapping[str, Any]],
                    settled: set[int], run_bits: int, sources: Sequence[Ranked],
                    ) -> dict[int, Changed]:
    """Find the events of neighbouring days whose run flags differ from what is stored.

    `rows` are (order_id, day, bits) near the border; days in `settled` are decided in this run with
    the same events in sight and cannot differ.
    """
    found = {}
    for day in set(rows["day"].to_pylist()) - settled:
        near = rows.filter(pc.equal(rows["day"], day))
        order_ids, bits = near["order_id"].to_numpy(), near["bits"].to_numpy()
        order, mask = stored_masks(case / partitions[day]["file"], sources)
        other = (mask[np.searchsorted(order, order_ids)] ^ bits) & run_bits != 0
        if other.any():
            found[day] = Changed(order_ids=order_ids[other], bits=bits[other])
    return found


def stored_masks(path: Path, sources: Sequence[Ranked]) -> tuple[Whole, Whole]:
    """Read a day's decisions: places in the total order, ascending, and reason masks."""
    rows = pq.read_table(path, columns=["event_id", "reasons"])
    return orders(rows["event_id"].to_numpy(), sources), rows["reasons"].to_numpy()


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
    arrow = {"day": pa.int32()}
    p.engine.load(name, pa.table({k: pa.array(columns[i], arrow.get(k)) for i, k in
                                  enumerate(keys)}))
    unit = next(u for u in units(p.plan) if u.across and any(c.rule is rule for c in u.cells))
    t = stored(unit, tables[unit.name], p.plan.key_type).select(
        "day", *[k for k in keys if k != "day"]).distinct()
    named = with_texts(p, t, f"reach_{rule.bit}")
    c = ibis.table({k: "int32" if k == "day" else "string" for k in keys}, name=name)
    return set(p.engine.arrow(named.semi_join(c, keys).select("day").distinct())["day"].to_pylist())


def _rows(table: pa.Table, keys: list[str]) -> list[list[object]]:
    return [list(row.values()) for row in table.select(keys).to_pylist()]
