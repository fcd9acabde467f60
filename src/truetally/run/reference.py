"""Reference events at hand: which units they hold, and which of them a set of values flags."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir

from truetally.criterion import Group, Study
from truetally.decisions.policy import Rule
from truetally.decisions.profiles import build
from truetally.decisions.units import Unit, gap_rows, units
from truetally.engine.dialect import total
from truetally.engine.spec import KEY_COLUMNS, column_types, table
from truetally.errors import InputError, problem
from truetally.estimate.thresholds import THRESHOLDS
from truetally.run.flags import flag_groups
from truetally.run.ingest import event_columns
from truetally.run.pipeline import Pipeline, build_facts
from truetally.run.reading import bare_plan
from truetally.run.work import Work, days_of

# What stands behind a group independently of others: the narrowest of its keys that is somebody.
UNITS = ("device_id", "cookie_id", "identity", "session_id", "visit", "listener", "ip", "item_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Facts of the reference, as a pipeline. By unit: how many in each half of the units, and how
    many in the earlier and later half of the days. `built` names profiles by their SQL: one that
    does not depend on what is being searched is built once."""

    work: Work
    pipeline: Pipeline
    rules: tuple[Rule, ...]
    days: tuple[int, ...]
    events: int
    halves: Mapping[str, tuple[int, int]]
    early_late: Mapping[str, tuple[int, int]]
    built: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Units that one criterion flags: in each half of the units, and early and late in the days."""

    halves: tuple[int, int]
    early: int
    late: int


def unit_of(rule: Rule) -> str:
    """Name the unit of a criterion's groups. Raises StopIteration if its keys are nobody's."""
    shape = rule.criterion.shape
    assert isinstance(shape, (Group, Study))
    return next(unit for unit in UNITS if unit in shape.keys)


def _has_unit(rule: Rule) -> bool:
    shape = rule.criterion.shape
    return isinstance(shape, (Group, Study)) and any(u in shape.keys for u in UNITS)


def make_reference(w: Work, *, until: int | None, paid_only: bool, most_rows: int) -> Reference:
    """Build the facts of the reference's days, of paying devices alone if asked for.

    Raises:
        InputError: nothing is left, too much is left, or payments are asked for and not known.
    """
    rows = {d: n for d, n in days_of(w.known).items() if until is None or d <= until}
    if not rows or sum(rows.values()) > most_rows:
        raise InputError(problem("not a usable reference", expected=f"1 to {most_rows:,} events",
                                 found=f"{sum(rows.values()):,}",
                                 then="choose other --until, or fewer sources"))
    days = sorted(rows)
    if paid_only:
        _paying(w)
    build_facts(w.pipeline, days, days_of_all(w))
    p = replace(w.pipeline, own_days=None)
    t = table("facts", p.plan.fact_columns, p.plan.key_type)
    t = t.filter(t.day.isin(days))
    if paid_only:
        paying = ibis.table({"device_id": column_types(p.plan.key_type)["device_id"]},
                            name="paying")
        t = t.semi_join(paying, "device_id")
    events = p.engine.create("facts", t.select(*p.plan.fact_columns))
    if not events:
        raise InputError(problem("not a usable reference", expected="events of paying devices",
                                 found="none", then="leave --paid-only out"))
    if any(u.source == "gaps" for u in units(p.plan)):
        p.engine.gaps("gaps", gap_rows(p.plan))
    rules = tuple(r for r in p.plan.rules if _has_unit(r))
    middle = days[len(days) // 2]
    found = {unit: _units(p, unit, middle) for unit in dict.fromkeys(map(unit_of, rules))}
    return Reference(work=w, pipeline=p, rules=rules, days=tuple(days), events=events,
                     halves={u: (n[0], n[1]) for u, n in found.items()},
                     early_late={u: (n[2], n[3]) for u, n in found.items()})


def days_of_all(w: Work) -> list[int]:
    """List every day of the sources: what lies beside the reference gives no margin to it."""
    return sorted(days_of(w.known))


def _paying(w: Work) -> None:
    """Make the table of devices that paid at least once."""
    missing = sorted({"paid", "device_id"} - event_columns(w.known))
    if missing:
        raise InputError(problem("the reference does not know who paid",
                                 expected=", ".join(missing),
                                 then="leave --paid-only out, and use --until"))
    plan = w.pipeline.plan
    bare = bare_plan(plan.policy, w.known, plan.spec.offset_ms, plan.key_type)
    w.pipeline.engine.open_facts(replace(bare.spec, small=("paid",), keys=("device_id",),
                                         computed=()))
    t = table("facts_raw", ("device_id", "paid"), plan.key_type)
    paid = t.filter(t.paid & t.device_id.notnull()).select("device_id").distinct()
    w.pipeline.engine.create("paying", paid)


def _units(p: Pipeline, unit: str, middle: int) -> tuple[int, int, int, int]:
    """Number the units' halves in the table ``units_<unit>``, and count them."""
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    t = table("facts", p.plan.fact_columns, p.plan.key_type)
    t = t.filter(t[unit].notnull())
    early = (t.day < middle).ifelse(one, none)
    found = t.group_by(unit).agg(first=t.order_id.min(), early=early.max(),
                                 late=(one - early).max())
    p.engine.create(f"units_{unit}", found.select(
        unit, "early", "late", half=found["first"] % 2))
    held = _held(p, unit)
    counted = p.engine.arrow(held.agg(
        second=total(held.half), both=held.count(), early=total(held.early),
        late=total(held.late))).to_pylist()[0]
    second = int(counted["second"] or 0)
    return (int(counted["both"]) - second, second, int(counted["early"] or 0),
            int(counted["late"] or 0))


def _held(p: Pipeline, unit: str) -> ir.Table:
    types = column_types(p.plan.key_type)
    return ibis.table({unit: types[unit], "early": "int64", "late": "int64", "half": "int64"},
                      name=f"units_{unit}")


def seen(reference: Reference, values: Mapping[str, int], *,
         others: bool = False) -> dict[str, Seen]:
    """Count the units that criteria flag if their thresholds have these values.

    With `others`, criteria that are not among `values` are counted too, as they are.
    """
    p = reference.pipeline
    rules = tuple(_with(rule, values) for rule in reference.rules
                  if others or rule.criterion.code in values)
    p = replace(p, plan=replace(p.plan, rules=rules), flag_tables={}, flag_rows={},
                study_measures={})
    tables = {unit.name: _profile(reference, p, unit) for unit in units(p.plan)}
    for across in (False, True):
        flag_groups(p, across=across, tables=tables)
    return {rule.criterion.code: _seen(p, rule, reference) for rule in rules}


def _with(rule: Rule, values: Mapping[str, int]) -> Rule:
    code = rule.criterion.code
    if code not in values:
        return rule
    return replace(rule, values={**rule.values, THRESHOLDS[code][0]: values[code]})


def _profile(reference: Reference, p: Pipeline, unit: Unit) -> str:
    """Build a profile, unless its very SQL has been run before."""
    expression = build(unit, p.plan)
    sql = p.engine.sql(expression)
    if sql not in reference.built:
        name = f"reference_{len(reference.built)}"
        p.engine.create(name, expression)
        reference.built[sql] = name
    return reference.built[sql]


def _seen(p: Pipeline, rule: Rule, reference: Reference) -> Seen:
    unit, code = unit_of(rule), rule.criterion.code
    if not p.flag_rows[code]:
        return Seen(halves=(0, 0), early=0, late=0)
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    days = rule.criterion.scope in {"hour", "day"}
    types = column_types(p.plan.key_type)
    flagged = ibis.table({unit: types[unit]} | ({"day": "int32"} if days else {}),
                         name=p.flag_tables[code])
    middle = reference.days[len(reference.days) // 2]
    early = (flagged.day < middle).ifelse(one, none) if days else none
    late = one - early if days else none
    each = flagged.mutate(early=early, late=late).group_by(unit).agg(
        early=lambda t: t.early.max(), late=lambda t: t.late.max())
    joined = each.inner_join(_held(p, unit).select(unit, "half"), unit)
    found = p.engine.arrow(joined.agg(
        both=joined.count(), second=total(joined.half), early=total(joined.early),
        late=total(joined.late))).to_pylist()[0]
    second = int(found["second"] or 0)
    return Seen(halves=(int(found["both"]) - second, second), early=int(found["early"] or 0),
                late=int(found["late"] or 0))


assert set(UNITS) <= set(KEY_COLUMNS)
