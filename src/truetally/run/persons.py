"""Count the persons of one item by day: distinct identities, which no sum of counts can give.

The counts keep sessions, not persons, for a set of persons cannot be added up from smaller ones. So
the one item's events are read from the sources again: one narrow scan in which only rows of the
item pass, joined in memory with the decisions of its days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.counts.breakdown import Judge
from truetally.decisions.policy import Policy
from truetally.engine.spec import table
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, known_of
from truetally.run.reading import bare_plan, masks_of_day, open_sources, with_lists
from truetally.run.start import parse_offset

Whole = npt.NDArray[np.int64]


def persons(case: Path, manifest: Mapping[str, Any], policy: Policy, judge: Judge,
            item: str) -> dict[int, tuple[int, int]]:
    """Count an item's persons by local day: those of its gross events, and of its total net.

    A person is COUNTER's user: account, else cookie, else session, else address and user agent.
    An event without any of these belongs to nobody known and is left out.

    Raises:
        InputError: a source is gone or has changed since the case read it.
    """
    known = known_of(manifest)
    rows = _rows(case, manifest, policy, known, item)
    order, day, who = (np.ascontiguousarray(rows[c].to_numpy()).astype(np.int64)
                       for c in ("order_id", "day", "who"))
    found: dict[int, tuple[int, int]] = {}
    for each in np.unique(day):
        here = np.flatnonzero(day == each)
        stored, reasons = masks_of_day(case, manifest, known, int(each))
        masks = reasons[np.searchsorted(stored, order[here])]
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
    filled, lists = with_lists(policy, manifest)
    with open_sources(case, known) as engine:
        plan = bare_plan(filled, known, parse_offset(manifest["offset"]), engine.key_type)
        spec = replace(plan.spec, small=(), keys=(), computed=("day", "identity"),
                       equal={"item_id": item})
        engine.open_facts(load_dictionaries(engine, plan, spec, lists.deriving))
        t = table("facts_raw", ("order_id", "day", "identity"), engine.key_type)
        t = t.filter(t.identity.notnull())
        own = ibis.window(group_by="identity")
        return engine.arrow(t.select("order_id", "day", who=t.order_id.min().over(own)))

