"""Make the bundles that two counters are compared by: from the cube, or in one narrow scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from truetally.counts.causes import WINDOW_CODES, Bundle, Rules, seen_by_them
from truetally.counts.two_counters import bundles as bundled
from truetally.counts.two_counters import repeats
from truetally.criteria import all_criteria
from truetally.criterion import Run
from truetally.decisions.policy import Policy
from truetally.engine import Engine
from truetally.engine.spec import FactsSpec, table
from truetally.events.schema import EVENT, KEYED
from truetally.run.clock import Clock
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, known_of
from truetally.run.pipeline import spans
from truetally.run.reading import bare_plan, masks_of_day, open_sources, with_lists
from truetally.run.runner import chunks
from truetally.run.start import parse_offset
from truetally.run.summary import judge
from truetally.run.tally import only, open_counts

_FARTHEST = 2  # days that two local days of one moment can be apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Events of one item (None: any) alike in both days, reasons, and repeat."""

    ours: int
    theirs: int
    item: str | None
    bundle: Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A case and the other counter's rules; `items` are those that it names, if it names any."""

    case: Path
    manifest: Mapping[str, Any]
    policy: Policy
    rules: Rules
    items: tuple[str, ...]


def rows(c: Compared, days: Sequence[int], clock: Clock) -> list[Row]:
    """Count a case's events by our day, their day, reasons, and whether they drop a repeat.

    The cube is enough unless the other counter has other days, or a window of its own.
    """
    manifest, rules = c.manifest, c.rules
    offset = parse_offset(manifest["offset"])
    theirs = offset if rules.offset_ms is None else rules.offset_ms
    if theirs == offset and not rules.window_ms:
        with clock.stage("counts"):
            return _from_cube(c, days)
    stored = {p["day"]: p for p in manifest["partitions"]}
    near = sorted({d + s for d in days for s in range(-_FARTHEST, _FARTHEST + 1)} & set(stored))
    found: list[Row] = []
    for part in chunks(near, {d: stored[d]["rows"] for d in near}):
        with clock.stage("read items"):
            found += _scanned(c, part)
    return found


def _from_cube(c: Compared, days: Sequence[int]) -> list[Row]:
    keys = ("day", "item_id") if c.items else ("day",)
    with open_counts(c.case, c.manifest, judge(c.manifest)[1], days=days) as opened:
        summed = (only(opened, c.items) if c.items else opened).narrowed(*keys)
    return [Row(ours=r["day"], theirs=r["day"], item=r.get("item_id"), bundle=Bundle(
        ours=True, theirs=True, mask=r["mask"], repeat=False, events=r["events"]))
        for r in summed.to_pylist()]


def _shape(policy: Policy) -> Run:
    """Give whose repeats count as one: as our own window rule says, else COUNTER's double-click."""
    rules = [r.criterion for r in policy.rules if r.criterion.code in WINDOW_CODES]
    shape = (rules[0] if rules else all_criteria()["double-click"]).shape
    assert isinstance(shape, Run)
    return shape


def _scanned(c: Compared, part: Sequence[int]) -> list[Row]:
    """Read the days' events once: times and who, joined with the decisions."""
    known = known_of(c.manifest)
    with open_sources(c.case, known) as engine:
        _place(engine, c, known, part)
        _repeated(engine, c.policy, c.rules)
        offset = parse_offset(c.manifest["offset"])
        theirs = offset if c.rules.offset_ms is None else c.rules.offset_ms
        made = engine.arrow(bundled(engine.key_type, theirs, by_item=bool(c.items)))
    return [Row(ours=r["day"], theirs=r["their_day"], item=r.get("item_id"), bundle=Bundle(
        ours=True, theirs=True, mask=r["mask"], repeat=r["repeat"], events=r["events"]))
        for r in made.to_pylist()]


def _place(engine: Engine, c: Compared, known: Sequence[Known], part: Sequence[int]) -> None:
    """Make the table `placed`: the part's events with their masks and what names their runs."""
    policy, lists = with_lists(c.policy, c.manifest)
    offset = parse_offset(c.manifest["offset"])
    plan = bare_plan(policy, known, offset, engine.key_type)
    keys = _shape(c.policy).keys
    spec: FactsSpec = replace(
        plan.spec, spans=spans(sorted(part), 0, offset),
        small=("time_ms", *(k for k in keys if k in EVENT and k not in KEYED)),
        keys=tuple(sorted({"item_id"} | {k for k in keys if k in KEYED})),
        computed=("day", *(k for k in keys if k in ("identity", "listener"))))
    engine.open_facts(load_dictionaries(engine, plan, spec, lists.deriving))
    stored = [masks_of_day(c.case, c.manifest, known, day) for day in part]
    engine.load("judged", pa.concat_tables(
        [pa.table({"order_id": order, "mask": mask}) for order, mask in stored]))
    wanted = tuple(dict.fromkeys(("order_id", "day", "time_ms", "item_id", *keys)))
    facts = table("facts_raw", wanted, engine.key_type)
    judged = table("judged", ("order_id", "mask"), engine.key_type)
    joined = facts.inner_join(judged, "order_id")
    engine.create("placed", joined.select(*[joined[n] for n in facts.columns], judged.mask))


def _repeated(engine: Engine, policy: Policy, rules: Rules) -> None:
    """Make the table `repeated`: what the other counter drops as a repeat, by its own window."""
    if not rules.window_ms:
        engine.load("repeated", pa.table({"order_id": pa.array([], pa.int64())}))
        return
    shape = _shape(policy)
    columns = tuple(dict.fromkeys(("order_id", "time_ms", "mask", *shape.keys)))
    placed = table("placed", columns, engine.key_type)
    masks = engine.arrow(placed.group_by("mask").agg(events=placed.count()))["mask"].to_pylist()
    seen = [m for m in masks if seen_by_them(int(m), policy, rules)]
    engine.load("seen_masks", pa.table({"mask": pa.array(np.array(seen, dtype=np.int64))}))
    wanted = table("seen_masks", ("mask",), engine.key_type)
    engine.create("seen", placed.semi_join(wanted, "mask").drop("mask"))
    engine.create("repeated", repeats(engine.key_type, shape, rules.window_ms, rules.keep))
