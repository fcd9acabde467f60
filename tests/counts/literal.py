"""The slow literal reference of adding up: row by row, verdict by verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from truetally.counts.breakdown import Judge
from truetally.decisions.plan import UNSIGNED_BIT


@dataclass(slots=True, kw_only=True)
class Tally:
    """The sums of one slice of a cube, see `counts.levels.SUMS`."""

    events: int = 0
    gross: int = 0
    net: int = 0
    total_net: int = 0
    undetermined: int = 0
    suspect: int = 0
    signed: int = 0
    watched_gross_ms: int = 0
    watched_ms: int = 0


Key = tuple[object, ...]


def tally(cube: pa.Table, judge: Judge, key: Callable[[Mapping[str, object]], Key],
          ) -> dict[Key, Tally]:
    """Add the cube up by a key of its rows."""
    found: dict[Key, Tally] = {}
    for row in cube.to_pylist():
        t, events, verdict = found.setdefault(key(row), Tally()), row["events"], judge(row["mask"])
        t.events += events
        t.undetermined += events if verdict.verdict == "undetermined" else 0
        t.suspect += events if verdict.suspect else 0
        if verdict.verdict == "not_counted":
            continue
        t.gross += events
        t.watched_gross_ms += row["watched_ms"]
        t.signed += 0 if row["mask"] >> UNSIGNED_BIT & 1 else events
        if verdict.verdict != "givt":
            t.net += events
            if verdict.verdict != "sivt":
                t.total_net += events
                t.watched_ms += row["watched_ms"]
    return found
