"""Measure podcast downloads of a case under every window type, from its sources."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.counts.windows import Downloads, downloads
from truetally.decisions.policy import Policy
from truetally.decisions.verdict import verdict
from truetally.engine.spec import table
from truetally.run.case import read_manifest
from truetally.run.flags import flag_groups
from truetally.run.ingest import known_of
from truetally.run.pipeline import Pipeline, build_facts, decide_events, flag_runs
from truetally.run.reading import open_sources, pipeline_on, with_lists
from truetally.run.start import parse_offset
from truetally.run.summary import judge
from truetally.run.work import days_of

REPEATS = ("repeat-same-day", "repeat-last-touch")


def podcast_windows(case: Path) -> Downloads | None:
    """Count a case's downloads as calendar, first-touch and last-touch; None for other policies.

    What a window drops is decided here; everything else the policy says stays. One pass over the
    sources; what the engine holds keeps to its memory limit, masks and requests are beside it.
    """
    manifest = read_manifest(case)
    plain, _ = judge(manifest)
    if not set(REPEATS) & set(plain.reason_codes):
        return None
    policy, lists = with_lists(plain, manifest)
    known = known_of(manifest)
    with open_sources(case, known) as engine:
        p = pipeline_on(engine, policy, known, parse_offset(manifest["offset"]), lists)
        return _measure(p, sorted(days_of(known)), policy)


def _measure(p: Pipeline, days: Sequence[int], policy: Policy) -> Downloads:
    """Decide all days, then judge every mask as if no request were a repeat."""
    build_facts(p, days, days)
    flag_groups(p, across=False)
    flag_runs(p)
    masks = decide_events(p)
    repeats = sum(1 << r.bit for r in policy.rules if r.criterion.code in REPEATS)
    counted = [m for m in masks.counts() if verdict(m & ~repeats, policy).verdict == "valid"]
    p.engine.load("counted", pa.table({"order_id": masks.ids(counted)}))
    return _windows(p)


def _windows(p: Pipeline) -> Downloads:
    """Put the counted requests in order, number their groups, and count windows."""
    counted = ibis.table({"order_id": "int64"}, name="counted")
    columns = ("order_id", "listener", "item_id", "time_ms", "day")
    facts = table("facts", columns, p.plan.key_type)
    rows = facts.filter(facts.listener.notnull()).semi_join(counted, "order_id")
    groups = rows.select("listener", "item_id").distinct()
    numbered = groups.mutate(number=ibis.row_number().over(
        ibis.window(order_by=["listener", "item_id"])))
    joined = rows.join(numbered, ["listener", "item_id"]).select(
        "number", "time_ms", "day", "order_id").order_by("number", "time_ms", "order_id")
    found = p.engine.arrow(joined)
    group, time_ms, day = (np.ascontiguousarray(pc.cast(found[c], pa.int64()).to_numpy())
                           for c in ("number", "time_ms", "day"))
    return downloads(group, time_ms, day)

