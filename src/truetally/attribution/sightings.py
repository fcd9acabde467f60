"""Match what was seen elsewhere (captured requests, a client's tasks) to rows of the log.

A sighting is a page at a time. A row of the log answers it if it has that page and its time differs
by no more than the stated offset between the clocks. How often rows would answer by chance is shown
by the same sightings at times shifted by hours, where nothing can belong to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.attribution.determination import events

HOUR_MS = 3_600_000
SHIFTS_H = (0, -9, -7, -5, -3, 3, 5, 7, 9)  # hours; 0 is the sighting itself
ASKED = {"sighting": "int64", "shift": "int32", "uri": "string", "low": "int64", "high": "int64",
         "agent": "string"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A page that was seen to be opened, UTC milliseconds; `place` says where to look it up."""

    time_ms: int
    uri: str
    user_agent: str | None
    origin: str
    place: str
    order_id: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How the log answers sightings: with one row, with several, or with none.

    `pages` counts sightings of pages that the log has at any time; the others (pictures, scripts,
    other sites) cannot be in it. `by_chance` are the sightings answered at each of `shifts` other
    hours, in all. `difference_ms` is the middle one of log time less sighted time over sightings
    with one row, None without any.
    """

    sightings: int
    pages: int
    one: int
    several: int
    none: int
    candidates: int
    by_chance: int
    shifts: int
    difference_ms: int | None


def spellings(uri: str) -> tuple[str, ...]:
    """Give the spellings of a page's address that a log may have: with either scheme or none."""
    bare = uri.partition("#")[0]
    parts = urlsplit(bare)
    if parts.scheme not in ("http", "https"):
        return (bare,)
    rest = bare.partition("//")[2]
    return (f"http://{rest}", f"https://{rest}", f"//{rest}", rest)


def asked(sightings: Sequence[Sighting], offset_ms: int) -> pa.Table:
    """Make the table ``asked``: each sighting in all spellings, at its time and at shifted ones."""
    rows: dict[str, list[Any]] = {name: [] for name in ASKED}
    for number, seen in enumerate(sightings):
        for shift in SHIFTS_H:
            middle = seen.time_ms + shift * HOUR_MS
            for uri in spellings(seen.uri):
                line = (number, shift, uri, middle - offset_ms, middle + offset_ms,
                        seen.user_agent)
                for name, value in zip(ASKED, line, strict=True):
                    rows[name].append(value)
    types = {"int64": pa.int64(), "int32": pa.int32(), "string": pa.string()}
    return pa.table({n: pa.array(v, types[ASKED[n]]) for n, v in rows.items()})


def candidates() -> ir.Table:
    """Select every row of the log that answers a sighting, with its time and whether the user
    agents are equal (null if either is unknown), in a total order."""
    t = events().select("rank", "row", "time_ms", "page_url", "user_agent", "device_id")
    a = ibis.table(ASKED, name="asked")
    joined = t.inner_join(a, [t.page_url == a.uri, t.time_ms >= a.low, t.time_ms <= a.high])
    rows = joined.select(a.sighting, a.shift, t.rank, t.row, t.time_ms, device=t.device_id,
                         same=(t.user_agent == a.agent))
    return rows.order_by("sighting", "shift", "rank", "row")


def known_pages() -> ir.Table:
    """Select the addresses of sightings that the log has at any time, with their items."""
    t = events().select("item_id", uri="page_url")
    a = ibis.table(ASKED, name="asked").select("uri").distinct()
    return t.semi_join(a, "uri").distinct()


def tally(sightings: Sequence[Sighting], rows: Sequence[Mapping[str, Any]],
          pages: frozenset[str]) -> tuple[Matched, dict[int, list[Mapping[str, Any]]]]:
    """Count how sightings are answered; return the rows that answer each too.

    Where the user agent was seen and rows have the same one, the others are no candidates.
    """
    found: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["sighting"], row["shift"]), []).append(row)
    best = {key: [r for r in some if r["same"]] or some for key, some in found.items()}
    own = {number: some for (number, shift), some in best.items() if shift == 0}
    known = [n for n, s in enumerate(sightings) if pages & set(spellings(s.uri))]
    one = [n for n in own if len(own[n]) == 1]
    gaps = sorted(own[n][0]["time_ms"] - sightings[n].time_ms for n in one)
    matched = Matched(
        sightings=len(sightings), pages=len(known), one=len(one), several=len(own) - len(one),
        none=len(known) - len(own), candidates=sum(map(len, own.values())),
        by_chance=sum(1 for _, shift in best if shift), shifts=len(SHIFTS_H) - 1,
        difference_ms=gaps[len(gaps) // 2] if gaps else None)
    return matched, own
