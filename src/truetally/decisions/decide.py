"""Which events the flags of groups and runs fall on: what makes a reason mask final."""

from collections.abc import Iterable, Mapping, Sequence

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from truetally.criterion import Group, Study
from truetally.decisions.plan import COUNTED_BY, GAPS, Plan, at_hand, keys_of
from truetally.decisions.policy import Rule
from truetally.engine.dialect import total
from truetally.engine.spec import column_types
from truetally.events.schema import ROW_BITS

DECIDED = ("order_id", "day", *COUNTED_BY)


def by_keys(rules: Iterable[Rule]) -> dict[tuple[str, ...], list[Rule]]:
    """Put groups and studies together whose keys are equal."""
    found: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        found.setdefault(keys_of(rule), []).append(rule)
    return found


def group_flags(plan: Plan, rules: Sequence[Rule], tables: Mapping[str, str]) -> ir.Table:
    """Union the flagged groups of rules with equal keys: one row a group, its bits added up.

    `tables` names, by criterion code, the table of flagged groups.
    """
    keys, types = keys_of(rules[0]), column_types(plan.key_type)
    parts = [ibis.table({k: types[k] for k in keys}, name=tables[rule.criterion.code]).select(
        *keys, bits=ibis.literal(1 << rule.bit, "int64")) for rule in rules]
    return _added(parts, keys)


def run_marks(tables: Mapping[int, str]) -> ir.Table:
    """Union the flagged events of all run criteria (`tables` by bit): (order_id, bits)."""
    parts = [ibis.table({"order_id": "int64"}, name=name).select(
        "order_id", bits=ibis.literal(1 << bit, "int64")) for bit, name in tables.items()]
    return _added(parts, ("order_id",))


def _added(parts: Sequence[ir.Table], keys: tuple[str, ...]) -> ir.Table:
    whole = parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)
    return whole.group_by(*keys).agg(bits=total(whole.bits))


def undecided(plan: Plan, days: Sequence[int] | None = None) -> ir.Table:
    """Select (order_id, mask) of every event: the bits that it has of itself."""
    return _events(plan, days, ("mask",)).select("order_id", "mask")


def ranges(plan: Plan, days: Sequence[int] | None = None, *, apart: bool) -> ir.Table:
    """Select the first and last order id and the number of events: of all, or of each source."""
    t = _events(plan, days)
    found = (t.group_by(rank=t.order_id >> ROW_BITS) if apart else t).agg(
        first=t.order_id.min(), last=t.order_id.max(), events=t.count())
    return found.select("first", "last", "events")


def group_hits(plan: Plan, rules: Sequence[Rule], name: str,
               days: Sequence[int] | None = None) -> ir.Table:
    """Select (order_id, bits) of the events in flagged groups: once each, bits may be 0.

    `name` is the table of `group_flags` of some rules, whose keys are equal.
    """
    keys, types = keys_of(rules[0]), column_types(plan.key_type)
    t = _events(plan, days, (*keys, *(c for rule in rules for c in rule.criterion.reads)))
    f = ibis.table({k: types[k] for k in keys} | {"bits": "int64"}, name=name)
    joined = t.inner_join(f, list(keys))
    return joined.select(joined.order_id, bits=f.bits & _allowed(t, rules))


def run_hits(plan: Plan, name: str, days: Sequence[int] | None = None) -> ir.Table:
    """Select (order_id) of the events that a run criterion flagged; `name` is its table."""
    t = ibis.table({"order_id": "int64"}, name=name)
    return t if days is None else t.semi_join(_events(plan, days), "order_id")


def _events(plan: Plan, days: Sequence[int] | None, used: Iterable[str] = ()) -> ir.Table:
    """Describe the facts of some days, or of all: order_id, day and what is `used` beside."""
    t = at_hand(plan, "facts", plan.fact_columns, {"order_id", "day", *used})
    return t if days is None else t.filter(t.day.isin(list(days)))


def read_to_decide(plan: Plan, rules: Iterable[Rule]) -> frozenset[str]:
    """Name the facts that are read from here on if these groups and studies flagged something."""
    t = at_hand(plan, "facts", plan.fact_columns)
    found = {"time_ms", "mask", *DECIDED}
    for rule in rules:
        found |= {*keys_of(rule), *(f.name for f in _allowed(t, [rule]).op().find(ops.Field))}
    return frozenset(found & set(plan.fact_columns))


def _allowed(t: ir.Table, rules: Sequence[Rule]) -> ir.IntegerValue:
    """Give the bits whose criterion concerns this event at all (its `where`)."""
    allowed: ir.IntegerValue = ibis.literal(0, "int64")
    for rule in rules:
        shape = rule.criterion.shape
        assert isinstance(shape, (Group, Study))
        bit = ibis.literal(1 << rule.bit, "int64")
        where = None if GAPS & set(rule.criterion.reads) else shape.where
        concerned = bit if where is None else where(t, rule.values).fill_null(False).ifelse(
            bit, ibis.literal(0, "int64"))
        allowed = allowed | concerned
    return allowed
