"""Run criteria: one pass in time order over what earlier stages left, neighbours at hand."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from truetally.criterion import Run
from truetally.decisions.plan import Plan
from truetally.decisions.policy import Rule
from truetally.engine.spec import ORDER, table

NEIGHBOURS = ("previous_ms", "next_ms")


def run_flags(rule: Rule, plan: Plan, earlier: Sequence[str]) -> ir.Table:
    """Select (order_id, event_id, day) of the events a run criterion flags.

    `earlier` names tables (order_id) flagged by run criteria of earlier stages; bits of earlier
    row criteria are in the mask already. Both leave the run before it is put in order.
    """
    shape = rule.criterion.shape
    assert isinstance(shape, Run)
    t = table("facts", plan.fact_columns, plan.key_type)
    gone = sum(1 << r.bit for r in plan.rules if r.stage < rule.stage)
    kept = t.filter([(t.mask & ibis.literal(gone, "int64")) == 0]
                    + [t[c].notnull() for c in shape.required])
    if shape.where is not None:
        kept = kept.filter(shape.where(kept, rule.values).fill_null(False))
    for name in earlier:
        kept = kept.anti_join(ibis.table({"order_id": "int64"}, name=name), "order_id")
    needed = {"order_id", "event_id", "day", "time_ms", *shape.keys, *rule.criterion.reads}
    kept = kept.select(*[c for c in kept.columns if c in needed])
    ordered = neighbours(_crowded(kept, shape) if shape.sparse else kept, shape)
    hit = ordered.filter(shape.flag(ordered, rule.values).fill_null(False))
    return hit.select("order_id", "event_id", "day")


def _crowded(t: ir.Table, shape: Run) -> ir.Table:
    """Leave out events that are alone in their run: no neighbour, nothing to flag."""
    first = ("row_key",) if "row_key" in shape.keys else shape.keys
    known = t.filter([t[c].notnull() for c in first]) if len(first) == 1 else t
    many = known.group_by(*first).agg(events=known.count()).filter(lambda g: g.events > 1)
    condition = [t[c].identical_to(many[c]) for c in first]
    return t.semi_join(many, condition)


def neighbours(t: ir.Table, shape: Run) -> ir.Table:
    """Put events in the total order and give each the times of its neighbours in the run."""
    window = ibis.window(group_by=list(shape.keys), order_by=list(ORDER))
    return t.mutate(previous_ms=t.time_ms.lag().over(window), next_ms=t.time_ms.lead().over(window))


def carry_ms(plan: Plan) -> int:
    """Add up how far a neighbour across midnight can matter, in milliseconds."""
    total = 0
    for rule in plan.of(Run):
        shape = rule.criterion.shape
        assert isinstance(shape, Run)
        total += int(rule.values[shape.carry]) if shape.carry else 0
    return total
