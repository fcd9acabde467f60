"""Carry out a plan: profiles, flags, decisions and counts for the days that changed, in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from truetally.criterion import Group, Study
from truetally.decisions.plan import Plan, make_plan
from truetally.decisions.policy import Rule
from truetally.decisions.units import units
from truetally.events.ahead import ahead
from truetally.events.schema import DAY_MS
from truetally.run.changes import Changed, changed_keys_days, changed_margins
from truetally.run.flags import finish_studies, flag_groups, save_across
from truetally.run.ingest import ranked
from truetally.run.named import findings, name_keys
from truetally.run.patch import patch
from truetally.run.pipeline import (
    Pipeline,
    build_facts,
    decide_events,
    flag_first_runs,
    flag_other_runs,
    margin_ms,
    margin_rows,
    narrow_to_count,
    narrow_to_decide,
)
from truetally.run.results import (
    merge_findings,
    stored_findings,
    write_decided,
    write_findings,
)
from truetally.run.work import Work, days_of, look_at

CHUNK_ROWS = 24_000_000  # events that one pass holds; more days are decided in turn


def chunks(days: Sequence[int], rows: Mapping[int, int], most: int = CHUNK_ROWS,
           ) -> list[list[int]]:
    """Cut days into groups of at most `most` rows; a day alone may exceed it."""
    found: list[list[int]] = []
    held = 0
    for day in sorted(days):
        if not found or held + rows[day] > most:
            found.append([])
            held = 0
        found[-1].append(day)
        held += rows[day]
    return found


def carry_out(w: Work, dirty: Sequence[int]) -> None:
    """Decide the days that changed, and the days that these changes reach.

    Case scope: only partitions that hold a key whose flag changed. Run criteria: only events of a
    neighbour near midnight that got another flag; no other criterion reads these flags.
    """
    rows = days_of(w.known)
    parts = chunks(dirty, rows)
    across = [r for r in w.pipeline.plan.of(Group, Study) if r.criterion.scope == "case"]
    single = len(parts) == 1
    if across and not single:
        light = _only(w, across)
        for place, part in enumerate(parts):
            _facts(w, light, part, rows)
            _keep_profiles(w, light, part, place)
    reached: set[int] = set()
    margins: dict[int, list[Changed]] = {}
    for place, part in enumerate(parts):
        _facts_and_runs(w, part, rows)
        if across and single:
            _keep_profiles(w, w.pipeline, part, place)
        if across and place == 0:
            look_at(w, None)
            reached |= _flag_across(w)
            look_at(w, _seen(w.pipeline, part))
        for day, changed in _decide(w, part, set(dirty)).items():
            margins.setdefault(day, []).append(changed)
    for part in chunks(sorted(reached - set(dirty)), rows):
        _facts_and_runs(w, part, rows)
        _decide(w, part, set(rows))
    for day in sorted(set(margins) - reached):
        _facts(w, _only(w, ()), [day], rows)
        patch(w, day, margins[day])


def _facts(w: Work, p: Pipeline, part: Sequence[int], rows: Mapping[int, int]) -> None:
    """Build the facts of some days from the sources that hold them."""
    look_at(w, _seen(p, part))
    build_facts(p, part, list(rows))


def _facts_and_runs(w: Work, part: Sequence[int], rows: Mapping[int, int]) -> None:
    """Build the facts of some days, and first find the runs: what these alone read takes much."""
    _facts(w, w.pipeline, part, rows)
    flag_first_runs(w.pipeline)


def _seen(p: Pipeline, part: Sequence[int]) -> set[int]:
    """Name the days a pass sees: its own, and those its margins reach."""
    reach = -(-margin_ms(p.plan) // DAY_MS)
    return {day + step for day in part for step in range(-reach, reach + 1)}


def _only(w: Work, rules: Sequence[Rule]) -> Pipeline:
    """Make a pipeline whose facts hold only what these rules and the counts read."""
    policy = replace(w.policy, rules=tuple(rules), minimum_signals=())
    columns = {c for k in w.known for c in k.columns}
    plan: Plan = make_plan(policy, columns, w.settings.offset_ms, w.pipeline.plan.key_type)
    return replace(w.pipeline, plan=plan)


def _keep_profiles(w: Work, p: Pipeline, part: Sequence[int], place: int) -> None:
    """Build and store the case-scope profiles of some days, replacing older ones of these days."""
    batch = f"{len(w.known)}-{place}-{min(part)}"
    with p.clock.stage("store profiles"):
        for name, file in save_across(p, w.case / "profiles", batch, keep=p.whole).items():
            older = [e | {"days": [d for d in e["days"] if d not in set(part)]}
                     for e in w.profiles.get(name, []) if e["file"] != f"profiles/{file}"]
            w.profiles[name] = [e for e in older if e["days"]] + [
                {"file": f"profiles/{file}", "days": sorted(part)}]


def _flag_across(w: Work) -> set[int]:
    """Flag case-scope groups over all days; return the days that hold a key whose flag changed.

    A pass over the whole case reaches every day as it is: its findings wait for those of days, so
    that the texts of all keys are looked up at once.
    """
    p = w.pipeline
    tables = {}
    for unit in units(p.plan):
        if unit.across and p.whole and len(w.profiles[unit.name]) == 1:
            tables[unit.name] = unit.name  # as it was saved just now
        elif unit.across:
            entries = [(w.case / e["file"], e["days"]) for e in w.profiles[unit.name]]
            tables[unit.name] = f"all_{unit.name}"
            columns = dict.fromkeys((*unit.keys, *((unit.value,) if unit.value else ()),
                                     *(c.name for c in unit.cells)), "")
            p.engine.scan(tables[unit.name], entries, columns)
    p.kept = tables
    flag_groups(p, across=True, tables=tables, wait=False)
    return set() if p.whole else _write_across(w, tables)


def _write_across(w: Work, tables: Mapping[str, str]) -> set[int]:
    """Write what case-scope criteria found; return the days that hold a key whose flag changed."""
    p = w.pipeline
    finish_studies(p)
    name_keys(p, [r for r in p.plan.of(Group, Study) if r.criterion.scope == "case"])
    reached: set[int] = set()
    for rule in p.plan.of(Group, Study):
        if rule.criterion.scope == "case":
            found = findings(p, rule)
            reached |= changed_keys_days(p, rule, found, stored_findings(w, rule.criterion.code),
                                         tables)
            w.findings[rule.criterion.code] = write_findings(w, rule.criterion.code, found)
    return reached


def _decide(w: Work, part: Sequence[int], settled: set[int]) -> dict[int, Changed]:
    """Decide the days of `part` from the table `facts`; return what this changes in neighbours."""
    p = w.pipeline
    flag_groups(p, across=False)
    for unit in [unit for unit, table in p.kept.items() if table == unit]:
        p.engine.drop(p.kept.pop(unit))  # a table, not the files of the case
    flag_other_runs(p)
    narrow_to_decide(p)
    masks = decide_events(p)
    narrow_to_count(p)
    write_decided(w, part, masks.counts(), lambda _, ids: masks.at(ids))
    if p.own_days is None:
        p.engine.drop("facts")
    with p.clock.stage("findings"):
        _write_found(w, part)
    if p.own_days is None or not p.run_tables:
        return {}
    with p.clock.stage("margins"):
        return changed_margins(w.case, margin_rows(p), w.partitions, settled,
                               sum(1 << bit for bit in p.run_tables), ranked(w.known))


def _write_found(w: Work, part: Sequence[int]) -> None:
    """Write the flagged groups of some days, and those of case scope if they are all days."""
    p = w.pipeline
    rules = [r for r in p.plan.of(Group, Study) if p.whole or r.criterion.scope != "case"]
    name_keys(p, rules)

    def write(each: tuple[Rule, pa.Table]) -> tuple[str, str]:
        criterion = each[0].criterion
        if criterion.scope == "case":
            return criterion.code, write_findings(w, criterion.code, each[1])
        return criterion.code, merge_findings(w, criterion.code, each[1], part)

    w.findings |= ahead(((rule, findings(p, rule)) for rule in rules), write)
