"""Forward determination as expressions: signature and period -> devices -> all their events.

Everything is asked of one table, `profile`: one row for each device, segment of time and
combination of the coded columns, with its number of events. Segments are cut where a period begins
or ends: any period is a set of segments, and one scan of the log answers for all signatures.

Tables, made by whoever carries this out:
  ``text_<column>``  text, code: the distinct texts of a column, in the order of their bytes
  ``held_<n>_<column>``  code: the texts that bear the fields of signature n on that column
  ``words_<n>_<column>``  text: the same, as the log has them
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.engine.dialect import total
from truetally.events.schema import DAY_MS, EVENT
from truetally.signatures.signature import HOSTS, Signature

DEVICES = ("device_id", "cookie_id")  # what stands for a device, in the order of preference
BASE = ("plugins", "user_agent", "terminal", "language", "screen")
_TYPES = {pa.string(): "string", pa.int64(): "int64", pa.bool_(): "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open span of UTC milliseconds; None is without end."""

    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the profile is cut: the column that stands for a device ("" for none), the coded columns
    and the edges of the segments (ascending; segment i ends before edge i)."""

    device: str
    coded: tuple[str, ...]
    edges: tuple[int, ...]

    def segments(self, span: Span) -> tuple[int, ...]:
        """Name the segments that lie in `span`, whose ends must be edges."""
        low = 0 if span.start_ms is None else self.edges.index(span.start_ms) + 1
        high = len(self.edges) if span.end_ms is None else self.edges.index(span.end_ms)
        return tuple(range(low, high + 1))


def period(first_day: str, last_day: str, offset_ms: int) -> Span:
    """Turn local days (ISO 8601, both included, "" for no limit) into a span."""
    import numpy as np

    def start(day: str, more: int) -> int | None:
        if not day:
            return None
        return (int(np.datetime64(day, "D").astype(np.int64)) + more) * DAY_MS - offset_ms

    return Span(start_ms=start(first_day, 0), end_ms=start(last_day, 1))


def layout(device: str, signatures: Sequence[Signature], spans: Sequence[Span]) -> Layout:
    """Plan a profile that can answer for all signatures and spans."""
    asked = [field.column for signature in signatures for field in signature.fields]
    edges = {edge for span in spans for edge in (span.start_ms, span.end_ms) if edge is not None}
    return Layout(device=device, coded=tuple(dict.fromkeys((*BASE, *asked))),
                  edges=tuple(sorted(edges)))


def events() -> ir.Table:
    """Describe the view `events` of an engine."""
    types = {name: _TYPES[kind] for name, kind in EVENT.items()}
    return ibis.table({"number": "int64", "rank": "int64", "row": "int64"} | types, name="events")


def distinct_texts(column: str) -> ir.Table:
    """Select the distinct known texts of a column (of a host: of the URL it is part of)."""
    source = HOSTS.get(column, column)
    t = events().select(text=source)
    return t.filter(t.text.notnull()).distinct()


def profile(plan: Layout) -> ir.Table:
    """Count events by device, segment and coded columns: the one scan of the log."""
    t = events()
    device = t[plan.device] if plan.device else ibis.null("string")
    chosen = {f"source_{c}": t[HOSTS.get(c, c)] for c in plan.coded}
    t = t.select(device=device, segment=_segment(t, plan.edges), **chosen)
    for column in plan.coded:
        texts = ibis.table({"text": "string", "code": "int32"}, name=f"text_{column}")
        joined = t.left_join(texts, t[f"source_{column}"] == texts.text)
        kept = [joined[c] for c in t.columns if c != f"source_{column}"]
        t = joined.select(*kept, **{column: texts.code})
    return t.group_by("device", "segment", *plan.coded).agg(events=t.count())


def _segment(t: ir.Table, edges: Sequence[int]) -> ir.IntegerValue:
    if not edges:
        return ibis.literal(0, "int32")
    branches = [(t.time_ms < edge, ibis.literal(i, "int32")) for i, edge in enumerate(edges)]
    return ibis.cases(*branches, else_=ibis.literal(len(edges), "int32"))


def profiled(plan: Layout, name: str = "profile") -> ir.Table:
    """Describe the table `profile`, or one of its shape."""
    return ibis.table({"device": "string", "segment": "int32"} | dict.fromkeys(plan.coded, "int32")
                      | {"events": "int64"}, name=name)


def bearing(t: ir.Table, number: int, columns: Sequence[str]) -> ir.Table:
    """Keep the rows of a profile that bear signature `number`: every field known and held."""
    for column in columns:
        held = ibis.table({"code": "int32"}, name=f"held_{number}_{column}")
        t = t.semi_join(held, t[column] == held.code)
    return t


def columns_of(signature: Signature) -> tuple[str, ...]:
    """Name the columns that a signature reads, once each, in the order of its fields."""
    return tuple(dict.fromkeys(field.column for field in signature.fields))


def within(t: ir.Table, segments: Sequence[int]) -> ir.Table:
    """Keep the rows of some segments."""
    return t.filter(t.segment.isin([ibis.literal(s, "int32") for s in segments])) if segments \
        else t.filter(ibis.literal(False))


def bearers(plan: Layout, number: int, signature: Signature, segments: Sequence[int]) -> ir.Table:
    """Select the devices that bear signature `number` in some segments, once each."""
    t = bearing(within(profiled(plan), segments), number, columns_of(signature))
    return t.filter(t.device.notnull()).select("device").distinct()


def taken(plan: Layout, number: int, signature: Signature, segments: Sequence[int]) -> ir.Table:
    """Select the profile's rows that are attributed: all of devices that bear the signature, and
    rows without a device that bear it themselves; or, by events, the rows that bear it."""
    rows = within(profiled(plan), segments)
    alone = bearing(rows, number, columns_of(signature))
    if signature.extent == "events":
        return alone
    devices = ibis.table({"device": "string"}, name=f"devices_{number}")
    return ibis.union(rows.semi_join(devices, "device"), alone.filter(alone.device.isnull()),
                      distinct=False)


def totals(t: ir.Table, *by: str) -> ir.Table:
    """Count events and devices of profile rows by some of their columns, or in all."""
    measures = {"events": total(t.events).fill_null(0), "devices": t.device.nunique()}
    return t.group_by(*by).agg(**measures) if by else t.agg(**measures)


def together(parts: Sequence[ir.Table]) -> ir.Table:
    """Join what several signatures take; a row that two of them take is there once."""
    return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=True)


def attributed(number: int, signature: Signature, span: Span, device: str, *,
               alone: bool) -> ir.Table:
    """Select rank, row, time_ms, item_id and device of every attributed event, in their order.

    `alone` says whether events without a device are to be looked for: it costs a second scan.
    """
    t = _during(events(), span)
    parts = []
    if signature.extent == "devices":
        devices = ibis.table({"device": "string"}, name=f"devices_{number}")
        parts.append(t.semi_join(devices, t[device] == devices.device) if device
                     else t.filter(ibis.literal(False)))
    if signature.extent == "events" or alone:
        unknown = t.filter(t[device].isnull()) if device and signature.extent == "devices" else t
        parts.append(reduce(lambda rows, column: _held(rows, number, column),
                            columns_of(signature), unknown))
    chosen = [p.select("rank", "row", "time_ms", "item_id",
                       device=p[device] if device else ibis.null("string")) for p in parts]
    whole = chosen[0] if len(chosen) == 1 else ibis.union(*chosen, distinct=False)
    return whole.order_by("rank", "row")


def _during(t: ir.Table, span: Span) -> ir.Table:
    if span.start_ms is not None:
        t = t.filter(t.time_ms >= span.start_ms)
    return t if span.end_ms is None else t.filter(t.time_ms < span.end_ms)


def _held(t: ir.Table, number: int, column: str) -> ir.Table:
    texts = ibis.table({"text": "string"}, name=f"words_{number}_{column}")
    return t.semi_join(texts, t[HOSTS.get(column, column)] == texts.text)


def coded(texts: Mapping[str, int]) -> pa.Table:
    """Make the rows of a table ``text_<column>``."""
    return pa.table({"text": pa.array(texts, pa.string()),
                     "code": pa.array(texts.values(), pa.int32())})
