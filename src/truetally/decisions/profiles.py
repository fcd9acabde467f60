"""Profiles: the table of a unit, and what is added up from it for one criterion.

Value sets are exact, merge by addition from day to day, and are rolled up to the group in a second
grouping.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from truetally.criterion import (
    Count,
    Distinct,
    Group,
    Largest,
    Max,
    Measure,
    Min,
    Sum,
    Total,
    Where,
)
from truetally.decisions.plan import Plan, at_hand, keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.units import Cell, Crowd, Unit, scope_keys, shape_of
from truetally.engine.dialect import count_where, total
from truetally.engine.spec import column_types

Built: TypeAlias = str | ir.Table  # a table by its name, or what makes it


def build(unit: Unit, plan: Plan, days: Sequence[int] | None = None, crowd: str = "") -> ir.Table:
    """Group the unit's source by its keys and value; `days` leaves out rows of other days.

    `crowd` names a table of the unit's crowd; without it nothing is left out.
    """
    known = _measured_rows(unit, plan)
    if days is not None:
        known = known.filter(known.day.isin(list(days)))
    if crowd and unit.crowd and unit.source == "facts":  # gaps are of the crowd alone
        known = known.semi_join(_keys(crowd, unit.crowd.keys, plan.key_type),
                                list(unit.crowd.keys))
    alone = _alone(unit)
    if alone:
        known = known.filter(alone(known, unit.cells[0].rule.values).fill_null(False))
    if unit.source == "gaps":  # rows are a value set already
        return known.select(*unit.keys, unit.value, **{
            c.name: _of_gaps(known, c, apart=alone) for c in unit.cells})
    parts = {c.name: _part(known, c, apart=alone) for c in unit.cells}
    if unit.sized:
        parts["size"] = known.count()
    grouping = (*unit.keys, unit.value) if unit.value else unit.keys
    return known.group_by(*dict.fromkeys(grouping)).agg(**parts)


def _measured_rows(unit: Unit, plan: Plan) -> ir.Table:
    """Describe the unit's source, without rows whose group is unknown."""
    if unit.source == "gaps":
        return _keys("gaps", (*unit.keys, unit.value), plan.key_type, "events")
    used = {*unit.keys, unit.value, *(unit.crowd.keys if unit.crowd else ())}
    used |= {column for c in unit.cells for column in c.rule.criterion.reads}
    t = at_hand(plan, unit.source, plan.fact_columns, used)
    return t.filter([t[k].notnull() for k in unit.keys if k not in ("day", "hour")])


def _alone(unit: Unit) -> Where | None:
    """Give the condition of the one group criterion that a unit serves: it can go first."""
    shapes = [shape_of(c.rule) for c in unit.cells]
    alone = len({c.rule.bit for c in unit.cells}) == 1 and not unit.sized
    return shapes[0].where if alone and isinstance(shapes[0], Group) else None


def crowded(name: str, crowd: Crowd, key_type: str, size: str = "size") -> ir.Table:
    """Select the groups of a table that are a crowd, by its column of how many events they have."""
    t = _keys(name, crowd.keys, key_type, size)
    return t.filter(t[size] >= crowd.events).select(*crowd.keys)


def _keys(name: str, keys: Sequence[str], key_type: str, *numbers: str) -> ir.Table:
    """Describe a table of keys, and numbers of events beside them."""
    types = column_types(key_type)
    return ibis.table({k: types[k] for k in keys} | dict.fromkeys(numbers, "int64"), name=name)


def _part(t: ir.Table, c: Cell, *, apart: Where | None) -> ir.IntegerScalar:
    """Measure one part: counts of rows for value sets, sums and extremes for the rest."""
    condition = _where(t, c, apart)
    if isinstance(c.measure, (Count, Distinct, Largest)):
        return t.count() if condition is None else count_where(condition)
    assert isinstance(c.measure, (Sum, Min, Max))
    value = t[c.measure.column]
    if condition is not None:
        value = condition.ifelse(value, ibis.null("int64"))
    if isinstance(c.measure, Sum):
        return total(value).fill_null(0)
    return value.min() if isinstance(c.measure, Min) else value.max()


def _of_gaps(t: ir.Table, c: Cell, *, apart: Where | None) -> ir.IntegerValue:
    """Count the events that a row of gaps stands for."""
    condition = _where(t, c, apart)
    return t.events if condition is None else condition.ifelse(t.events, 0)


def _where(t: ir.Table, c: Cell, apart: Where | None) -> ir.BooleanValue | None:
    whole = None if apart else shape_of(c.rule).where
    own = c.measure.where if isinstance(c.measure, (Count, Sum, Distinct, Largest)) else None
    found = [w(t, c.rule.values) for w in (whole, own) if w is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else found[0] & found[1]


def stored(unit: Unit, name: str, key_type: str) -> ir.Table:
    """Describe a built unit's table."""
    keys = (*unit.keys, unit.value) if unit.value else unit.keys
    return _keys(name, keys, key_type, *(c.name for c in unit.cells))


def _built(unit: Unit, built: Built, key_type: str) -> ir.Table:
    return stored(unit, built, key_type) if isinstance(built, str) else built


def measured(rule: Rule, all_units: Sequence[Unit], key_type: str,
             built: Mapping[str, Built]) -> ir.Table:
    """Select one row a group: its keys and the criterion's measures by their own names.

    `built` gives each unit the table that holds it, by its name, or what makes it. For case scope,
    days are added together.
    """
    keys = keys_of(rule)
    parts = [_rolled(unit, rule, keys, _built(unit, built[unit.name], key_type))
             for unit in all_units if any(c.rule is rule for c in unit.cells)]
    result = parts[0]
    for part in parts[1:]:
        result = result.join(part, list(keys), how="left").select(
            *[result[c] for c in result.columns], *[part[c] for c in part.columns if c not in keys])
    for name, measure in shape_of(rule).measures.items():
        if isinstance(measure, Total):
            result = _with_total(result, name, measure, scope_keys(rule))
    return result


def _with_total(groups: ir.Table, name: str, measure: Total, scope: tuple[str, ...]) -> ir.Table:
    """Add the sum over a coarser group: grouped and joined, which cheap predicates can pass."""
    keys = list(dict.fromkeys((*scope, *measure.keys)))
    whole = groups.group_by(*keys).agg(**{name: total(groups[measure.of])})
    joined = groups.inner_join(whole, keys)
    return joined.select(*[joined[c] for c in groups.columns], whole[name])


def _rolled(unit: Unit, rule: Rule, keys: tuple[str, ...], t: ir.Table) -> ir.Table:
    own = [c for c in unit.cells if c.rule is rule]
    if not unit.value and (not unit.across or "day" in keys):  # one row a group already
        return t.select(*keys, **{_name(c): t[c.name] for c in own})
    if unit.across and unit.value:  # merge the days' value sets before counting values
        t = t.group_by(*dict.fromkeys((*keys, unit.value))).agg(
            **{c.name: _merge(t[c.name], c.measure) for c in own})
    sums = {_name(c): _roll(t, c, unit.value) for c in own}
    return t.group_by(*keys).agg(**sums)


def _name(c: Cell) -> str:
    return c.name.split("_", 1)[1]


def _merge(column: ir.IntegerColumn, measure: Measure) -> ir.IntegerScalar:
    if isinstance(measure, Min):
        return column.min()
    return column.max() if isinstance(measure, Max) else total(column)


def _roll(t: ir.Table, c: Cell, value: str) -> ir.IntegerScalar:
    """Roll one cell up from (keys, value) to keys."""
    column = t[c.name]
    if isinstance(c.measure, Distinct):
        return count_where(t[value].notnull() & (column > 0))
    if isinstance(c.measure, Largest):
        known = t[value].notnull().ifelse(column, ibis.literal(0, "int64"))
        return known.max()
    return _merge(column, c.measure)


def flagged(rule: Rule, groups: ir.Table) -> ir.Table:
    """Keep the groups that the criterion flags, with what was measured."""
    shape = shape_of(rule)
    assert isinstance(shape, Group)
    return groups.filter(shape.flag(groups, rule.values).fill_null(False))
