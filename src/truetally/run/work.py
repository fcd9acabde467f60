"""What one run holds while it works on a case: settings, sources, plan, and files it has made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from truetally.decisions.plan import make_plan
from truetally.decisions.policy import Policy
from truetally.decisions.verdict import Verdict
from truetally.engine import Resources, open_engine
from truetally.engine.spec import Scan
from truetally.run.case import salt
from truetally.run.clock import Clock
from truetally.run.ingest import Known, event_columns, scans
from truetally.run.lists import Lists
from truetally.run.pipeline import Pipeline
from truetally.run.store import stored_verdicts
from truetally.run.totals import Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run was told: the case, its policy with frozen lists, the offset, the engine."""

    case: Path
    folder: Path
    policy: Policy
    policy_folder: Path
    lists: Lists
    offset_ms: int
    engine: str
    resources: Resources


@dataclass(slots=True, kw_only=True)
class Work:
    """One run. `partitions` by day, `profiles` by unit and `findings` by code name the case's
    files; `verdicts` are those of all masks met; `changed` counts the rows decided so far;
    `counted` are sums kept for a report, None if none is to follow."""

    settings: Settings
    known: list[Known]
    pipeline: Pipeline
    partitions: dict[int, dict[str, Any]]
    profiles: dict[str, list[dict[str, Any]]]
    findings: dict[str, str]
    scans: Sequence[Scan] = ()
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    changed: int = 0
    counted: list[Counted] | None = None

    @property
    def case(self) -> Path:
        """The case folder."""
        return self.settings.case

    @property
    def policy(self) -> Policy:
        """The policy in force, lists filled in."""
        return self.settings.policy


def start(settings: Settings, known: list[Known], clock: Clock,
          before: Mapping[str, Any] | None = None, counted: list[Counted] | None = None) -> Work:
    """Open the engine on the case's sources and restore what earlier runs left.

    What the run adds up of the days it decides is appended to `counted`.
    """
    found = scans(settings.case, known)
    readable = (settings.case / "events", settings.case / "profiles", settings.folder,
                *[s.path for s in found])
    engine = open_engine(settings.engine, settings.resources, readable)
    engine.open_events(found, salt(settings.case))
    plan = make_plan(settings.policy, event_columns(known), settings.offset_ms, engine.key_type)
    before = before or {}
    return Work(settings=settings, known=known,
                pipeline=Pipeline(engine=engine, plan=plan, lists=settings.lists.deriving,
                                  clock=clock),
                partitions={p["day"]: p for p in before.get("partitions", [])},
                profiles={k: list(v) for k, v in before.get("profiles", {}).items()},
                findings=dict(before.get("findings", {})), scans=found,
                verdicts=stored_verdicts(before), counted=counted)


def look_at(w: Work, days: Iterable[int] | None) -> None:
    """Let the engine see the sources that hold some local days, or all for None.

    What is asked of few days then costs those days, however many files the case has.
    """
    wanted = None if days is None else {str(day) for day in days}
    _see(w, [s for s, k in zip(w.scans, w.known, strict=True)
             if wanted is None or not wanted.isdisjoint(k.days)])


def _see(w: Work, scans: Sequence[Scan]) -> None:
    if len(w.scans) > 1:
        w.pipeline.engine.open_events(scans, salt(w.case))


def count_days(w: Work) -> None:
    """Count good rows by local day for the sources that have not been counted."""
    _see(w, [s for s, k in zip(w.scans, w.known, strict=True) if not k.days] or w.scans)
    for place, source in enumerate(w.known):
        if not source.days:
            days = w.pipeline.engine.days(source.number, w.settings.offset_ms)
            w.known[place] = replace(source, days={str(d): n for d, n in days.items()})


def days_of(known: Sequence[Known]) -> dict[int, int]:
    """Count the rows of every local day over all sources."""
    total: dict[int, int] = {}
    for source in known:
        for day, rows in source.days.items():
            total[int(day)] = total.get(int(day), 0) + rows
    return total
