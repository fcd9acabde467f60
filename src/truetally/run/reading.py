"""Open a decided case again: its sources on an engine, and its policy with the lists it names."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from truetally.decisions.plan import Plan, make_plan
from truetally.decisions.policy import Policy
from truetally.engine import Engine, Resources, open_engine
from truetally.engine.order import Whole
from truetally.errors import CaseError, problem
from truetally.run.case import inside
from truetally.run.changes import stored_masks
from truetally.run.clock import Clock
from truetally.run.ingest import Known, event_columns, ranked, scans
from truetally.run.lists import Lists, resolve
from truetally.run.pipeline import Pipeline
from truetally.run.summary import judge


@contextmanager
def open_sources(case: Path, known: Sequence[Known], *, engine: str = "duckdb", memory: str = "",
                 threads: int = 0, also: Sequence[Path] = ()) -> Iterator[Engine]:
    """Open a case's sources on an engine of their own, closed at the end.

    Internal keys are made under a salt of this one opening: nothing that the case has stored can be
    compared with them. `also` are further folders that SQL may read.

    Raises:
        InputError: a source is gone, or has changed since the case read it.
        EngineError: the engine is unknown or cannot start.
    """
    with TemporaryDirectory(prefix="truetally-") as temp:
        found = scans(case, known)
        held = open_engine(
            engine, Resources(temp=Path(temp), memory=memory, threads=threads),
            (case / "events", *also, *[scan.path for scan in found]))
        try:
            held.open_events(found, token_hex(16))
            yield held
        finally:
            held.close()


def with_lists(policy: Policy, manifest: Mapping[str, Any]) -> tuple[Policy, Lists]:
    """Fill the lists and the calibration of a case's policy in, as `lists.resolve` does."""
    return resolve(policy, Path(manifest["policy"]["folder"]))


def stored_policy(manifest: Mapping[str, Any]) -> tuple[Policy, Lists]:
    """Give the policy that a case was decided under, its lists filled in, and the lists."""
    return with_lists(judge(manifest)[0], manifest)


def bare_plan(policy: Policy, known: Sequence[Known], offset_ms: int, key_type: str) -> Plan:
    """Plan for facts that no criterion reads: what counts are made of, and nothing more."""
    nothing = replace(policy, rules=(), minimum_signals=())
    return make_plan(nothing, event_columns(known), offset_ms, key_type)


def pipeline_on(engine: Engine, policy: Policy, known: Sequence[Known], offset_ms: int,
                lists: Lists) -> Pipeline:
    """Plan a policy, its lists filled in, for what the sources have; nothing of it is kept."""
    plan = make_plan(policy, event_columns(known), offset_ms, engine.key_type)
    return Pipeline(engine=engine, plan=plan, lists=lists.deriving, clock=Clock())


def day_file(case: Path, manifest: Mapping[str, Any], day: int) -> Path:
    """Find the decisions of one local day.

    Raises:
        CaseError: the case has none of that day.
    """
    file = next((p["file"] for p in manifest["partitions"] if p["day"] == day), None)
    if file is None:
        raise CaseError(problem("the case has no decisions for the event's day", where=case,
                                then="run the case again"))
    return inside(case, file)


def masks_of_day(case: Path, manifest: Mapping[str, Any], known: Sequence[Known],
                 day: int) -> tuple[Whole, Whole]:
    """Read one day's decisions: places in the total order, ascending, and reason masks.

    Raises:
        CaseError: the case has none of that day.
    """
    return stored_masks(day_file(case, manifest, day), ranked(known))
