"""What a run does once its sources are read: the policy in force, the days, the manifest."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import truetally
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, read_policy
from truetally.errors import CaseError, InputError, PolicyError, problem
from truetally.run import tables
from truetally.run.case import write_aside, write_manifest
from truetally.run.ingest import Known
from truetally.run.lists import Lists, resolve
from truetally.run.manifest import build_manifest
from truetally.run.reading import stored_policy
from truetally.run.runner import carry_out
from truetally.run.work import Settings, Work, count_days, days_of, start

__all__ = ["Settings", "decide", "default_policy", "policy_of", "start"]


def decide(w: Work, added: Sequence[Known], before: Mapping[str, Any] | None, offset: str,
           on_days: Callable[[int], object] | None, then: Callable[[], object]) -> None:
    """Decide the days that new sources touch, write the manifest, and do what comes `then`.

    By then the engine is needed no longer: giving its memory back takes a while of another thread.
    """
    try:
        dirty = _touched(w, added, before, on_days)
        if dirty:
            carry_out(w, dirty)
    except BaseException:
        _end(w)
        raise
    with ThreadPoolExecutor(1) as beside:
        ended = beside.submit(_end, w)
        manifest = build_manifest(w, offset)
        write_aside(w.case / "case.toml", _case_toml(w.policy, offset))
        write_manifest(w.case, manifest)
        tables.sweep(w.case, manifest["sources"])
        then()
    ended.result()


def _touched(w: Work, added: Sequence[Known], before: Mapping[str, Any] | None,
             on_days: Callable[[int], object] | None) -> list[int]:
    """Name the days that must be decided."""
    with w.pipeline.clock.stage("count days"):
        count_days(w)
    rows = days_of(w.known)
    if on_days:
        on_days(len(rows))
    if before and _asked_otherwise(w, before):
        return sorted(rows)
    fresh = {k.number for k in added}
    return sorted({int(d) for k in w.known if k.number in fresh for d in k.days})


def _end(w: Work) -> None:
    w.pipeline.beside.shutdown(wait=False, cancel_futures=True)
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


def policy_of(name: str | None, before: Mapping[str, Any] | None, known: Sequence[Known],
              ) -> tuple[Policy, Lists, Path]:
    """Give the policy in force, its lists, and the folder that it is read from.

    Only where neither a name nor an earlier run says which, it depends on the sources.

    Raises:
        TruetallyError: it is not one, or not the one that the case was decided under.
    """
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
