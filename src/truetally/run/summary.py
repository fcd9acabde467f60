"""A case in one view, added up from its counts."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge, Tally, narrow, reasons, tally
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy
from truetally.decisions.verdict import verdict
from truetally.errors import InputError, problem
from truetally.report.data import BY, Line, Source, Summary
from truetally.run.case import inside, read_manifest
from truetally.run.ingest import from_json

CUBE = {"day": ("day",), "item": ("item_id",), "terminal": ("terminal",), "region": ("region",)}


def load_cube(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Read the cube of every day of a case."""
    return _load(case, manifest, "cube")


def load_unique(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Read unique items by day and item."""
    return _load(case, manifest, "unique")


def _load(case: Path, manifest: Mapping[str, Any], name: str) -> pa.Table:
    return pa.concat_tables([pq.read_table(inside(case, p[name])) for p in manifest["partitions"]])


def judge(manifest: Mapping[str, Any]) -> tuple[Policy, Judge]:
    """Give the case's policy and its verdict of a mask."""
    stored = manifest["policy"]
    policy = parse_policy(stored["text"], stored["name"], all_criteria())
    return policy, cache(lambda mask: verdict(mask, policy))


def load_summary(case: Path) -> Summary:
    """Add a case's counts up.

    Raises:
        CaseError: the folder is no case.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    cube = narrow(load_cube(case, manifest), ()) if manifest["partitions"] else None
    whole = _whole(cube, decide)
    sources = [from_json(e) for e in manifest["sources"]]
    unique = load_unique(case, manifest) if manifest["partitions"] else None
    return Summary(
        case=case.name, digest=manifest["digest"], policy=policy.name,
        policy_sha256=policy.sha256, engine=manifest["engine"], events=whole.events,
        gross=whole.gross, net=whole.net, total_net=whole.total_net,
        not_counted=whole.of("not_counted"), givt=whole.of("givt"), sivt=whole.of("sivt"),
        undetermined=whole.of("undetermined"), suspect=whole.suspect,
        rejected_rows=sum(k.rejected for k in sources),
        sivt_decision_rate_permille=whole.decision_rate_permille,
        reasons=_reasons(cube, policy),
        sources=tuple(_source(k, manifest["offset"]) for k in sources),
        warnings=_warnings(manifest), not_applicable=_missing(manifest), offset=manifest["offset"],
        unique_items=int(np.sum(unique["unique_total_net"].to_numpy())) if unique else None,
        synthetic=any(k.synthetic for k in sources), uncalibrated=True,
        elapsed_ms=sum(manifest["timings"].values()))


def _whole(cube: pa.Table | None, decide: Judge) -> Tally:
    if cube is None:
        return Tally()
    return tally(cube, decide, lambda _row: None).get(None, Tally())


def _reasons(cube: pa.Table | None, policy: Policy) -> dict[str, int]:
    if cube is None:
        return {}
    found = reasons(cube, policy.reason_codes)
    return {code: n for code, n in found.items() if n}


def _source(known: Any, offset: str) -> Source:
    del offset
    days = sorted(int(d) for d in known.days)
    return Source(name=known.name, sha256=known.sha256, size_bytes=known.size, rows=known.rows,
                  rejected=known.rejected, format=known.kind,
                  first_day=_date(days[0]) if days else None,
                  last_day=_date(days[-1]) if days else None)


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _warnings(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    notes: list[str] = []
    for source in manifest["sources"]:
        notes += [f"{source['name']}: {note}" for note in source["warnings"]]
    return tuple(notes)


def _missing(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(columns) for code, columns in manifest["not_applicable"].items()}


def breakdown(case: Path, by: str, item: str | None = None) -> list[Line]:
    """Add a case's counts up by day, item, reason, terminal or region.

    With `item`, of that item alone. Days and reasons come in their order, the rest largest first.

    Raises:
        InputError: `by` is none of these, or the case has no such item.
    """
    if by not in BY:
        raise InputError(problem("unknown breakdown", expected=", ".join(BY), found=repr(by),
                                 then="correct --by"))
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    cube, unique = load_cube(case, manifest), load_unique(case, manifest)
    if item is not None:
        cube, unique = _of_item(cube, item), _of_item(unique, item)
        if not cube.num_rows:
            raise InputError(problem("no such item", where=case, found=repr(item),
                                     then="truetally show CASE --by item lists them"))
    if by == "reason":
        return _by_reason(cube, policy, decide)
    column = CUBE[by][0]
    found = tally(narrow(cube, CUBE[by]), decide, lambda row: _key(by, row[column]))
    counted = _uniques(unique, by, column)
    lines = [_line(key, t, counted.get(key)) for key, t in found.items()]
    if by == "day":
        return sorted(lines, key=lambda line: line.key or "")
    return sorted(lines, key=lambda line: (-line.gross, line.key is None, line.key or ""))


def _of_item(table: pa.Table, item: str) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table["item_id"], item))


def _key(by: str, value: object) -> str | None:
    if value is None:
        return None
    return _date(int(str(value))) if by == "day" else str(value)


def _uniques(unique: pa.Table, by: str, column: str) -> dict[str | None, int]:
    if column not in unique.column_names:
        return {}
    summed = unique.group_by([column]).aggregate([("unique_total_net", "sum")])
    return {_key(by, row[column]): row["unique_total_net_sum"] for row in summed.to_pylist()}


def _line(key: str | None, t: Tally, unique: int | None = None) -> Line:
    return Line(key=key, gross=t.gross, net=t.net, total_net=t.total_net,
                not_counted=t.of("not_counted"), givt=t.of("givt"), sivt=t.of("sivt"),
                undetermined=t.of("undetermined"), suspect=t.suspect, watched_ms=t.watched_ms,
                unique=unique)


def _by_reason(cube: pa.Table, policy: Policy, decide: Judge) -> list[Line]:
    """Give every reason the verdicts of the events that carry it."""
    by_mask = narrow(cube, ()).to_pylist()
    lines = []
    for bit, code in enumerate(policy.reason_codes):
        rows = [r for r in by_mask if r["mask"] >> bit & 1]
        if rows:
            found = tally(pa.Table.from_pylist(rows), decide, lambda _row: None)
            lines.append(_line(code, found[None]))
    return lines


def voided(cube: pa.Table, decide: Judge) -> dict[str, int]:
    """Count the events that each criterion decided, by code."""
    found: dict[str, int] = {}
    for row in narrow(cube, ()).to_pylist():
        code = decide(row["mask"]).primary
        if code:
            found[code] = found.get(code, 0) + row["events"]
    return found
