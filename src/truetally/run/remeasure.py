"""Measure again, for one event, what its groups and neighbours were: to explain it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np

from truetally.criterion import Group, Run, Study
from truetally.decisions.plan import facts, keys_of
from truetally.decisions.policy import Policy, Rule
from truetally.decisions.profiles import build, measured
from truetally.decisions.runs import NEIGHBOURS, neighbours
from truetally.decisions.units import gap_rows, units
from truetally.engine.spec import Engine, table
from truetally.events.schema import DAY_MS, KEYED
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, ranked
from truetally.run.lists import Lists
from truetally.run.pipeline import Pipeline
from truetally.run.reading import open_sources, pipeline_on
from truetally.run.start import parse_offset
from truetally.run.store import orders

Place = tuple[tuple[tuple[str, str], ...], tuple[tuple[int, int], ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One event that is asked about, and the case that it belongs to.

    `policy` has its lists filled in; `event` holds every EVENT column, null where unknown.
    """

    case: Path
    manifest: Mapping[str, Any]
    policy: Policy
    lists: Lists
    known: Sequence[Known]
    event: Mapping[str, Any]
    event_id: int

    @property
    def offset_ms(self) -> int:
        """The case's fixed offset."""
        return parse_offset(self.manifest["offset"])


def remeasure(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return, by criterion code, the keys and measures of the event's group, or its neighbours.

    One narrow scan per set of equal texts: only rows that share the event's keys are read.
    """
    place_in_order = orders(np.array([asked.event_id], dtype=np.int64), ranked(asked.known))
    result: dict[str, dict[str, Any]] = {}
    with open_sources(asked.case, asked.known) as engine:
        for place, rules in _places(asked).items():
            result |= _measure(engine, asked, place, rules, int(place_in_order[0]))
    return result


def _places(asked: Asked) -> dict[Place, list[Rule]]:
    """Group the criteria by which rows they need: equal texts, and a span of time."""
    found: dict[Place, list[Rule]] = {}
    event = asked.event
    for rule in asked.policy.rules:
        shape = rule.criterion.shape
        if rule.criterion.code in asked.manifest["not_applicable"] or not isinstance(
                shape, (Group, Study, Run)):
            continue
        texts = [k for k in keys_of(rule) if k in KEYED]
        if any(event[k] is None for k in texts) and not isinstance(shape, Run):
            continue
        equal = tuple(sorted((k, str(event[k])) for k in texts if event[k] is not None))
        found.setdefault((equal, _span(rule, event, asked.offset_ms)), []).append(rule)
    return found


def _span(rule: Rule, event: Mapping[str, Any],
          offset_ms: int) -> tuple[tuple[int, int], ...] | None:
    shape, at = rule.criterion.shape, int(event["time_ms"])
    if isinstance(shape, Run):
        carry = int(rule.values[shape.carry]) if shape.carry else 0
        return ((at - carry - 1, at + carry + 1),)
    if rule.criterion.scope == "case":
        return None
    start = (at + offset_ms) // DAY_MS * DAY_MS - offset_ms
    return ((start, start + DAY_MS),)


def _measure(engine: Engine, asked: Asked, place: Place, rules: Sequence[Rule],
             order_id: int) -> dict[str, dict[str, Any]]:
    """Measure what some criteria look at, in the rows of one place."""
    equal, spans = place
    policy = replace(asked.policy, rules=tuple(rules), minimum_signals=())
    p = pipeline_on(engine, policy, asked.known, asked.offset_ms, asked.lists)
    plan = p.plan
    spec = load_dictionaries(engine, plan, replace(plan.spec, spans=spans, equal=dict(equal)),
                             p.lists)
    engine.open_facts(spec)
    engine.create("facts", facts(plan))
    all_units = units(plan)
    if any(u.source == "gaps" for u in all_units):
        engine.gaps("gaps", gap_rows(plan))
    for unit in all_units:
        engine.create(unit.name, build(unit, plan))
    return {rule.criterion.code: found for rule in plan.rules
            if (found := _of(engine, p, rule, order_id))}


def _of(engine: Engine, p: Pipeline, rule: Rule, order_id: int) -> dict[str, Any]:
    """Fetch the one group, or the neighbours, that the event belongs to."""
    shape = rule.criterion.shape
    own = _facts(p).filter(lambda t: t.order_id == order_id)
    if isinstance(shape, Run):
        rows = neighbours(_facts(p), shape).filter(lambda t: t.order_id == order_id)
        return _first(engine, rows.select(*NEIGHBOURS))
    assert isinstance(shape, (Group, Study))
    all_units = units(p.plan)
    groups = measured(rule, all_units, p.plan.key_type, {u.name: u.name for u in all_units})
    keys = list(keys_of(rule))
    mine = groups.semi_join(own.select(*keys).distinct(), keys)
    return _first(engine, mine.select(*[k for k in keys if k not in KEYED
                                        and k not in ("identity", "listener", "visit")],
                                      *shape.measures))


def _facts(p: Pipeline) -> ibis.Table:
    return table("facts", p.plan.fact_columns, p.plan.key_type)


def _first(engine: Engine, rows: ibis.Table) -> dict[str, Any]:
    found = engine.arrow(rows).to_pylist()
    return found[0] if found else {}
