"""A case in one view, added up from its counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge, narrow, reasons
from truetally.counts.items import largest_losses
from truetally.counts.levels import SUMS, by_level
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy
from truetally.decisions.verdict import verdict
from truetally.errors import InputError, problem
from truetally.events.ahead import ahead
from truetally.report.data import BY, Line, Source, Summary
from truetally.run.case import inside, read_manifest
from truetally.run.ingest import from_json
from truetally.run.store import stored_verdicts
from truetally.run.totals import masks, unique_by_day

CUBE = {"day": ("day",), "item": ("item_id",), "terminal": ("terminal",), "region": ("region",)}


def load_cube(case: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """Read the cube of every day of a case."""
    return _load(case, manifest, "cube")


def _load(case: Path, manifest: Mapping[str, Any], name: str,
          columns: Sequence[str] | None = None) -> pa.Table:
    files = (inside(case, p[name]) for p in manifest["partitions"])
    return pa.concat_tables(ahead(files, partial(
        pq.read_table, columns=None if columns is None else list(columns), use_threads=False)))


def judge(manifest: Mapping[str, Any]) -> tuple[Policy, Judge]:
    """Give the case's policy and its verdict of a mask: as it was decided then, if it was met."""
    stored = manifest["policy"]
    policy = parse_policy(stored["text"], stored["name"], all_criteria())
    known = stored_verdicts(manifest)
    return policy, cache(lambda mask: known.get(mask) or verdict(mask, policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A case's counts, read once: its manifest, its policy's verdicts, cube and unique items."""

    manifest: Mapping[str, Any]
    policy: Policy
    decide: Judge
    cube: pa.Table | None
    unique: pa.Table | None


def load_counts(case: Path) -> Counts:
    """Read what every figure of a case is added up from.

    Raises:
        CaseError: the folder is no case.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    some = bool(manifest["partitions"])
    return Counts(manifest=manifest, policy=policy, decide=decide,
                  cube=_load(case, manifest, "cube") if some else None,
                  unique=_load(case, manifest, "unique", ("day", "item_id", "unique_total_net"))
                  if some else None)


def load_summary(case: Path) -> Summary:
    """Add a case's counts up.

    Raises:
        CaseError: the folder is no case.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    some = bool(manifest["partitions"])
    return summary_of(case.name, Counts(
        manifest=manifest, policy=policy, decide=decide,
        cube=masks(case, manifest) if some else None,
        unique=unique_by_day(case, manifest["partitions"]) if some else None))


def summary_of(name: str, c: Counts) -> Summary:
    """Add counts up to the view of the whole case."""
    manifest, policy = c.manifest, c.policy
    cube = narrow(c.cube, ()) if c.cube else None
    whole = by_level(cube, c.decide, ()).to_pylist()[0] if cube else dict.fromkeys(SUMS, 0)
    gross = whole["gross"]
    sources = [from_json(e) for e in manifest["sources"]]
    return Summary(
        case=name, digest=manifest["digest"], policy=policy.name,
        policy_sha256=policy.sha256, engine=manifest["engine"], events=whole["events"],
        **_levels(whole), undetermined=whole["undetermined"], suspect=whole["suspect"],
        rejected_rows=sum(k.rejected for k in sources),
        sivt_decision_rate_permille=whole["signed"] * 1000 // gross if gross else None,
        reasons=_reasons(cube, policy),
        sources=tuple(_source(k) for k in sources),
        warnings=_warnings(manifest), not_applicable=_missing(manifest), offset=manifest["offset"],
        unique_items=int(np.sum(c.unique["unique_total_net"].to_numpy())) if c.unique else None,
        synthetic=any(k.synthetic for k in sources), uncalibrated=policy.calibration is None,
        elapsed_ms=sum(manifest["timings"].values()))


def _levels(row: Mapping[str, int]) -> dict[str, int]:
    """Name what each level leaves out of the one before (MRC)."""
    return {"gross": row["gross"], "net": row["net"], "total_net": row["total_net"],
            "not_counted": row["events"] - row["gross"], "givt": row["gross"] - row["net"],
            "sivt": row["net"] - row["total_net"]}


def _reasons(cube: pa.Table | None, policy: Policy) -> dict[str, int]:
    if cube is None:
        return {}
    found = reasons(cube, policy.reason_codes)
    return {code: n for code, n in found.items() if n}


def _source(known: Any) -> Source:
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
    c = load_counts(case)
    if item is not None and c.cube is not None and c.unique is not None:
        cube, unique = (t.filter(pc.equal(t["item_id"], item)) for t in (c.cube, c.unique))
        c = replace(c, cube=cube, unique=unique)
        if not cube.num_rows:
            raise InputError(problem("no such item", where=case, found=repr(item),
                                     then="truetally show CASE --by item lists them"))
    return lines_by(c, by)


def lines_by(c: Counts, by: str) -> list[Line]:
    """Add counts up by one of `BY`, in the order that `breakdown` gives."""
    if c.cube is None:
        return []
    if by == "reason":
        return _by_reason(c.cube, c.policy, c.decide)
    column = CUBE[by][0]
    counted = _uniques(c.unique, by, column)
    lines = [_line(key, row, counted.get(key))
             for row in by_level(c.cube, c.decide, (column,)).to_pylist()
             for key in (_key(by, row[column]),)]
    if by == "day":
        return sorted(lines, key=lambda line: line.key or "")
    return sorted(lines, key=lambda line: (-line.gross, line.key is None, line.key or ""))


def most_moved(days: Sequence[pa.Table], most: int,
               unique_of: Callable[[Sequence[str]], pa.Table]) -> tuple[list[Line], int]:
    """Give the items that lost the most events, then the largest, and how many items there are.

    `days` are the sums of items by day (`totals`), `unique_of` counts the unique items of items.
    Only of these are lines made: a case has items without number.
    """
    if not days:
        return [], 0
    rows, in_all = largest_losses(days, most)
    counted = _uniques(unique_of([row["item_id"] for row in rows]), "item", "item_id")
    return [_line(row["item_id"], row, counted.get(row["item_id"])) for row in rows], in_all


def _key(by: str, value: object) -> str | None:
    if value is None:
        return None
    return _date(int(str(value))) if by == "day" else str(value)


def _uniques(unique: pa.Table, by: str, column: str) -> dict[str | None, int]:
    if column not in unique.column_names:
        return {}
    summed = unique.group_by([column]).aggregate([("unique_total_net", "sum")])
    return {_key(by, row[column]): row["unique_total_net_sum"] for row in summed.to_pylist()}


def _line(key: str | None, row: Mapping[str, int], unique: int | None = None) -> Line:
    return Line(key=key, **_levels(row), undetermined=row["undetermined"], suspect=row["suspect"],
                watched_ms=row["watched_gross_ms"], unique=unique)


def _by_reason(cube: pa.Table, policy: Policy, decide: Judge) -> list[Line]:
    """Give every reason the verdicts of the events that carry it."""
    by_mask = narrow(cube, ())
    masks = by_mask["mask"].to_numpy()
    lines = []
    for bit, code in enumerate(policy.reason_codes):
        carried = by_mask.filter(pa.array(masks >> bit & 1 == 1))
        if carried.num_rows:
            lines.append(_line(code, by_level(carried, decide, ()).to_pylist()[0]))
    return lines


def voided(cube: pa.Table, decide: Judge) -> dict[str, int]:
    """Count the events that each criterion decided, by code."""
    found: dict[str, int] = {}
    for row in narrow(cube, ()).to_pylist():
        code = decide(row["mask"]).primary
        if code:
            found[code] = found.get(code, 0) + row["events"]
    return found
