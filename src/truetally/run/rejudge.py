"""Judge decided events again: take reasons off masks and give new verdicts, criteria not asked.

What is read are the decisions' masks. Only where a count of sessions can change, or an appeal is
about addresses or items, are the sources read too: item, session and address, no criterion.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.criterion import Run
from truetally.decisions.plan import COUNTED_BY, UNSIGNED_BIT, Plan, make_plan
from truetally.decisions.policy import Policy
from truetally.engine.spec import table
from truetally.events.schema import EVENT
from truetally.run.appeal import Waiver
from truetally.run.case import inside
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, ranked
from truetally.run.pipeline import spans
from truetally.run.results import judge_masks, write_counts
from truetally.run.runner import chunks
from truetally.run.store import Lookup, orders, verdict_table, write_day
from truetally.run.waived import bit_of, events_of
from truetally.run.work import Work, days_of

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """The decided case that is judged again."""

    case: Path
    manifest: Mapping[str, Any]
    policy: Policy


def needs_deciding(old: Policy, new: Policy, revisions: Mapping[str, int], old_lists: Any,
                   new_lists: Any) -> str:
    """Say why the new policy asks for deciding again; "" if judging the old reasons again will do.

    The reasons of an event depend on the criteria, their revisions, parameters and lists, on the
    minimum signals, and on which criteria come in a stage before a criterion that looks at
    neighbours. Consequences, order and what corroborates what only say what reasons come to.
    """
    had = {rule.criterion.code: rule for rule in old.rules}
    for rule in new.rules:
        code = rule.criterion.code
        if code not in had:
            return f"criterion {code} is new"
        if revisions.get(code) != rule.criterion.revision:
            return f"criterion {code} has another revision"
        if dict(had[code].values) != dict(rule.values):
            return f"criterion {code} has other parameters"
        if isinstance(rule.criterion.shape, Run) and _before(old, code) != _before(new, code):
            return f"other criteria come before {code}"
    if sorted(map(sorted, old.minimum_signals)) != sorted(map(sorted, new.minimum_signals)):
        return "the minimum signals differ"
    hashes = [{e["name"]: e["sha256"] for e in lists} for lists in (old_lists, new_lists)]
    return "" if hashes[0] == hashes[1] else "a list has other entries"


def _before(policy: Policy, code: str) -> set[str]:
    stage = next(r.stage for r in policy.rules if r.criterion.code == code)
    return {r.criterion.code for r in policy.rules if r.stage < stage}


def moved_bits(mask: int, old: Policy, new: Policy) -> int:
    """Put the reasons of a mask at their places under the new policy; drop what it has not."""
    place = {r.criterion.code: r.bit for r in new.rules}
    found = mask & (1 << UNSIGNED_BIT)
    for rule in old.rules:
        if mask >> rule.bit & 1 and rule.criterion.code in place:
            found |= 1 << place[rule.criterion.code]
    return found


def rejudge(w: Work, old: Old, waivers: Sequence[Waiver]) -> None:
    """Write decisions and counts of every day of `old` under the policy of `w`.

    `w` is the restated case, its engine open on the sources.
    """
    rows = {p["day"]: p["rows"] for p in old.manifest["partitions"]}
    files = {p["day"]: p["file"] for p in old.manifest["partitions"]}
    plan = _plan(w)
    for part in chunks(sorted(rows), rows):
        with w.pipeline.clock.stage("read items"):
            _open(w, plan, part)
        with w.pipeline.clock.stage("withdraw"):
            waived = [(bit_of(w.policy, each), events_of(w, plan, each)) for each in waivers]
        with w.pipeline.clock.stage("judge"):
            made = [_judge_day(w, old, day, files[day], waived) for day in part]
            w.pipeline.engine.load("judged", pa.concat_tables(made))
        _count(w, part)


def _plan(w: Work) -> Plan:
    """Plan for facts that hold only what counts are made of."""
    nothing = replace(w.policy, rules=(), minimum_signals=())
    columns = {c for k in w.known for c in k.columns if c in EVENT}
    return make_plan(nothing, columns, w.settings.offset_ms, w.pipeline.engine.key_type)


def _open(w: Work, plan: Plan, part: Sequence[int]) -> None:
    engine = w.pipeline.engine
    whole = set(part) >= set(days_of(w.known))
    spec = replace(plan.spec, spans=None if whole else spans(
        sorted(part), 0, w.settings.offset_ms))
    engine.open_facts(load_dictionaries(engine, plan, spec, w.settings.lists.deriving))
    t = table("facts_raw", ("order_id", "day", *COUNTED_BY), engine.key_type)
    engine.create("counted", t.filter(t.day.isin(list(part))))


def _judge_day(w: Work, old: Old, day: int, file: str, waived: Sequence[tuple[int, Whole]],
               ) -> pa.Table:
    """Write one day's decisions again; return (order_id, mask)."""
    sources: list[Known] = ranked(w.known)
    stored = pq.read_table(inside(old.case, file), columns=["event_id", "reasons"])
    order = orders(stored["event_id"].to_numpy(), sources)
    masks = stored["reasons"].to_numpy()
    distinct, place = np.unique(masks, return_inverse=True)
    now: Whole = np.array([moved_bits(int(m), old.policy, w.policy) for m in distinct],
                          dtype=np.int64)[place]
    for bit, events in waived:
        now = np.where(_among(order, events), now & ~np.int64(bit), now)
    verdicts = verdict_table(sorted({int(m) for m in np.unique(now)}), w.policy)
    rows = pa.table({"order_id": order, "mask": now})
    made = write_day(w.case / "decisions", day, rows, Lookup(verdicts, w.policy), sources)
    w.partitions[day] = asdict(made)
    w.changed += made.rows
    return rows


def _among(order: Whole, events: Whole) -> npt.NDArray[np.bool_]:
    """Say of each place whether it is among `events`, which ascend."""
    if not len(events):
        return np.zeros(len(order), dtype=np.bool_)
    near = np.minimum(np.searchsorted(events, order), len(events) - 1)
    found: npt.NDArray[np.bool_] = events[near] == order
    return found


def _count(w: Work, part: Sequence[int]) -> None:
    """Join items and sessions with the new masks, and count as a run does."""
    engine = w.pipeline.engine
    counted = table("counted", ("order_id", "day", *COUNTED_BY), engine.key_type)
    judged = ibis.table({"order_id": "int64", "mask": "int64"}, name="judged")
    joined = counted.inner_join(judged, "order_id")
    with w.pipeline.clock.stage("counts"):
        engine.create("decided", joined.select(
            *[joined[c] for c in counted.columns], judged.mask))
        judge_masks(w)
        write_counts(w, part)


def same_findings(w: Work, old: Old) -> None:
    """Keep the findings of the criteria that the new policy still has."""
    codes = {r.criterion.code for r in w.policy.rules}
    for code, file in old.manifest["findings"].items():
        if code in codes:
            target = w.case / file
            target.unlink(missing_ok=True)
            linked(inside(old.case, file), target)
            w.findings[code] = file


def linked(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

