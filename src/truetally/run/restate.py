"""`truetally restate`: what a rule change or an appeal does, beside the decisions of the past.

A restatement is a case folder of its own, below `restated/` of the case it came from (or where it
is told to be), so that every command works on it and the old decisions stay as they were. It is
closed: new sources go into the original, which is then restated again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy, read_policy
from truetally.decisions.verdict import verdict
from truetally.engine import Resources
from truetally.errors import InputError, problem
from truetally.evidence.canonical import canonical
from truetally.report.progress import Progress, Silent
from truetally.run.appeal import Appeal, Waiver
from truetally.run.case import locked, read_manifest, write_aside, write_manifest
from truetally.run.clock import Clock
from truetally.run.ingest import Known, from_json
from truetally.run.lists import Lists, filled, resolve
from truetally.run.manifest import build_manifest
from truetally.run.reasons import needs_deciding
from truetally.run.recount import linked
from truetally.run.rejudge import Old, rejudge, same_findings
from truetally.run.runner import carry_out
from truetally.run.start import parse_offset
from truetally.run.summary import judge
from truetally.run.withdraw import without_entries, write_lists
from truetally.run.work import Settings, Work, days_of, start

FOLDER = "restated"
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to change: the policy's name or file (None: the case's own), and decided appeals."""

    policy: str | None = None
    appeals: tuple[Appeal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """The policy to restate under, its lists, and the list files that it brings.

    `waives_alone`: nothing but criteria withdrawn for some items or addresses; the reasons stand.
    """

    policy: Policy
    lists: Lists
    folder: Path
    files: Mapping[str, str]
    waivers: tuple[Waiver, ...]
    appeals: tuple[dict[str, Any], ...]
    waives_alone: bool


def restate(case: Path, asked: Asked, *, into: Path | None = None,
            progress: Progress | None = None) -> Path:
    """Decide a case again under another policy or after appeals; return the restated case's folder.

    Where only consequences, order or corroboration change, the reasons found before are judged
    again and no criterion runs: the counts follow from the old counts, but for the sessions of
    items whose events moved between levels. A restatement that is there already is not made twice.

    Raises:
        InputError: nothing is asked to change, or an appeal names what the case does not have.
        CaseError: another run holds the case.
    """
    if asked.policy is None and not asked.appeals:
        raise InputError(problem("nothing is asked to change", expected="--policy or --appeal",
                                 then="name a policy, an appeal, or both"))
    clock = Clock(progress or Silent())
    case = case.absolute()
    read_manifest(case)
    with locked(case) as work:
        manifest = read_manifest(case)
        new = _new(manifest, asked, work)
        target = (into or case / FOLDER / _name(manifest, new)).absolute()
        if (target / "manifest.json").exists():
            _same_restatement(target, manifest, new)
            return target
        with locked(target) as folder:
            _carry_out(case, manifest, new, target, folder, clock)
    return target


def _new(manifest: Mapping[str, Any], asked: Asked, work: Path) -> _New:
    """Work out the policy in full; lists that entries were withdrawn from become its own files."""
    stored = manifest["policy"]
    criteria = all_criteria()
    if asked.policy is None:
        policy, folder = parse_policy(stored["text"], stored["name"], criteria), Path(
            stored["folder"])
    else:
        policy = read_policy(asked.policy, criteria)
        folder = Path(asked.policy).absolute().parent if asked.policy.endswith(".toml") else Path()
    resolved, lists = resolve(policy, folder)
    files: dict[str, str] = {}
    if any(a.entries for a in asked.appeals):
        text, files = without_entries(policy, lists, asked.appeals)
        kept = [f for items in policy.lists.values() for f in items if f.startswith("file:")]
        files |= {f.removeprefix("file:"): (folder / f.removeprefix("file:")).read_text("utf-8-sig")
                  for f in kept if f.removeprefix("file:") not in files}
        folder = work / "policy"
        write_lists(folder, files)
        resolved, lists = resolve(parse_policy(text, policy.name, criteria), folder)
    before = tuple(manifest.get("appeals", ()))
    appeals = (*before, *(a.as_json() for a in asked.appeals))
    waivers = tuple(Waiver(criterion=w["criterion"], items=tuple(w["items"]),
                           addresses=tuple(w["addresses"])) for a in appeals for w in a["waivers"])
    _known_criteria(resolved, waivers)
    return _New(policy=resolved, lists=lists, folder=folder, files=files, waivers=waivers,
                appeals=appeals, waives_alone=asked.policy is None and not files)


def _known_criteria(policy: Policy, waivers: Sequence[Waiver]) -> None:
    unknown = sorted({w.criterion for w in waivers} - set(policy.reason_codes))
    if unknown:
        raise InputError(problem("a withdrawn criterion is not in the policy", where=policy.name,
                                 expected=", ".join(policy.reason_codes),
                                 found=", ".join(unknown), then="correct the appeal"))


def _identity(manifest: Mapping[str, Any], new: _New) -> dict[str, Any]:
    """Say what a restatement is made of: the same in, the same folder and decisions out."""
    return {"from": manifest["digest"], "policy": new.policy.sha256,
            "lists": [[e["name"], e["sha256"]] for e in new.lists.as_json()],
            "appeals": [a["sha256"] for a in new.appeals]}


def _name(manifest: Mapping[str, Any], new: _New) -> str:
    return hashlib.sha256(canonical(_identity(manifest, new))).hexdigest()[:_SHORT]


def _same_restatement(target: Path, manifest: Mapping[str, Any], new: _New) -> None:
    there = read_manifest(target).get("restated_from")
    if not there or there["identity"] != _identity(manifest, new):
        raise InputError(problem("this folder holds another case", where=target,
                                 then="choose another --into"))


def _carry_out(case: Path, manifest: Mapping[str, Any], new: _New, target: Path, folder: Path,
               clock: Clock) -> None:
    stored = manifest["policy"]
    plain, decide = judge(manifest)
    old = Old(case=case, manifest=manifest, policy=_filled(plain, new), decide=decide)
    why = "" if new.waives_alone else needs_deciding(
        old.policy, new.policy, stored["criteria"], manifest["lists"], new.lists.as_json())
    known = _sources(case, manifest, target)
    if new.files:
        write_lists(target, new.files)
    home = target if new.files else new.folder
    w = start(Settings(
        case=target, folder=folder, policy=new.policy, policy_folder=home, lists=new.lists,
        offset_ms=parse_offset(manifest["offset"]),
        engine=manifest["engine"] if why else "duckdb",
        resources=Resources(temp=folder / "temp")), known, clock)
    try:
        if why:
            carry_out(w, sorted(days_of(known)))
            again = Old(case=target, manifest={"partitions": list(w.partitions.values())},
                        policy=new.policy, decide=lambda mask: verdict(mask, new.policy))
        else:
            again = old
            same_findings(w, old)
        if new.waivers or not why:
            rejudge(w, again, new.waivers if why else _fresh(manifest, new))
        _write(w, manifest, new, why)
    finally:
        w.pipeline.engine.close()


def _filled(old: Policy, new: _New) -> Policy:
    """Fill the old policy's parameters from the new lists: whether these differ is asked apart."""
    return replace(old, rules=tuple(filled(r, new.lists.frozen) for r in old.rules))


def _fresh(manifest: Mapping[str, Any], new: _New) -> tuple[Waiver, ...]:
    """Leave out the waivers that the old decisions hold already."""
    held = sum(len(a["waivers"]) for a in manifest.get("appeals", ()))
    return new.waivers[held:]


def _sources(case: Path, manifest: Mapping[str, Any], target: Path) -> list[Known]:
    """Give the restated case the same sources; converted events get a second name there."""
    known = [from_json(e) for e in manifest["sources"]]
    for source in known:
        if source.events:
            place = target / source.events
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            linked(case / source.events, place)
    for path in sorted((case / "rejects").glob("*.jsonl")):
        place = target / "rejects" / path.name
        place.unlink(missing_ok=True)
        linked(path, place)
    return known


def _write(w: Work, manifest: Mapping[str, Any], new: _New, why: str) -> None:
    made = build_manifest(w, manifest["offset"])
    made["engine"] = manifest["engine"]
    made["restated_from"] = {
        "decided_again_because": why,
        "digest": manifest["digest"], "policy": manifest["policy"]["name"],
        "policy_sha256": manifest["policy"]["sha256"], "identity": _identity(manifest, new)}
    made["appeals"] = list(new.appeals)
    toml = (f'policy = "{w.policy.name}"\npolicy_sha256 = "{w.policy.sha256}"\n'
            f'offset = "{manifest["offset"]}"\nrestated_from = "{manifest["digest"]}"\n')
    write_aside(w.case / "case.toml", toml.encode())
    write_manifest(w.case, made)
