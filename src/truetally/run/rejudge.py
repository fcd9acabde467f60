"""Judge decided events again: take reasons off masks and give new verdicts, criteria not asked.

What is read are the decisions' masks, and of the sources only what the old counts cannot say: the
sessions of items some of whose events moved between levels, and who an appeal is about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge
from truetally.counts.recount import remasked
from truetally.decisions.policy import Policy
from truetally.decisions.verdict import verdict
from truetally.errors import CaseError, problem
from truetally.run.appeal import Waiver
from truetally.run.case import inside
from truetally.run.ingest import ranked
from truetally.run.reasons import moved_bits
from truetally.run.recount import (
    count_again,
    day_cube,
    linked,
    write_uniques,
)
from truetally.run.results import count_name, write_rows
from truetally.run.store import Lookup, orders, reached, verdict_table, write_day
from truetally.run.waived import Withdrawn, withdrawn
from truetally.run.work import Work

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """The decided case that is judged again; `decide` says what its masks came to."""

    case: Path
    manifest: Mapping[str, Any]
    policy: Policy
    decide: Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What becomes of a mask and its verdict. `alike`: both policies name the same reasons."""

    moved: Callable[[int], int]
    before: Judge
    after: Judge
    alike: bool


def rejudge(w: Work, old: Old, waivers: Sequence[Waiver]) -> None:
    """Write decisions and counts of every day of `old` under the policy of `w`.

    `w` is the restated case, its engine open on the sources.
    """
    clock = w.pipeline.clock
    with clock.stage("withdraw"):
        gone = withdrawn(w, waivers)
    change = _Change(moved=cache(lambda mask: moved_bits(mask, old.policy, w.policy)),
                     before=old.decide, after=cache(lambda mask: verdict(mask, w.policy)),
                     alike=old.policy.reason_codes == w.policy.reason_codes)
    partitions = {p["day"]: p for p in old.manifest["partitions"]}
    touched: dict[int, list[str]] = {}
    by_event = sorted({day for g in gone if not g.items for day in g.events})
    with clock.stage("judge"):
        for day, partition in partitions.items():
            found = _judge_day(w, old, partition, change, gone, whole=day not in by_event)
            if found:
                touched[day] = found
            clock.advance(partition["rows"])
    with clock.stage("counts"):
        count_again(w, by_event)
        rest = {day: p for day, p in partitions.items() if day not in by_event}
        write_uniques(w, old.case, rest, touched)


def _judge_day(w: Work, old: Old, partition: Mapping[str, Any], change: _Change,
               gone: Sequence[Withdrawn], *, whole: bool) -> list[str]:
    """Write one day's decisions and, if its cube says all (`whole`), its cube.

    Returns the items whose sessions must be counted anew.
    """
    day, cube = partition["day"], day_cube(old.case, partition)
    had, place = np.unique(cube["mask"].to_numpy(), return_inverse=True)
    now = _each(had, change.moved)[place]
    for each in gone:
        if each.items:
            mine = pc.is_in(cube["item_id"].cast(pa.string()),
                            value_set=pa.array(each.items, pa.string())).to_numpy()
            now = np.where(mine, now & ~np.int64(each.bit), now)
    same = bool((had[place] == now).all())
    stands = all(change.before(m) == change.after(m) for m in had.tolist())
    if same and stands and change.alike and whole:
        linked(inside(old.case, partition["file"]), w.case / partition["file"])
        w.partitions[day] = {k: partition[k] for k in ("day", "file", "rows", "digest")}
        w.changed += partition["rows"]
    else:
        _decide_day(w, old, partition, (had, change.moved), gone)
    if not whole:
        return []
    met, now_place = np.unique(now, return_inverse=True)
    w.verdicts |= verdict_table(met.tolist(), w.policy)
    if same:
        linked(inside(old.case, partition["cube"]), w.case / count_name(w, day, "cube"))
    else:
        write_rows(w, day, "cube", remasked(cube, now))
    moved = _each(had, _level(change.before))[place] != _each(met, _level(change.after))[now_place]
    items: list[str] = pc.unique(cube["item_id"].filter(pa.array(moved))).cast(
        pa.string()).to_pylist()
    return items


def _each(masks: Whole, said: Callable[[int], int]) -> Whole:
    return np.array([said(mask) for mask in masks.tolist()], dtype=np.int64)


def _level(judge: Judge) -> Callable[[int], int]:
    """Say in how many levels an event of a mask still counts."""
    return lambda mask: reached(judge(mask))


def _decide_day(w: Work, old: Old, partition: Mapping[str, Any],
                moved: tuple[Whole, Callable[[int], int]], gone: Sequence[Withdrawn]) -> None:
    """Write one day's decisions again, with the masks that its events have now.

    `moved` are the masks of the day's cube, ascending, and what becomes of each.
    """
    sources, day, path = ranked(w.known), partition["day"], inside(old.case, partition["file"])
    stored = pq.ParquetFile(path).read(columns=["event_id", "reasons"])
    order, masks = orders(stored["event_id"].to_numpy(), sources), stored["reasons"].to_numpy()
    place = np.minimum(np.searchsorted(moved[0], masks), len(moved[0]) - 1)
    if not (moved[0][place] == masks).all():
        raise CaseError(problem("decisions hold reasons that the counts do not", where=path,
                                then="restore the case from a copy, or run it again"))
    values = _each(*moved)
    now, met = values[place], set(values.tolist())
    for each in gone:
        if day in each.events:
            here = np.searchsorted(order, each.events[day])
            now[here] &= ~np.int64(each.bit)
            met |= set(np.unique(now[here]).tolist())
    lookup = Lookup(verdict_table(sorted(met), w.policy), w.policy)
    rows = pa.table({"order_id": order, "mask": now})
    made = write_day(w.case / "decisions", day, rows, lookup, lookup.places(rows["mask"]), sources)
    w.partitions[day] = asdict(made)
    w.changed += made.rows


def same_findings(w: Work, old: Old) -> None:
    """Keep the findings of the criteria that the new policy still has."""
    codes = {r.criterion.code for r in w.policy.rules}
    for code, file in old.manifest["findings"].items():
        if code in codes:
            linked(inside(old.case, file), w.case / file)
            w.findings[code] = file
