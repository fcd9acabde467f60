"""Facts, profiles, flags, decisions, counts: the rooms in order, for a set of days of one case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.criterion import Group, Run, Study
from truetally.decisions.decide import decide, group_flags, read_to_decide, run_marks
from truetally.decisions.plan import Plan, facts, keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.profiles import (
    Crowd,
    Unit,
    build,
    crowded,
    flagged,
    gap_columns,
    measured,
    stored,
    units,
)
from truetally.decisions.runs import (
    carry_ms,
    first_runs,
    in_run,
    run_flags,
    whole_days,
    within_ms,
)
from truetally.engine.spec import DICTIONARY, KEY_COLUMNS, Engine, column_types, table
from truetally.events.schema import DAY_MS
from truetally.run.clock import Clock
from truetally.run.dictionaries import DerivingLists, load_dictionaries
from truetally.run.studies import find


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """An engine with the case's events open, and the plan that is being carried out."""

    engine: Engine
    plan: Plan
    lists: DerivingLists
    clock: Clock
    seed: int = 0
    own_days: tuple[int, ...] | None = None
    flag_tables: dict[str, str] = field(default_factory=dict)
    run_tables: dict[int, str] = field(default_factory=dict)
    flag_rows: dict[str, int] = field(default_factory=dict)
    run_rows: dict[int, int] = field(default_factory=dict)
    marks: str | None = None
    study_measures: dict[str, tuple[str, ...]] = field(default_factory=dict)


def margin_ms(plan: Plan) -> int:
    """Say how far beyond its days a pass must see, in milliseconds: a run may cross midnight."""
    margin = 2 * carry_ms(plan)
    return -(-margin // DAY_MS) * DAY_MS if whole_days(plan) else margin


def build_facts(p: Pipeline, days: Sequence[int], case_days: Sequence[int]) -> int:
    """Make the table `facts` for some local days, with margins where a run may cross midnight.

    `case_days` are all days that the case has rows of. Returns the number of rows, with margins.
    """
    margin = margin_ms(p.plan)
    wanted = set(days)
    reach = range(1, -(-margin // DAY_MS) + 1)
    others = set(case_days) - wanted
    near = any(d + s in others or d - s in others for d in wanted for s in reach)
    p.own_days = tuple(sorted(wanted)) if near else None
    within = spans(sorted(wanted), margin, p.plan.spec.offset_ms)
    everything = wanted >= set(case_days)
    spec = replace(p.plan.spec, spans=None if everything else within)
    p.plan = replace(p.plan, gone=frozenset())
    with p.clock.stage("dictionaries"):
        spec = load_dictionaries(p.engine, p.plan, spec, p.lists)
    with p.clock.stage("facts"):
        p.engine.open_facts(spec)
        return p.engine.create("facts", facts(p.plan))


def spans(days: Sequence[int], margin: int, offset_ms: int) -> tuple[tuple[int, int], ...]:
    """Join days that touch into half-open spans of UTC milliseconds, with a margin at both ends."""
    spans: list[tuple[int, int]] = []
    for day in days:
        start = day * DAY_MS - offset_ms
        if spans and start - margin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], start + DAY_MS + margin)
        else:
            spans.append((start - margin, start + DAY_MS + margin))
    return tuple(spans)


def build_profiles(p: Pipeline, wanted: Sequence[Unit],
                   crowds: Mapping[Crowd, str] | None = None) -> dict[str, str]:
    """Make the table of every wanted unit; returns table names by unit."""
    for unit in wanted:
        crowd = (crowds or {}).get(unit.crowd, "") if unit.crowd else ""
        if unit.source == "gaps":
            _gaps(p, unit, crowd)
        with p.clock.stage(f"profile {_title(unit)}"):
            days = None if whole_days(p.plan) and not unit.across else p.own_days
            p.engine.create(unit.name, build(unit, p.plan, days, crowd))
    return {unit.name: unit.name for unit in wanted}


def _gaps(p: Pipeline, unit: Unit, crowd: str) -> None:
    """Make the table `gaps`, of the devices of the crowd alone where whole days of a device are."""
    with p.clock.stage("gaps"):
        columns, source = gap_columns(p.plan), "facts"
        if crowd and unit.crowd and set(unit.crowd.keys) == {"day", "device_id"}:
            types = column_types(p.plan.key_type)
            few = ibis.table({k: types[k] for k in unit.crowd.keys}, name=crowd)
            source = "gaps_of"
            t = table("facts", ("order_id", *columns), p.plan.key_type)
            p.engine.create(source, t.semi_join(few, list(unit.crowd.keys)))
        p.engine.gaps("gaps", source, columns)
        p.engine.drop("gaps_of")


def _title(unit: Unit) -> str:
    return " x ".join((*unit.keys, unit.value) if unit.value else unit.keys)


def save_across(p: Pipeline, folder: Path, batch: str) -> dict[str, str]:
    """Build the case-scope profiles and write them to the case; returns file names by unit."""
    files = {}
    wanted = [u for u in units(p.plan) if u.across]
    build_profiles(p, wanted)
    for unit in wanted:
        if unit.across:
            name = f"{unit.name}-{batch}.parquet"
            p.engine.save(stored(unit, unit.name, p.plan.key_type), folder / name)
            p.engine.drop(unit.name)
            files[unit.name] = name
    return files


def flag_groups(p: Pipeline, *, across: bool, tables: Mapping[str, str] | None = None) -> None:
    """Find the flagged groups of every group criterion and study of one kind of scope.

    Without `tables` the profiles are built, set of keys by set of keys, and dropped after use.
    """
    found = [u for u in units(p.plan) if u.across is across]
    if tables is None:
        crowds: dict[Crowd, str] = {}
        wanted = list(dict.fromkeys(u.crowd for u in found if u.crowd))
        for step in _steps(found):
            _flag_step(p, step, crowds, wanted)
        for name in ("gaps", *crowds.values()):
            p.engine.drop(name)
    else:
        _flag(p, [r for r in p.plan.of(Group, Study)
                  if (r.criterion.scope == "case") is across], tables)


def _steps(found: Sequence[Unit]) -> list[list[Unit]]:
    """Put units together whose tables some criterion needs at once."""
    steps: dict[tuple[tuple[str, ...], bool], list[Unit]] = {}
    for unit in found:
        steps.setdefault((unit.keys, bool(unit.value or unit.crowd)), []).append(unit)
    return list(steps.values())


def _flag_step(p: Pipeline, step: Sequence[Unit], crowds: dict[Crowd, str],
               wanted: Sequence[Crowd]) -> None:
    """Build some units, flag their criteria's groups, note the crowds they tell, drop them."""
    tables = build_profiles(p, step, crowds)
    rules = {c.rule.criterion.code: c.rule for u in step for c in u.cells}
    _flag(p, list(rules.values()), tables)
    for unit in step:
        for crowd in wanted:
            if unit.sized and crowd.keys == unit.keys:
                crowds[crowd] = f"crowd_{len(crowds)}"
                p.engine.create(crowds[crowd], crowded(unit, crowd, p.plan.key_type))
    for name in tables.values():
        p.engine.drop(name)


def _flag(p: Pipeline, rules: Sequence[Rule], tables: Mapping[str, str]) -> None:
    found = [u for u in units(p.plan) if u.name in tables]
    for rule in rules:
        name = f"flagged_{rule.bit}"
        with p.clock.stage(f"flag {rule.criterion.code}"):
            groups = measured(rule, found, p.plan.key_type, tables)
            if isinstance(rule.criterion.shape, Study):
                _study(p, rule, groups, name)
            else:
                p.flag_rows[rule.criterion.code] = p.engine.create(name, flagged(rule, groups))
        p.flag_tables[rule.criterion.code] = name


def _study(p: Pipeline, rule: Rule, groups: ir.Table, name: str) -> None:
    """Give a study its profile with texts for keys, and put the keys back into what it found."""
    prefix = f"study_{rule.bit}"
    shape = rule.criterion.shape
    assert isinstance(shape, Study)
    if shape.only is not None:
        groups = groups.filter(shape.only(groups, rule.values))
    types = column_types(p.plan.key_type)
    named = {c: f"dict_{c}" if c in DICTIONARY else f"{prefix}_{c}"
             for c in keys_of(rule) if c in _keyed(p)}
    for column, table_name in named.items():
        if column not in DICTIONARY:
            p.engine.texts(table_name, column, groups.select(column))
    profile = p.engine.arrow(_joined(groups, named, types).order_by(*keys_of(rule)))
    found = find(rule, profile, p.seed)
    p.study_measures[rule.criterion.code] = tuple(
        c for c in found.column_names if c not in keys_of(rule))
    p.engine.load(f"found_{rule.bit}", found)
    t = ibis.table({c: "string" if c in named else types.get(c, "int64")
                    for c in found.column_names}, name=f"found_{rule.bit}")
    for column, table_name in named.items():
        texts = ibis.table({"key": types[column], "text": "string"}, name=table_name)
        joined = t.inner_join(texts, t[column] == texts.text)
        t = joined.select(*[texts.key.name(column) if c == column else joined[c]
                            for c in t.columns])
    p.flag_rows[rule.criterion.code] = p.engine.create(name, t)


def flag_runs(p: Pipeline) -> None:
    """Find the flagged events of every run criterion, stage by stage."""
    p.run_tables = {}
    for rule in p.plan.of(Run):
        _flag_run(p, rule)


def flag_first_runs(p: Pipeline) -> None:
    """Find the flagged events of the runs that need no group, and drop what only they read."""
    p.run_tables = {}
    first = first_runs(p.plan)
    for rule in first:
        _flag_run(p, rule)
    _narrow(p, p.plan.read_by([r for r in p.plan.of(Group, Study, Run) if r not in first]))


def _narrow(p: Pipeline, kept: Collection[str]) -> None:
    """Give back what facts take that nobody reads from here on, until they are built anew."""
    gone = frozenset(p.plan.fact_columns) - frozenset(kept)
    p.engine.narrow("facts", kept)
    p.plan = replace(p.plan, gone=p.plan.gone | gone)


def flag_other_runs(p: Pipeline) -> None:
    """Find the flagged events of the runs that wait for groups."""
    for rule in p.plan.of(Run):
        if rule.bit not in p.run_tables:
            _flag_run(p, rule)


def _flag_run(p: Pipeline, rule: Rule) -> None:
    earlier = [p.run_tables[r.bit] for r in p.plan.of(Run) if r.stage < rule.stage]
    name = f"run_{rule.bit}"
    with p.clock.stage(f"run {rule.criterion.code}"):
        rows = p.engine.create(name, run_flags(rule, _neighbourly(p, rule, earlier)))
        p.engine.drop(f"near_{rule.bit}")
    p.run_tables[rule.bit] = name
    p.run_rows[rule.bit] = rows


def _neighbourly(p: Pipeline, rule: Rule, earlier: Sequence[str]) -> ir.Table:
    """Leave out of a run, which most events are alone in, those without a neighbour."""
    rows, name = in_run(rule, p.plan, earlier, p.flag_tables), f"near_{rule.bit}"
    p.engine.near(name, rows, keys_of(rule), within_ms(rule))
    return table(name, rows.columns, p.plan.key_type)


def narrow_to_decide(p: Pipeline) -> None:
    """Drop the facts that only flags were made of."""
    hit = [r for r in p.plan.of(Group, Study) if p.flag_rows.get(r.criterion.code)]
    _narrow(p, read_to_decide(p.plan, hit))


def decide_events(p: Pipeline) -> int:
    """Make the table `decided`: every event of the own days with its final mask."""
    with p.clock.stage("decide"):
        names = {}
        hit = {code: name for code, name in p.flag_tables.items() if p.flag_rows[code]}
        for place, (keys, expression) in enumerate(group_flags(p.plan, hit).items()):
            p.engine.create(f"flags_{place}", expression)
            names[keys] = f"flags_{place}"
        marks = None
        run_hit = {bit: name for bit, name in p.run_tables.items() if p.run_rows[bit]}
        if run_hit:
            marks = "marks"
            p.engine.create(marks, run_marks(run_hit))
        p.marks = marks
        return p.engine.create("decided", decide(p.plan, names, marks, p.own_days))


def name_keys(p: Pipeline, rules: Sequence[Rule]) -> None:
    """Look up, in one scan a column, the texts behind all keys that group criteria flagged."""
    parts: dict[str, list[ir.Table]] = {}
    for rule in rules:
        for column in keys_of(rule) if p.flag_rows[rule.criterion.code] else ():
            if column in _keyed(p) and column not in DICTIONARY:
                parts.setdefault(column, []).append(_flagged(p, rule).select(column))
    for column, tables in parts.items():
        whole = tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=True)
        p.engine.texts(f"named_{column}", column, whole.distinct())


def findings(p: Pipeline, rule: Rule) -> pa.Table:
    """Fetch a criterion's flagged groups with texts for keys, ordered by their keys.

    `name_keys` has looked the texts up.
    """
    keys, types = keys_of(rule), column_types(p.plan.key_type)
    t = _flagged(p, rule)
    if not p.flag_rows[rule.criterion.code]:
        return _no_findings(t.columns, types)
    tables = {c: f"dict_{c}" if c in DICTIONARY else f"named_{c}" for c in keys if c in _keyed(p)}
    named = _joined(t, tables, types)
    return p.engine.arrow(named.order_by(*keys))


def _flagged(p: Pipeline, rule: Rule) -> ir.Table:
    """Describe a table of flagged groups in full: of one described in part, Ibis takes `*`."""
    shape = rule.criterion.shape
    assert isinstance(shape, (Group, Study))
    types = column_types(p.plan.key_type)
    measures = p.study_measures.get(rule.criterion.code, tuple(shape.measures))
    return ibis.table({k: types[k] for k in keys_of(rule)} | dict.fromkeys(measures, "int64"),
                      name=p.flag_tables[rule.criterion.code])


def _no_findings(columns: Sequence[str], types: Mapping[str, str]) -> pa.Table:
    """Make the table of a criterion that flagged no group, with the types it has when it does."""
    arrow = {"int32": pa.int32(), "boolean": pa.bool_(), "string": pa.string()}
    return pa.schema([(c, pa.string() if c in KEY_COLUMNS else arrow.get(types.get(c, ""),
                       pa.int64())) for c in columns]).empty_table()


def with_texts(p: Pipeline, t: ir.Table, prefix: str) -> ir.Table:
    """Replace the internal keys of an expression by texts, in tables ``<prefix>_<column>``."""
    types = column_types(p.plan.key_type)
    tables = {c: f"{prefix}_{c}" for c in t.columns if c in _keyed(p)}
    for column, name in tables.items():
        p.engine.texts(name, column, t.select(column))
    return _joined(t, tables, types)


def _joined(t: ir.Table, tables: Mapping[str, str], types: Mapping[str, str]) -> ir.Table:
    """Put texts in the place of keys, from tables (key, text)."""
    for column, name in tables.items():
        texts = ibis.table({"key": types[column], "text": "string"}, name=name)
        joined = t.left_join(texts, t[column] == texts.key)
        t = joined.select(*[texts.text.name(column) if c == column else joined[c]
                            for c in t.columns])
    return t


def _keyed(p: Pipeline) -> set[str]:
    return {*p.plan.spec.keys, "identity", "listener"}


def margin_rows(p: Pipeline) -> pa.Table:
    """Fetch the events of neighbouring days near the border, with the run bits they have now.

    Columns order_id, day, bits. Only as near as one carry: farther ones cannot have changed.
    """
    carry = carry_ms(p.plan)
    days = p.own_days or ()
    t = table("facts", p.plan.fact_columns, p.plan.key_type)
    t = t.filter(~t.day.isin(list(days)))
    close = ibis.literal(False)
    for start, end in spans(days, carry, p.plan.spec.offset_ms):
        close = close | ((t.time_ms >= start) & (t.time_ms < end))
    t = t.filter(close).select("order_id", "day")
    if p.marks is None:
        return p.engine.arrow(t.select("order_id", "day", bits=ibis.literal(0, "int64")))
    m = ibis.table({"order_id": "int64", "bits": "int64"}, name=p.marks)
    joined = t.left_join(m, "order_id")
    return p.engine.arrow(joined.select(joined.order_id, joined.day,
                                        bits=m.bits.fill_null(0).cast("int64")))
