"""Units: which scans the group criteria and studies of a plan need, and what each measures.

One unit per distinct set of keys, shared by all its criteria. It groups facts by (day, keys) or,
for a distinct or commonest value, by (day, keys, value): the value set. Gaps come as such a set of
a device's day. What only a crowd of events can set off is measured only where there is one: its
unit leaves out the events of smaller groups, which most are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from truetally.criterion import Count, Distinct, Group, Largest, Measure, Study, Total
from truetally.decisions.plan import GAPS, Plan, keys_of
from truetally.decisions.policy import Rule
from truetally.engine.spec import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One measured column of a unit: the criterion's measure, and how its parts add up."""

    name: str
    measure: Measure
    rule: Rule


@dataclass(frozen=True, slots=True)
class Crowd:
    """Groups of `keys` with at least so many events, whatever their kind."""

    keys: tuple[str, ...]
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One scan: `keys` always hold day; `value` is "" or the value column of a value set.

    `crowd` says which events may be left out. A `sized` unit also counts the events of its groups,
    from which crowds are told.
    """

    name: str
    source: str
    keys: tuple[str, ...]
    value: str
    across: bool  # case scope: kept by day and merged over days
    cells: tuple[Cell, ...]
    crowd: Crowd | None = None
    sized: bool = False


GAP_KEYS = ("day", "device_id")
Place = tuple[str, tuple[str, ...], str, bool, Crowd | None]


def units(plan: Plan) -> tuple[Unit, ...]:
    """Work out the scans that all group criteria and studies of the plan need.

    A unit comes after the sized one that tells its crowd.
    """
    found: dict[Place, list[Cell]] = {}
    for rule in plan.of(Group, Study):
        for name, measure in shape_of(rule).measures.items():
            if not isinstance(measure, Total):
                found.setdefault(_place(rule, measure), []).append(
                    Cell(name=cell(rule, name), measure=measure, rule=rule))
    sized = {place[4].keys for place in found if place[4]}
    for keys in sorted(sized):
        found.setdefault(("facts", keys, "", False, None), [])
    ordered = sorted(found.items(), key=lambda f: bool(f[0][2] or f[0][4]))
    # What a case keeps is named alike in every plan that has the same rules of case scope.
    across = [place for place, _ in ordered if place[3]]
    return tuple(Unit(
        name=f"kept_{across.index((s, k, v, a, crowd))}" if a else f"profile_{i}", source=s,
        keys=k, value=v, across=a, crowd=crowd, cells=tuple(cells),
        sized=(s, v, a, crowd) == ("facts", "", False, None) and k in sized)
        for i, ((s, k, v, a, crowd), cells) in enumerate(ordered))


def steps(found: Sequence[Unit]) -> list[list[Unit]]:
    """Put units together whose tables some criterion needs at once, those that tell crowds first.

    Of the others studies come first: they look at their tables while the rest are made.
    """
    together: dict[tuple[bool, tuple[str, ...]], list[Unit]] = {}
    for unit in found:
        together.setdefault((bool(unit.value or unit.crowd), unit.keys), []).append(unit)
    return [step for _, step in sorted(
        together.items(), key=lambda each: (each[0][0], not studied(each[1])))]


def studied(step: Sequence[Unit]) -> bool:
    """Tell whether a study looks at the table of one of these units."""
    return any(isinstance(c.rule.criterion.shape, Study) for unit in step for c in unit.cells)


def read_once(unit: Unit) -> bool:
    """Tell whether one group criterion alone reads a unit of facts, and once: then no table need
    hold it."""
    rules = {c.rule.bit: c.rule for c in unit.cells}
    shapes = [shape_of(rule) for rule in rules.values()]
    return unit.source == "facts" and len(shapes) == 1 and isinstance(shapes[0], Group) and not (
        unit.sized or unit.across or any(isinstance(m, Total)
                                         for m in shapes[0].measures.values()))


def counted(unit: Unit) -> str:
    """Name the column of a unit's table that counts every event of its groups, "" if none does."""
    return next((c.name for c in unit.cells if c.measure == Count() and not unit.value
                 and shape_of(c.rule).where is None), "")


def cell(rule: Rule, measure: str) -> str:
    """Name the column of a measure in its unit."""
    return f"b{rule.bit}_{measure}"


def shape_of(rule: Rule) -> Group | Study:
    """Return the shape of a rule that measures groups."""
    shape = rule.criterion.shape
    assert isinstance(shape, (Group, Study))
    return shape


def _values(rule: Rule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.column for m in shape_of(rule).measures.values()
                               if isinstance(m, (Distinct, Largest))))


def _place(rule: Rule, measure: Measure) -> Place:
    source = "gaps" if GAPS & {*rule.criterion.reads, *keys_of(rule)} else "facts"
    keys = tuple(dict.fromkeys(("day", *keys_of(rule))))
    across = rule.criterion.scope == "case"
    own = (measure.column,) if isinstance(measure, (Distinct, Largest)) else _values(rule)
    crowd = _crowd(rule)
    if source == "gaps":
        asked = {*own, *rule.criterion.reads, *keys, *(crowd.keys if crowd else ())}
        assert asked == {*GAP_KEYS, *GAPS}, "gaps are of a device's day alone"
        assert isinstance(measure, (Count, Distinct, Largest)), "gaps are counted"
        own = tuple(GAPS)
    return source, keys, own[0] if own else "", across, crowd


def _crowd(rule: Rule) -> Crowd | None:
    """Say which groups are large enough for a rule; over several days no one day can tell."""
    least = shape_of(rule).least
    if least is None or rule.criterion.scope == "case":
        return None
    return Crowd(tuple(dict.fromkeys(("day", *scope_keys(rule), *least.keys))),
                 int(rule.values[least.events]))


def gap_rows(plan: Plan) -> ir.Table:
    """Describe the facts that gaps are made of."""
    return table("facts", ("day", "device_id", "time_ms", "order_id"), plan.key_type)


def scope_keys(rule: Rule) -> tuple[str, ...]:
    """Name the keys that the scope adds to a group's own."""
    return tuple(k for k in keys_of(rule) if k not in shape_of(rule).keys)
