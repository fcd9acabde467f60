"""Profiles and flags: which groups each group criterion and study flags."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.criterion import Group, Study
from truetally.decisions.plan import keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.profiles import Built, build, crowded, flagged, measured, stored
from truetally.decisions.runs import whole_days
from truetally.decisions.units import Crowd, Unit, counted, gap_rows, read_once, steps, units
from truetally.engine.places import place_table, placed, with_codes
from truetally.engine.spec import column_types
from truetally.run.named import in_sight, keyed
from truetally.run.pipeline import Begun, Pipeline
from truetally.run.placed import place, placed_once
from truetally.run.studies import find


def build_profiles(p: Pipeline, wanted: Sequence[Unit],
                   crowds: Mapping[Crowd, str] | None = None) -> dict[str, Built]:
    """Make the table of every wanted unit, but of those that are read once; returns all by unit."""
    made: dict[str, Built] = {}
    for unit in wanted:
        crowd = (crowds or {}).get(unit.crowd, "") if unit.crowd else ""
        days = None if whole_days(p.plan) and not unit.across else p.own_days
        rows = build(unit, p.plan, days, crowd)
        if read_once(unit):
            made[unit.name] = rows
            continue
        with p.clock.stage(f"profile {_title(unit)}"):
            if unit.source == "gaps":
                p.engine.gaps("gaps", gap_rows(p.plan), crowd)
            p.engine.create(unit.name, rows)
            if unit.source == "gaps":
                p.engine.drop("gaps")
        made[unit.name] = unit.name
    return made


def _title(unit: Unit) -> str:
    return " x ".join((*unit.keys, unit.value) if unit.value else unit.keys)


def save_across(p: Pipeline, folder: Path, batch: str, *, keep: bool = False) -> dict[str, str]:
    """Build the case-scope profiles and write them to the case; returns file names by unit.

    The tables of units by their own names are there afterwards if they are to be kept.
    """
    files = {}
    wanted = [u for u in units(p.plan) if u.across]
    build_profiles(p, wanted)
    for unit in wanted:
        if unit.across:
            name = f"{unit.name}-{batch}.parquet"
            p.engine.save(stored(unit, unit.name, p.plan.key_type), folder / name)
            files[unit.name] = name
            if not keep:
                p.engine.drop(unit.name)
    return files


def flag_groups(p: Pipeline, *, across: bool, tables: Mapping[str, str] | None = None,
                wait: bool = True) -> None:
    """Find the flagged groups of every group criterion and study of one kind of scope.

    Without `tables` the profiles are built, set of keys by set of keys, and dropped after use.
    Unless told to `wait`, studies may still be at it: see `finish_studies`.
    """
    found = [u for u in units(p.plan) if u.across is across]
    if tables is None:
        wanted = list(dict.fromkeys(u.crowd for u in found if u.crowd))
        crowds = _kept_crowds(p, wanted)
        needed = {crowd.keys for crowd in wanted if crowd not in crowds}
        for step in steps([u for u in found if u.cells or u.keys in needed]):
            _flag_step(p, step, crowds, wanted)
        for name in crowds.values():
            p.engine.drop(name)
    else:
        _flag(p, [r for r in p.plan.of(Group, Study)
                  if (r.criterion.scope == "case") is across], tables)
    if wait:
        finish_studies(p)


def _kept_crowds(p: Pipeline, wanted: Sequence[Crowd]) -> dict[Crowd, str]:
    """Make the tables of the crowds that profiles of the whole case tell; returns their names."""
    crowds: dict[Crowd, str] = {}
    for unit in units(p.plan):
        if unit.name in p.kept and (size := counted(unit)):
            for crowd in wanted:
                if crowd.keys == unit.keys:
                    _tell(p, crowds, crowd, p.kept[unit.name], size)
    return crowds


def _tell(p: Pipeline, crowds: dict[Crowd, str], crowd: Crowd, table: str, size: str) -> None:
    """Make the table of a crowd of the groups of a table, and note its name."""
    if crowd not in crowds:
        crowds[crowd] = f"crowd_{len(crowds)}"
        p.engine.create(crowds[crowd], crowded(table, crowd, p.plan.key_type, size))


def _flag_step(p: Pipeline, step: Sequence[Unit], crowds: dict[Crowd, str],
               wanted: Sequence[Crowd]) -> None:
    """Build some units, flag their criteria's groups, note the crowds they tell, drop them."""
    tables = build_profiles(p, step, crowds)
    rules = {c.rule.criterion.code: c.rule for u in step for c in u.cells}
    _flag(p, list(rules.values()), tables)
    for unit in step:
        for crowd in wanted:
            if unit.sized and crowd.keys == unit.keys:
                _tell(p, crowds, crowd, unit.name, "size")
    for name in tables:
        p.engine.drop(name)


def _flag(p: Pipeline, rules: Sequence[Rule], tables: Mapping[str, Built]) -> None:
    found = [u for u in units(p.plan) if u.name in tables]
    for rule in rules:
        name = f"flagged_{rule.bit}"
        with p.clock.stage(f"flag {rule.criterion.code}"):
            groups = measured(rule, found, p.plan.key_type, tables)
            if isinstance(rule.criterion.shape, Study):
                _begin(p, rule, groups)
            else:
                p.flag_rows[rule.criterion.code] = p.engine.create(name, flagged(rule, groups))
                p.flag_tables[rule.criterion.code] = name


def _begin(p: Pipeline, rule: Rule, groups: ir.Table) -> None:
    """Give a study its profile with texts for keys; it finds beside what the engine does next."""
    shape = rule.criterion.shape
    assert isinstance(shape, Study)
    if shape.only is not None:
        groups = groups.filter(shape.only(groups, rule.values))
    named = _named(p, rule, groups)
    finding = p.beside.submit(find, rule, _profile(p, rule, groups, named), p.seed)
    p.begun.append(Begun(rule=rule, named=named, finding=finding))


def finish_studies(p: Pipeline) -> None:
    """Wait for the studies that were begun, and make the table of each one's flagged groups."""
    while p.begun:
        begun = p.begun.pop(0)
        with p.clock.stage(f"flag {begun.rule.criterion.code}"):
            _finish(p, begun.rule, begun.named, begun.finding.result())


def _finish(p: Pipeline, rule: Rule, named: Mapping[str, str], found: pa.Table) -> None:
    """Put the keys back into what a study found."""
    name, types = f"flagged_{rule.bit}", column_types(p.plan.key_type)
    found = found.cast(pa.schema([(f.name, pa.string() if f.name in named else f.type)
                                  for f in found.schema]))
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
    p.flag_tables[rule.criterion.code] = name


def _named(p: Pipeline, rule: Rule, groups: ir.Table) -> dict[str, str]:
    """Name, by column, the tables (key, text) of the keys of a study's groups."""
    tables = {}
    for column in keys_of(rule):
        if column in keyed(p):
            tables[column] = f"dict_{column}"
            if not in_sight(p, rule, column):
                tables[column] = f"study_{rule.bit}_{column}"
                p.engine.texts(tables[column], column, groups.select(column))
    return tables


def _profile(p: Pipeline, rule: Rule, groups: ir.Table, named: Mapping[str, str]) -> pa.Table:
    """Fetch a study's groups in the order of its keys, texts as codes of dictionaries."""
    types = column_types(p.plan.key_type)
    texts = {c: placed_once(p, c) if name == f"dict_{c}" else place(p.engine, name, c)
             for c, name in named.items()}
    numbered = placed(groups, {c: place_table(name) for c, name in named.items()}, types)
    profile = p.engine.arrow(numbered.order_by(*keys_of(rule)))
    for column, rows in texts.items():
        profile = with_codes(profile, column, rows)
    return profile
