"""Run criteria: one pass in time order over what earlier stages left, neighbours at hand."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from truetally.criterion import Group, Run
from truetally.decisions.plan import Plan, at_hand, keys_of
from truetally.decisions.policy import Rule
from truetally.engine.spec import ORDER, column_types

NEIGHBOURS = ("previous_ms", "next_ms")


def in_run(rule: Rule, plan: Plan, earlier: Sequence[str], groups: Mapping[str, str]) -> ir.Table:
    """Select the events that a run criterion puts in order, with what it reads of them.

    `earlier` names tables (order_id) flagged by run criteria of earlier stages, `groups` the tables
    of flagged groups by code; bits of earlier row criteria are in the mask already.
    """
    shape = _shape(rule)
    t = at_hand(plan, "facts", plan.fact_columns)
    gone = sum(1 << r.bit for r in plan.rules if r.stage < rule.stage)
    kept = t.filter([(t.mask & ibis.literal(gone, "int64")) == 0]
                    + [t[c].notnull() for c in shape.required])
    if shape.where is not None:
        kept = kept.filter(shape.where(kept, rule.values).fill_null(False))
    for name in earlier:
        kept = kept.anti_join(ibis.table({"order_id": "int64"}, name=name), "order_id")
    for other in plan.of(Group):
        if other.stage < rule.stage:
            kept = _left_by(kept, other, groups[other.criterion.code], plan.key_type)
    return kept.select(*(c for c in kept.columns if c in run_columns(rule)))


def run_columns(rule: Rule) -> frozenset[str]:
    """Name the columns of the events that a run criterion puts in order."""
    return frozenset({"order_id", "time_ms", *_shape(rule).keys, *rule.criterion.reads})


def run_flags(rule: Rule, kept: ir.Table) -> ir.Table:
    """Select (order_id) of the events of a run that the criterion flags."""
    shape = _shape(rule)
    ordered = neighbours(kept, shape)
    hit = ordered.filter(shape.flag(ordered, rule.values).fill_null(False))
    return hit.select("order_id")


def within_ms(rule: Rule) -> int | None:
    """Say how far a neighbour can matter; None: however far."""
    carry = _shape(rule).carry
    return int(rule.values[carry]) if carry else None


def first_runs(plan: Plan) -> tuple[Rule, ...]:
    """Name the run criteria that no group of an earlier stage bears on: they can go first."""
    groups = [g.stage for g in plan.of(Group)]
    return tuple(r for r in plan.of(Run) if not any(stage < r.stage for stage in groups))


def _shape(rule: Rule) -> Run:
    assert isinstance(rule.criterion.shape, Run)
    return rule.criterion.shape


def _left_by(t: ir.Table, other: Rule, name: str, key_type: str) -> ir.Table:
    """Leave out the events on which a group criterion's flag falls."""
    shape, keys, types = other.criterion.shape, keys_of(other), column_types(key_type)
    assert isinstance(shape, Group)
    flagged = ibis.table({k: types[k] for k in keys}, name=name)
    if shape.where is None:
        return t.anti_join(flagged, list(keys))
    concerned = t.filter(shape.where(t, other.values).fill_null(False))
    gone = concerned.semi_join(flagged, list(keys)).select("order_id")
    return t.anti_join(gone, "order_id")


def neighbours(t: ir.Table, shape: Run) -> ir.Table:
    """Put events in the total order and give each the times of its neighbours in the run."""
    window = ibis.window(group_by=list(shape.keys), order_by=list(ORDER))
    return t.mutate(previous_ms=t.time_ms.lag().over(window), next_ms=t.time_ms.lead().over(window))


def carry_ms(plan: Plan) -> int:
    """Add up how far a neighbour across midnight can matter, in milliseconds."""
    return sum(within_ms(rule) or 0 for rule in plan.of(Run))


def whole_days(plan: Plan) -> bool:
    """Tell whether margins must be whole days: a run sees what a group of its stage's past left."""
    return any(g.stage < r.stage for g in plan.of(Group) for r in plan.of(Run))
