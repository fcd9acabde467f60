"""`truetally run`: the main job from sources to a decided case."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypedDict, Unpack

import truetally
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, read_policy
from truetally.engine import Resources
from truetally.errors import CaseError, InputError, PolicyError, problem
from truetally.events.mapping import load
from truetally.report.data import Summary
from truetally.report.progress import Progress, Silent
from truetally.run import tables
from truetally.run.case import locked, read_manifest, write_aside, write_manifest
from truetally.run.clock import Clock
from truetally.run.custody import not_recorded, read_acquisition, record_run, stamps
from truetally.run.ingest import Known, Options, bring_in, known_of
from truetally.run.lists import Lists, resolve
from truetally.run.manifest import build_manifest
from truetally.run.reading import stored_policy
from truetally.run.runner import carry_out
from truetally.run.summary import load_summary
from truetally.run.totals import Counted
from truetally.run.work import Settings, Work, count_days, days_of, start

MINUTE_MS = 60_000
MOST_MINUTES = 14 * 60  # no place on earth is farther from UTC


class Told(TypedDict, total=False):
    """What may be told of a run beside its sources and case; see `decide_case`."""

    policy: str | None
    mapping: Path | None
    engine: str
    offset: str | None
    memory: str | None
    threads: int | None
    temp: Path | None
    allow_duplicates: bool
    acquisition: Path | None
    progress: Progress | None


def run_case(sources: Sequence[str], case: Path, **told: Unpack[Told]) -> Summary:
    """Decide every event of the sources, and add the case's counts up.

    Raises:
        TruetallyError: bad input, policy, engine or case; nothing half-done is left behind.
    """
    decide_case(sources, case, **told)
    return load_summary(case.absolute())


def decide_case(  # noqa: PLR0913  # these keywords are the interface: what the command offers
        sources: Sequence[str], case: Path, *, policy: str | None = None,
        mapping: Path | None = None, engine: str = "duckdb", offset: str | None = None,
        memory: str | None = None, threads: int | None = None, temp: Path | None = None,
        allow_duplicates: bool = False, acquisition: Path | None = None,
        progress: Progress | None = None, on_days: Callable[[int], object] | None = None,
        counted: list[Counted] | None = None,
        meanwhile: Callable[[], object] | None = None) -> None:
    """Decide every event of the sources and write or extend the case folder.

    A case that exists keeps its policy, offset, engine and lists; new sources are added and only
    what they touch is decided again. `acquisition` says where they come from, for the custody log.
    `on_days` is told how many local days the case will have, as soon as that is known;
    to `counted` is appended what is added up of the days decided now, for a report that follows;
    `meanwhile` is done by another thread while the engine builds facts.

    Raises:
        TruetallyError: bad input, policy, engine or case; nothing half-done is left behind.
    """
    progress = progress or Silent()
    case = case.absolute()
    acquired = read_acquisition(acquisition) if acquisition else None
    options = Options(mapping=load(mapping) if mapping else None,
                      mapping_text=mapping.read_text(encoding="utf-8") if mapping else "",
                      allow_duplicates=allow_duplicates, threads=threads or 0)
    with locked(case) as work:
        before = _before(case)
        clock, earlier = Clock(progress), stamps(case, before["files"] if before else ())
        known = known_of(before) if before else []
        engine_name = _same("engine", engine if not before or engine != "duckdb" else None,
                            before, engine)
        resources = Resources(temp=temp or work / "temp", memory=memory or "", threads=threads or 0)
        files, named = tables.split(sources)
        with clock.stage("read sources"), ThreadPoolExecutor(1) as beside:
            told = beside.submit(_policy, policy, before, known) if policy or before else None
            copies = tables.copied(named, engine_name, resources, work / "tables")
            added = [tables.kept(case, k, copies[Path(k.path)]) if Path(k.path) in copies else k
                     for k in bring_in(files, case, known, options, progress, copies)]
        chosen, lists, folder = told.result() if told else _policy(policy, before, added)
        offset = _same("offset", offset, before, "+08:00")
        if added or before is None:
            settings = Settings(case=case, folder=work, policy=chosen, policy_folder=folder,
                                lists=lists, offset_ms=parse_offset(offset), engine=engine_name,
                                resources=resources)
            w = start(settings, [*known, *added], clock, before, counted)
            w.pipeline.meanwhile = meanwhile
            _decide(w, added, before, offset, on_days)
        manifest = read_manifest(case)
        fresh = not_recorded(case, manifest)  # more than came in now: no record tells of its files
        record_run(case, manifest, added=fresh, acquisition=acquired,
                   earlier=earlier if len(fresh) == len(added) else None)


def _before(case: Path) -> dict[str, Any] | None:
    """Read the manifest of a case that takes new sources, None if there is no case yet."""
    if not (case / "manifest.json").exists():
        return None
    before = read_manifest(case)
    if before.get("restated_from"):
        raise CaseError(problem("a restatement takes no new sources", where=case, then=(
            "run them into the case that it restates, and restate that again")))
    return before


def _decide(w: Work, added: Sequence[Known], before: Mapping[str, Any] | None,
            offset: str, on_days: Callable[[int], object] | None) -> None:
    try:
        with w.pipeline.clock.stage("count days"):
            count_days(w)
        rows = days_of(w.known)
        if on_days:
            on_days(len(rows))
        fresh = {k.number for k in added}
        dirty = sorted({int(d) for k in w.known if k.number in fresh for d in k.days})
        if before and _asked_otherwise(w, before):
            dirty = sorted(rows)
        if dirty:
            carry_out(w, dirty)
        manifest = build_manifest(w, offset)
        write_aside(w.case / "case.toml", _case_toml(w.policy, offset))
        write_manifest(w.case, manifest)
        tables.sweep(w.case, manifest["sources"])
    finally:
        w.pipeline.engine.close()


def _asked_otherwise(w: Work, before: Mapping[str, Any]) -> bool:
    """Tell whether every day must be asked: a criterion applies from now on, or the engine's
    keys, by its version or ours, need not be those that the stored profiles hold."""
    engine = w.pipeline.engine
    return (sorted(w.pipeline.plan.missing) != sorted(before["not_applicable"])
            or before["versions"].get(engine.name) != engine.version
            or before.get("keys") != engine.keys)


def _case_toml(policy: Policy, offset: str) -> bytes:
    return (f'policy = "{policy.name}"\npolicy_sha256 = "{policy.sha256}"\n'
            f'offset = "{offset}"\ntruetally = "{truetally.__version__}"\n').encode()


def _same(what: str, given: str | None, before: Mapping[str, Any] | None, default: str) -> str:
    """Keep a case's setting; a different one asks for a new case."""
    stored = before[what] if before else None
    if stored is not None and given is not None and given != stored:
        raise CaseError(problem(f"the case has another {what}", expected=stored, found=given,
                                then=f"leave --{what} out, or begin a new --case"))
    return str(stored or given or default)


def _policy(name: str | None, before: Mapping[str, Any] | None, known: Sequence[Known],
            ) -> tuple[Policy, Lists, Path]:
    criteria = all_criteria()
    if before is None:
        wanted = name or default_policy(known)
        folder = Path(wanted).absolute().parent if Path(wanted).suffix == ".toml" else Path()
        return *resolve(read_policy(wanted, criteria), folder), folder
    stored = before["policy"]
    policy, lists = stored_policy(before)
    if name and read_policy(name, criteria).sha256 != stored["sha256"]:
        raise CaseError(problem("the case was decided under another policy",
                                expected=stored["name"], found=name,
                                then="begin a new --case, or leave --policy out"))
    revisions = {r.criterion.code: r.criterion.revision for r in policy.rules}
    if revisions != stored["criteria"]:
        raise PolicyError(problem(
            "the policy's criteria have changed since the case began",
            found=", ".join(sorted(dict(revisions.items() ^ stored["criteria"].items()))),
            then="use the version of truetally in the manifest, or begin a new case"))
    if lists.as_json() != before["lists"]:
        raise PolicyError(problem(
            "the policy's lists have changed since the case began",
            found=_changed(lists, before["lists"]),
            then="install the list versions of the manifest, or begin a new case"))
    return policy, lists, Path(stored["folder"])


def _changed(lists: Lists, before: Sequence[Mapping[str, Any]]) -> str:
    old = {entry["name"]: entry["sha256"] for entry in before}
    return ", ".join(e["name"] for e in lists.as_json() if old.get(e["name"]) != e["sha256"])


def default_policy(known: Sequence[Known]) -> str:
    """Choose a policy by what the sources hold: page views → COUNTER, anything else → video.

    Raises:
        InputError: there are no sources.
    """
    if not known:
        raise InputError(problem("no sources", then="name at least one file"))
    plays = any("watched_ms" in k.columns for k in known)
    return "video" if plays or any(k.kind == "parquet" for k in known) else "counter-r5.1"


def parse_offset(text: str) -> int:
    """Read a fixed offset such as +08:00 into milliseconds.

    Raises:
        InputError: not of that form, or beyond 14 hours.
    """
    found = re.fullmatch(r"([+-])([01][0-9]):([0-5][0-9])", text)
    minutes = int(found[2]) * 60 + int(found[3]) if found else 0
    if not found or minutes > MOST_MINUTES:
        raise InputError(problem("not an offset", expected="+08:00 or -05:30, at most 14 hours",
                                 found=repr(text), then="correct --offset"))
    return minutes * MINUTE_MS * (1 if found[1] == "+" else -1)
