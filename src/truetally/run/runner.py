"""Sequence the rooms: sources in, decisions, findings and counts out, manifest last."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.counts.cube import LEVELS, cube, unique_items
from truetally.criterion import Group, Study
from truetally.decisions.plan import Plan, make_plan
from truetally.decisions.policy import Policy
from truetally.decisions.profiles import units
from truetally.decisions.verdict import Verdict
from truetally.engine import Engine, Resources, open_engine
from truetally.events.schema import EVENT
from truetally.report.progress import Progress
from truetally.run.case import salt
from truetally.run.changes import changed_keys_days, changed_margin_days
from truetally.run.clock import Clock
from truetally.run.ingest import Known, ranked, scans
from truetally.run.lists import Lists
from truetally.run.pipeline import (
    Pipeline,
    build_facts,
    decide_events,
    findings,
    flag_groups,
    flag_runs,
    margin_rows,
    save_across,
)
from truetally.run.store import by_day, verdict_table, write_decisions

CHUNK_ROWS = 24_000_000  # events that one pass holds; more days are decided in turn


@dataclass(slots=True, kw_only=True)
class Work:
    """What one run holds: the case, its sources, its plan, and the files it has made so far."""

    case: Path
    folder: Path
    known: list[Known]
    policy: Policy
    policy_folder: Path
    lists: Lists
    offset_ms: int
    pipeline: Pipeline
    partitions: dict[int, dict[str, Any]]
    profiles: dict[str, list[dict[str, Any]]]
    findings: dict[str, str]
    changed: int = 0


def start(case: Path, work: Path, known: list[Known], policy: Policy, policy_folder: Path,
          lists: Lists, offset_ms: int, engine_name: str, resources: Resources, clock: Clock,
          progress: Progress, before: Mapping[str, Any] | None) -> Work:
    """Open the engine on the case's sources and restore what earlier runs left."""
    found = scans(case, known)
    readable = (case / "events", case / "profiles", work, *[s.path for s in found])
    engine = open_engine(engine_name, resources, readable)
    engine.open_events(found, salt(case))
    columns = {c for k in known for c in k.columns if c in EVENT}
    plan = make_plan(policy, columns, offset_ms, engine.key_type)
    pipeline = Pipeline(engine=engine, plan=plan, lists=lists.deriving, clock=clock,
                        progress=progress)
    before = before or {}
    return Work(case=case, folder=work, known=known, policy=policy, policy_folder=policy_folder,
                lists=lists, offset_ms=offset_ms, pipeline=pipeline,
                partitions={p["day"]: p for p in before.get("partitions", [])},
                profiles={k: list(v) for k, v in before.get("profiles", {}).items()},
                findings=dict(before.get("findings", {})))


def count_days(w: Work) -> None:
    """Count good rows by local day for the sources that have not been counted."""
    for place, source in enumerate(w.known):
        if not source.days:
            days = w.pipeline.engine.days(source.number, w.offset_ms)
            w.known[place] = replace(source, days={str(d): n for d, n in days.items()})


def days_of(known: Sequence[Known]) -> dict[int, int]:
    """Count the rows of every local day over all sources."""
    total: dict[int, int] = {}
    for source in known:
        for day, rows in source.days.items():
            total[int(day)] = total.get(int(day), 0) + rows
    return total


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

    Case scope: only partitions that hold a key whose flag changed. Run criteria: only neighbours in
    which an event near midnight got another flag.
    """
    rows = days_of(w.known)
    parts = chunks(dirty, rows)
    across = [r for r in w.pipeline.plan.of(Group, Study) if r.criterion.scope == "case"]
    single = len(parts) == 1
    if across and not single:
        light = _only(w, across)
        for place, part in enumerate(parts):
            build_facts(light, part, list(rows))
            _keep_profiles(w, light, part, place)
    reached: set[int] = set()
    for place, part in enumerate(parts):
        build_facts(w.pipeline, part, list(rows))
        if across and single:
            _keep_profiles(w, w.pipeline, part, place)
        if across and place == 0:
            reached |= _flag_across(w)
        reached |= _decide(w, part, set(dirty))
    for part in chunks(sorted(reached - set(dirty)), rows):
        build_facts(w.pipeline, part, list(rows))
        _decide(w, part, set(rows))


def _only(w: Work, rules: Sequence[Any]) -> Pipeline:
    """Make a pipeline whose facts hold only what case-scope criteria read."""
    policy = replace(w.policy, rules=tuple(rules), minimum_signals=())
    columns = {c for k in w.known for c in k.columns}
    plan: Plan = make_plan(policy, columns, w.offset_ms, w.pipeline.plan.key_type)
    return replace(w.pipeline, plan=plan)


def _keep_profiles(w: Work, p: Pipeline, part: Sequence[int], place: int) -> None:
    """Build and store the case-scope profiles of some days, replacing older ones of these days."""
    batch = f"{len(w.known)}-{place}-{min(part)}"
    with p.clock.stage("store profiles"):
        for name, file in save_across(p, w.case / "profiles", batch).items():
            older = [e | {"days": [d for d in e["days"] if d not in set(part)]}
                     for e in w.profiles.get(name, []) if e["file"] != f"profiles/{file}"]
            w.profiles[name] = [e for e in older if e["days"]] + [
                {"file": f"profiles/{file}", "days": sorted(part)}]


def _flag_across(w: Work) -> set[int]:
    """Flag case-scope groups over all days; return the days that hold a key whose flag changed."""
    p = w.pipeline
    tables = {}
    for unit in units(p.plan):
        if unit.across:
            entries = [(w.case / e["file"], e["days"]) for e in w.profiles[unit.name]]
            tables[unit.name] = f"all_{unit.name}"
            columns = dict.fromkeys((*unit.keys, *((unit.value,) if unit.value else ()),
                                     *(c.name for c in unit.cells)), "")
            p.engine.scan(tables[unit.name], entries, columns)
    flag_groups(p, across=True, tables=tables)
    reached: set[int] = set()
    for rule in p.plan.of(Group, Study):
        if rule.criterion.scope == "case":
            found = findings(p, rule)
            reached |= changed_keys_days(p, rule, found, _stored_findings(w, rule.criterion.code),
                                         tables)
            _write_findings(w, rule.criterion.code, found)
    return reached


def _decide(w: Work, part: Sequence[int], settled: set[int]) -> set[int]:
    """Decide the days of `part` from the table `facts`; return neighbours that this changes."""
    p = w.pipeline
    flag_groups(p, across=False)
    flag_runs(p)
    decide_events(p)
    if p.own_days is None:
        p.engine.drop("facts")
    verdicts = _judge(w)
    with p.clock.stage("write decisions"):
        made = write_decisions(p.engine, w.case / "decisions", w.policy, verdicts,
                               ranked(w.known), p.progress.advance)
    for partition in made:
        w.partitions[partition.day] = asdict(partition)
    w.changed += sum(m.rows for m in made)
    with p.clock.stage("counts"):
        _write_counts(w, part)
    with p.clock.stage("findings"):
        for rule in p.plan.of(Group, Study):
            if rule.criterion.scope != "case":
                _merge_findings(w, rule.criterion.code, findings(p, rule), part)
    if p.own_days is None or not p.run_tables:
        return set()
    with p.clock.stage("margins"):
        return changed_margin_days(w.case, margin_rows(p), w.partitions, settled,
                                   sum(1 << bit for bit in p.run_tables),
                                   {i: k.number for i, k in enumerate(ranked(w.known))})


def _judge(w: Work) -> dict[int, Verdict]:
    """Decide every distinct mask of the table `decided`, and load what counts need of it."""
    import ibis  # noqa: PLC0415  # loading Ibis takes a second that --help should not pay

    t = ibis.table({"mask": "int64"}, name="decided")
    masks = w.pipeline.engine.arrow(t.select("mask").distinct())["mask"].to_pylist()
    verdicts = verdict_table(sorted(masks), w.policy)
    counted = {"gross": ("not_counted",), "net": ("not_counted", "givt"),
               "total_net": ("not_counted", "givt", "sivt")}
    w.pipeline.engine.load("masks", pa.table(
        {"mask": pa.array(list(verdicts), pa.int64())}
        | {level: pa.array([int(v.verdict not in counted[level]) for v in verdicts.values()],
                           pa.int64()) for level in LEVELS}))
    return verdicts


def _write_counts(w: Work, part: Sequence[int]) -> None:
    engine, key_type = w.pipeline.engine, w.pipeline.plan.key_type
    for name, rows in (("cube", cube(key_type)), ("unique", unique_items(key_type))):
        written = set()
        for day, table in by_day(engine.batches(rows)):
            _write_count(w, day, name, table)
            written.add(day)
        for day in set(part) & set(w.partitions) - written:  # no visit is known on that day
            _write_count(w, day, name, engine.arrow(rows.limit(0)))


def _write_count(w: Work, day: int, name: str, rows: pa.Table) -> None:
    file = f"counts/{Path(w.partitions[day]['file']).stem}-{name}.parquet"
    aside = w.folder / "counts.part"
    pq.write_table(rows, aside, compression="zstd", compression_level=1)
    aside.replace(w.case / file)
    w.partitions[day][name] = file


def _stored_findings(w: Work, code: str) -> pa.Table | None:
    file = w.findings.get(code)
    return pq.read_table(w.case / file) if file else None


def _merge_findings(w: Work, code: str, found: pa.Table, part: Sequence[int]) -> None:
    """Replace the findings of some days by new ones."""
    old = _stored_findings(w, code)
    if old is not None and old.num_rows:
        import pyarrow.compute as pc  # noqa: PLC0415

        keep = pc.invert(pc.is_in(old["day"], value_set=pa.array(list(part), pa.int32())))
        found = pa.concat_tables([old.filter(keep), found]).sort_by(
            [(name, "ascending") for name in found.column_names])
    _write_findings(w, code, found)


def _write_findings(w: Work, code: str, found: pa.Table) -> None:
    import hashlib  # noqa: PLC0415

    aside = w.folder / "findings.part"
    pq.write_table(found, aside, compression="zstd")
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    file = f"findings/{code}-{digest[:12]}.parquet"
    aside.replace(w.case / file)
    w.findings[code] = file
