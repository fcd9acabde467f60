"""Explain the surges of a case: which combinations of values the additional events have."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.slices import Slice, slices
from truetally.engine.spec import Engine, FactsSpec, column_types, table
from truetally.events.schema import DERIVED_FROM, EVENT, KEYED
from truetally.run.case import inside, read_manifest
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import event_columns, known_of
from truetally.run.reading import bare_plan, open_sources, stored_policy
from truetally.run.start import parse_offset

CODE = "item-surge"
ATTRIBUTES = ("plugins", "referrer_host", "terminal", "region", "ua_family", "ip_net")
MOST_ITEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """The days on which an item surged (local days since 1970), and what explains them.

    `events` are those of the days, `past_events` those of all days before the first, which are the
    control; `expected` is what item-surge expected on the days.
    """

    item_id: str
    days: tuple[int, ...]
    events: int
    past_events: int
    expected: int
    slices: tuple[Slice, ...]


def surges(case: Path, item: str | None = None, most: int = MOST_ITEMS) -> tuple[Surge, ...]:
    """Explain the surges that the case's decisions found, the largest items first.

    The events of an item on the days of its surge are held against those of the days before. One
    narrow scan an item; at most `most` items are explained. Nothing of this decides.
    """
    manifest = read_manifest(case)
    found = _found(case, manifest, item)
    if not found:
        return ()
    policy, lists = stored_policy(manifest)
    known = known_of(manifest)
    made = []
    with open_sources(case, known) as engine:
        plan = bare_plan(policy, known, parse_offset(manifest["offset"]), engine.key_type)
        spec = _spec(plan.spec, event_columns(known))
        for name, rows in found[:most]:
            own = replace(spec, equal={"item_id": name})
            engine.open_facts(load_dictionaries(engine, plan, own, lists.deriving))
            made.append(_explained(name, rows, _cells(engine, spec)))
    return tuple(made)


def _found(case: Path, manifest: dict[str, Any],
           item: str | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """List the items with their flagged days, those with the most expected events first."""
    file = manifest["findings"].get(CODE)
    if file is None:
        return []
    items: dict[str, list[dict[str, Any]]] = {}
    for row in pq.read_table(inside(case, file)).to_pylist():
        if item is None or row["item_id"] == item:
            items.setdefault(row["item_id"], []).append(row)
    return sorted(items.items(), key=lambda pair: (-sum(r["expected"] for r in pair[1]), pair[0]))


def _spec(spec: FactsSpec, have: AbstractSet[str]) -> FactsSpec:
    """Ask for the attributes that the sources have, and the day."""
    held = [a for a in ATTRIBUTES if DERIVED_FROM.get(a, a) in have]
    return replace(spec, small=tuple(a for a in held if a in EVENT and a not in KEYED),
                   keys=tuple(a for a in held if a in KEYED),
                   derived=tuple(a for a in held if a in DERIVED_FROM), computed=())


def _cells(engine: Engine, spec: FactsSpec) -> pa.Table:
    """Count the open facts by day and all attributes, with texts for keys."""
    names = (*spec.keys, *spec.small, *spec.derived)
    t = table("facts_raw", ("day", *names), engine.key_type)
    cells = t.group_by("day", *names).agg(events=t.count())
    for column in spec.keys:
        types = column_types(engine.key_type)
        texts = ibis.table({"key": types[column], "text": "string"}, name=f"dict_{column}")
        joined = cells.left_join(texts, cells[column] == texts.key)
        cells = joined.select(*[texts.text.name(column) if c == column else joined[c]
                                for c in cells.columns])
    return engine.arrow(cells.order_by("day", *names))


def _explained(item: str, rows: list[dict[str, Any]], cells: pa.Table) -> Surge:
    days = sorted(int(row["day"]) for row in rows)
    inside_ = pc.is_in(cells["day"], pa.array(days, cells["day"].type)).to_numpy()
    before = cells["day"].to_numpy() < days[0]
    events = cells["events"].to_numpy()
    test, control = np.where(inside_, events, 0), np.where(before, events, 0)
    values = {a: cells[a].to_pylist() for a in ATTRIBUTES if a in cells.column_names}
    return Surge(item_id=item, days=tuple(days), events=int(test.sum()),
                 past_events=int(control.sum()), expected=sum(int(r["expected"]) for r in rows),
                 slices=slices(values, test, control))
