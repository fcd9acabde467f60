"""`truetally run`: the main job from sources to a decided case."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from truetally.engine import Resources
from truetally.errors import CaseError, InputError, problem
from truetally.events.mapping import load
from truetally.events.schema import MOST_OFFSET_MS
from truetally.report.progress import Progress, Silent
from truetally.run import tables
from truetally.run.case import locked, read_manifest
from truetally.run.clock import Clock
from truetally.run.custody import Stamp, not_recorded, read_acquisition, record_run, stamps
from truetally.run.ingest import Known, Options, bring_in, known_of

if TYPE_CHECKING:
    from truetally.report.data import Summary
    from truetally.run.totals import Counted

MINUTE_MS = 60_000
USUAL_S = sys.getswitchinterval()
BRISK_S = 0.0001  # a fiftieth of it
MOST_MINUTES = MOST_OFFSET_MS // MINUTE_MS


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


def run_case(sources: Sequence[str], case: Path, **told: Unpack[Told]) -> "Summary":
    """Decide every event of the sources, and add the case's counts up.

    Raises:
        TruetallyError: bad input, policy, engine or case; nothing half-done is left behind.
    """
    from truetally.run.summary import load_summary

    decide_case(sources, case, **told)
    return load_summary(case.absolute())


def decide_case(  # noqa: PLR0913  # these keywords are the interface: what the command offers
        sources: Sequence[str], case: Path, *, policy: str | None = None,
        mapping: Path | None = None, engine: str = "duckdb", offset: str | None = None,
        memory: str | None = None, threads: int | None = None, temp: Path | None = None,
        allow_duplicates: bool = False, acquisition: Path | None = None,
        progress: Progress | None = None, on_days: Callable[[int], object] | None = None,
        counted: "list[Counted] | None" = None,
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
        with clock.stage("read sources"), ThreadPoolExecutor(1) as beside, _brisk():
            loaded = beside.submit(_loaded, engine_name, policy, before, known)
            copies = tables.copied(named, engine_name, resources, work / "tables")
            added = [tables.kept(case, k, copies[Path(k.path)]) if Path(k.path) in copies else k
                     for k in bring_in(files, case, known, options, progress, copies)]
        record = partial(_record, case, len(added), acquired, earlier)
        deciding, chosen = loaded.result()
        policy_, lists, folder = chosen or deciding.policy_of(policy, before, added)
        offset = _same("offset", offset, before, "+08:00")
        if added or before is None:
            settings = deciding.Settings(
                case=case, folder=work, policy=policy_, policy_folder=folder, lists=lists,
                offset_ms=parse_offset(offset), engine=engine_name, resources=resources)
            w = deciding.start(settings, [*known, *added], clock, before, counted)
            w.pipeline.meanwhile = meanwhile
            deciding.decide(w, added, before, offset, on_days, record)
        else:
            record()


def _record(case: Path, added: int, acquired: Mapping[str, Any] | None,
            earlier: Mapping[str, Stamp]) -> None:
    """Enter the run into the custody log."""
    manifest = read_manifest(case)
    fresh = not_recorded(case, manifest)  # more than came in now: no record tells of its files
    record_run(case, manifest, added=fresh, acquisition=acquired,
               earlier=earlier if len(fresh) == added else None)


def _loaded(engine: str, policy: str | None, before: Mapping[str, Any] | None,
            known: Sequence[Known]) -> Any:
    """Load what decides, which takes as long as reading much; and the policy, if it is known."""
    from truetally.run import deciding

    if engine == "duckdb":  # another is loaded when it is needed: it need not be installed
        import_module("truetally.engine.duck")
    return deciding, deciding.policy_of(policy, before, known) if policy or before else None


@contextmanager
def _brisk() -> Iterator[None]:
    """Let threads pass Python's lock on soon: reading asks for it often, loading lets go seldom."""
    sys.setswitchinterval(BRISK_S)
    try:
        yield
    finally:
        sys.setswitchinterval(USUAL_S)


def _before(case: Path) -> dict[str, Any] | None:
    """Read the manifest of a case that takes new sources, None if there is no case yet."""
    if not (case / "manifest.json").exists():
        return None
    before = read_manifest(case)
    if before.get("restated_from"):
        raise CaseError(problem("a restatement takes no new sources", where=case, then=(
            "run them into the case that it restates, and restate that again")))
    return before


def _same(what: str, given: str | None, before: Mapping[str, Any] | None, default: str) -> str:
    """Keep a case's setting; a different one asks for a new case."""
    stored = before[what] if before else None
    if stored is not None and given is not None and given != stored:
        raise CaseError(problem(f"the case has another {what}", expected=stored, found=given,
                                then=f"leave --{what} out, or begin a new --case"))
    return str(stored or given or default)


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
