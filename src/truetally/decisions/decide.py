"""The last scan: join every event with the flagged groups and runs into its final reason mask."""

from collections.abc import Iterable, Mapping, Sequence

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from truetally.criterion import Group, Study
from truetally.decisions.plan import COUNTED_BY, GAPS, Plan, at_hand, keys_of
from truetally.decisions.policy import Rule
from truetally.engine.dialect import total
from truetally.engine.spec import column_types

DECIDED = ("order_id", "day", *COUNTED_BY, "mask")


def group_flags(plan: Plan, tables: Mapping[str, str]) -> dict[tuple[str, ...], ir.Table]:
    """Union the flagged groups that have equal keys: one row a group, its bits added up.

    `tables` names, by criterion code, the table of flagged groups.
    """
    by_keys: dict[tuple[str, ...], list[ir.Table]] = {}
    types = column_types(plan.key_type)
    for rule in plan.of(Group, Study):
        if rule.criterion.code in tables:
            keys = keys_of(rule)
            t = ibis.table({k: types[k] for k in keys}, name=tables[rule.criterion.code])
            by_keys.setdefault(keys, []).append(
                t.select(*keys, bits=ibis.literal(1 << rule.bit, "int64")))
    return {keys: _added(parts, keys) for keys, parts in by_keys.items()}


def run_marks(tables: Mapping[int, str]) -> ir.Table:
    """Union the flagged events of all run criteria (`tables` by bit): (order_id, bits)."""
    parts = [ibis.table({"order_id": "int64"}, name=name).select(
        "order_id", bits=ibis.literal(1 << bit, "int64")) for bit, name in tables.items()]
    return _added(parts, ("order_id",))


def _added(parts: Sequence[ir.Table], keys: tuple[str, ...]) -> ir.Table:
    whole = parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)
    return whole.group_by(*keys).agg(bits=total(whole.bits))


def decide(plan: Plan, flags: Mapping[tuple[str, ...], str], marks: str | None,
           days: Sequence[int] | None = None) -> ir.Table:
    """Select every event with its final mask. `flags` name tables of `group_flags` by keys."""
    t = at_hand(plan, "facts", plan.fact_columns)
    if days is not None:
        t = t.filter(t.day.isin(list(days)))
    types = column_types(plan.key_type)
    mask = t.mask
    for place, (keys, name) in enumerate(flags.items()):
        f = ibis.table({k: types[k] for k in keys} | {"bits": "int64"}, name=name)
        joined = t.left_join(f, list(keys))
        t = joined.select(*[joined[c] for c in t.columns], **{f"flags_{place}": f.bits})
        mask = t.mask
    if marks is not None:
        m = ibis.table({"order_id": "int64", "bits": "int64"}, name=marks)
        joined = t.left_join(m, "order_id")
        t = joined.select(*[joined[c] for c in t.columns], marks=m.bits)
    zero = ibis.literal(0, "int64")
    mask = t.mask
    for place, keys in enumerate(flags):
        found = t[f"flags_{place}"]  # next to none: conditions are asked of these alone
        mask = mask | found.isnull().ifelse(zero, found & _allowed(t, plan, keys))
    if marks is not None:
        mask = mask | t.marks.fill_null(zero)
    return t.select(*[t[c] for c in DECIDED if c != "mask"], mask=mask)


def read_to_decide(plan: Plan, rules: Iterable[Rule]) -> frozenset[str]:
    """Name the facts that the last scan reads if these groups and studies flagged something."""
    t = at_hand(plan, "facts", plan.fact_columns)
    found = {"time_ms", *DECIDED}
    for keys in {keys_of(rule) for rule in rules}:
        found |= {*keys, *(field.name for field in _allowed(t, plan, keys).op().find(ops.Field))}
    return frozenset(found & set(plan.fact_columns))


def _allowed(t: ir.Table, plan: Plan, keys: tuple[str, ...]) -> ir.IntegerValue:
    """Give the bits whose criterion concerns this event at all (its `where`)."""
    allowed: ir.IntegerValue = ibis.literal(0, "int64")
    for rule in _with_keys(plan, keys):
        shape = rule.criterion.shape
        assert isinstance(shape, (Group, Study))
        bit = ibis.literal(1 << rule.bit, "int64")
        where = None if GAPS & set(rule.criterion.reads) else shape.where
        concerned = bit if where is None else where(t, rule.values).fill_null(False).ifelse(
            bit, ibis.literal(0, "int64"))
        allowed = allowed | concerned
    return allowed


def _with_keys(plan: Plan, keys: tuple[str, ...]) -> list[Rule]:
    return [rule for rule in plan.of(Group, Study) if keys_of(rule) == keys]
