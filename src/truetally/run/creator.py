"""What a creator is told of one item: what was left out, why, and what an appeal did."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from truetally.counts.breakdown import Judge, narrow
from truetally.counts.levels import by_level
from truetally.decisions.policy import Policy
from truetally.errors import InputError, problem
from truetally.report.creator_data import CreatorPage, Reason, Recount, Tallied
from truetally.report.data import Text
from truetally.run.case import read_manifest
from truetally.run.ingest import known_of
from truetally.run.period import day_text
from truetally.run.report_data import criterion_view
from truetally.run.restate import FOLDER
from truetally.run.summary import judge
from truetally.run.tally import only, open_counts


def creator_page(case: Path, item: str) -> CreatorPage:
    """Collect what a creator may know of one item, from the counts alone.

    Raises:
        InputError: the case has no such item.
    """
    case = case.absolute()
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    cube = _of(case, manifest, decide, item)
    if not cube.num_rows:
        raise InputError(problem("no such item", where=case, found=repr(item),
                                 then="truetally show CASE --by item lists them"))
    days = cube["day"].to_pylist()
    known = known_of(manifest)
    return CreatorPage(
        case=case.name, digest=manifest["digest"], item=item, first_day=day_text(min(days)),
        last_day=day_text(max(days)), policy=Text(en=policy.title, zh=policy.title_zh),
        metric=Text(en=policy.metric, zh=policy.metric_zh), whole=_whole("", cube, decide),
        first=_first(case, manifest, item), months=_months(cube, decide),
        reasons=_reasons(cube, policy, decide),
        recounts=(*_own(manifest, item, _whole("", cube, decide)), *_others(case, manifest, item)),
        synthetic=any(k.synthetic for k in known), made_ms=max(k.last_ms or 0 for k in known))


def _of(case: Path, manifest: Mapping[str, Any], decide: Judge, item: str) -> pa.Table:
    """Read an item's counts by day and reason mask."""
    with open_counts(case, manifest, decide) as counts:
        return only(counts, [item]).narrowed("day")


def _whole(key: str, cube: pa.Table, decide: Judge) -> Tallied:
    return _tallied(key, by_level(cube, decide, ()).to_pylist()[0])


def _tallied(key: str, row: Mapping[str, int]) -> Tallied:
    return Tallied(key=key, events=row["events"], counted=row["total_net"],
                   not_counted=row["events"] - row["gross"],
                   void=row["gross"] - row["total_net"], undetermined=row["undetermined"],
                   suspect=row["suspect"])


def _months(cube: pa.Table, decide: Judge) -> tuple[Tallied, ...]:
    found: dict[str, dict[str, int]] = {}
    for row in by_level(cube, decide, ("day",)).to_pylist():
        month = found.setdefault(day_text(row["day"])[:7], {})
        for name, n in row.items():
            month[name] = month.get(name, 0) + n
    return tuple(_tallied(month, row) for month, row in sorted(found.items()))


def _reasons(cube: pa.Table, policy: Policy, decide: Judge) -> tuple[Reason, ...]:
    """Count the item's events by the criterion that decided them, most first."""
    found: dict[str, int] = {}
    for row in narrow(cube, ()).to_pylist():
        code = decide(row["mask"]).primary
        if code:
            found[code] = found.get(code, 0) + row["events"]
    rules = {r.criterion.code: r for r in policy.rules}
    made = []
    for code, events in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        view = criterion_view(rules[code].criterion)
        made.append(Reason(code=code, verdict=rules[code].consequence, events=events,
                           en=view.en, zh=view.zh))
    return tuple(made)


def _first(case: Path, manifest: Mapping[str, Any], item: str) -> Tallied | None:
    """Count the item as it was before a restatement, where the original is still above it."""
    source = manifest.get("restated_from")
    original = case.parent.parent
    if not source or case.parent.name != FOLDER or not (original / "manifest.json").exists():
        return None
    above = read_manifest(original)
    if above["digest"] != source["digest"]:
        return None
    _, decide = judge(above)
    return _whole("", _of(original, above, decide, item), decide)


def _own(manifest: Mapping[str, Any], item: str, result: Tallied) -> list[Recount]:
    """List the appeals that this case already holds."""
    return [_recount(a, result, own=True) for a in manifest.get("appeals", ())
            if _concerns(a, item)]


def _others(case: Path, manifest: Mapping[str, Any], item: str) -> list[Recount]:
    """List the appeals of this case's restatements, with what the item came to in each."""
    found = []
    held = {a["sha256"] for a in manifest.get("appeals", ())}
    for folder in sorted((case / FOLDER).glob("*/manifest.json")):
        made = read_manifest(folder.parent)
        mine = [a for a in made.get("appeals", ())
                if a["sha256"] not in held and _concerns(a, item)]
        if mine and made["restated_from"]["digest"] == manifest["digest"]:
            _, decide = judge(made)
            result = _whole("", _of(folder.parent, made, decide, item), decide)
            found += [_recount(a, result, own=False) for a in mine]
    return sorted(found, key=lambda r: (r.decided_on, r.id))


def _concerns(appeal: Mapping[str, Any], item: str) -> bool:
    """Say whether an appeal can have touched the item: all but those for other items alone."""
    return bool(appeal["entries"]) or any(
        not w["items"] or item in w["items"] for w in appeal["waivers"])


def _recount(appeal: Mapping[str, Any], result: Tallied, *, own: bool) -> Recount:
    return Recount(own=own, id=appeal["id"], decided_on=appeal["decided_on"],
                   why=appeal["why"], result=result)
