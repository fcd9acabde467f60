"""Count the persons of one item by day: distinct identities, which no sum of counts can give.

The counts keep sessions, not persons, for a set of persons cannot be added up from smaller ones. So
the one item's events are read from the sources again: one narrow scan in which only rows of the
item pass, joined in memory with the decisions of its days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.counts.breakdown import Judge
from truetally.decisions.plan import make_plan
from truetally.decisions.policy import Policy
from truetally.engine import Resources, open_engine
from truetally.engine.spec import table
from truetally.events.schema import EVENT
from truetally.run.case import inside
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, from_json, ranked, scans
from truetally.run.lists import resolve
from truetally.run.start import parse_offset
from truetally.run.store import orders

Whole = npt.NDArray[np.int64]


def persons(case: Path, manifest: Mapping[str, Any], policy: Policy, judge: Judge,
            item: str) -> dict[int, tuple[int, int]]:
    """Count an item's persons by local day: those of its gross events, and of its total net.

    A person is COUNTER's user: account, else cookie, else session, else address and user agent.
    An event without any of these belongs to nobody known and is left out.

    Raises:
        InputError: a source is gone or has changed since the case read it.
    """
    known = [from_json(e) for e in manifest["sources"]]
    rows = _rows(case, manifest, policy, known, item)
    order, day, who = (np.ascontiguousarray(rows[c].to_numpy()).astype(np.int64)
                       for c in ("order_id", "day", "who"))
    found: dict[int, tuple[int, int]] = {}
    files = {p["day"]: p["file"] for p in manifest["partitions"]}
    for each in np.unique(day):
        here = np.flatnonzero(day == each)
        masks = _masks(inside(case, files[int(each)]), order[here], known)
        found[int(each)] = (_distinct(who[here], masks, judge, ("not_counted",)),
                            _distinct(who[here], masks, judge, ("not_counted", "givt", "sivt")))
    return found


def _distinct(who: Whole, masks: Whole, judge: Judge, out: tuple[str, ...]) -> int:
    """Count different persons of the events whose verdict is not among `out`."""
    kept = [int(mask) for mask in np.unique(masks) if judge(int(mask)).verdict not in out]
    return len(np.unique(who[np.isin(masks, kept)]))


def _rows(case: Path, manifest: Mapping[str, Any], policy: Policy, known: Sequence[Known],
          item: str) -> pa.Table:
    """Fetch order_id, day and who of one item's events: a person is named by its first event."""
    plain, lists = resolve(policy, Path(manifest["policy"]["folder"]))
    nothing = replace(plain, rules=(), minimum_signals=())
    columns = {c for k in known for c in k.columns if c in EVENT}
    with TemporaryDirectory(prefix="truetally-") as temp:
        found = scans(case, known)
        engine = open_engine("duckdb", Resources(temp=Path(temp)),
                             (case / "events", *[s.path for s in found]))
        try:
            engine.open_events(found, token_hex(16))
            plan = make_plan(nothing, columns, parse_offset(manifest["offset"]), engine.key_type)
            spec = replace(plan.spec, small=(), keys=(), derived=(), masked=(), present=(),
                           computed=("day", "identity"), equal={"item_id": item})
            spec = load_dictionaries(engine, plan, spec, lists.deriving)
            engine.open_facts(spec)
            t = table("facts_raw", ("order_id", "day", "identity"), engine.key_type)
            t = t.filter(t.identity.notnull())
            own = ibis.window(group_by="identity")
            return engine.arrow(t.select("order_id", "day", who=t.order_id.min().over(own)))
        finally:
            engine.close()


def _masks(file: Path, order: Whole, known: Sequence[Known]) -> Whole:
    """Look the reason masks of some events of one day up, by their place in the total order."""
    decided = pq.read_table(file, columns=["event_id", "reasons"])
    stored = orders(decided["event_id"].to_numpy(), ranked(known))
    masks: Whole = decided["reasons"].to_numpy()[np.searchsorted(stored, order)]
    return masks

