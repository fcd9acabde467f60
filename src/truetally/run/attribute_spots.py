"""Spot checks: events drawn by a seed, read again from their source, with their look-ups."""

from collections.abc import Mapping, Sequence
from typing import Any

from truetally.attribution.lookup import COLUMNS
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run.attribute_log import Log
from truetally.run.event_rows import row_values

SHOWN = ("time_ms", "item_id", "device_id", "ip", "referrer", "page_url", "terminal", *COLUMNS)


def spot_checks(log: Log, sample: Sequence[int],
                values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Print each drawn event with its look-ups: what was found, where, and what was not."""
    known = {(row["column"], row["value"]): row for row in values}
    checks = []
    for event_id in sample:
        source = log.known[event_id >> ROW_BITS]
        event = row_values(log.case, [source], [event_id], SHOWN).get(event_id, {})
        looked = [known[c, event[c]] for c in COLUMNS if (c, event.get(c)) in known]
        checks.append({"event_id": str(event_id), "source": source.name, "row": event_id & ROW_MASK,
                       "event": {k: v for k, v in event.items() if v is not None},
                       "look_ups": [{k: row[k] for k in ("column", "value", "found", "how",
                                                         "places", "missing")} for row in looked]})
    return checks
