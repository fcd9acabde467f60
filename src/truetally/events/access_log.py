"""Access logs (common, combined, either with X-Forwarded-For) into events, a block at a time.

The bulk goes through `access_fast`, the rest through `access_line`; both give the same fields. The
item is the path of the request target without its query, page_url the target as received.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from truetally.errors import InputError, problem
from truetally.events import access_fast, access_line, distinct
from truetally.events.batch import Batch, Reject
from truetally.events.block import OK, Block, Lines, reason, split_lines
from truetally.events.column_map import ColumnMap, Pick, TimePick
from truetally.events.limits import Limits
from truetally.events.merge import Part, in_order, others
from truetally.events.plan import Job, Plan, convert, make, settled
from truetally.events.schema import EVENT
from truetally.events.texts import before_first

FIELDS: Mapping[str, pa.DataType] = {
    **{name: EVENT[name] for name in (
        "time_ms", "item_id", "account_id", "ip", "user_agent", "referrer", "page_url", "method",
        "status", "bytes_sent")},
    "x_forwarded_for": pa.string()}
_READ = {name: kind for name, kind in FIELDS.items() if name != "item_id"}
_PART_LINES = 24_576  # of a block at once: few enough for a core's cache, and so many that threads
                       # seldom wait for each other between two steps


def plan(mapping: ColumnMap | None, where: str) -> Plan:
    """Lay a mapping over what an access log says by itself: kind is "view" unless it says else.

    Its columns may name the fields by their event names, and ``x_forwarded_for``.

    Raises:
        InputError: the mapping names a time or fields that access logs do not have.
    """
    said = mapping or ColumnMap()
    if said.time is not None:
        raise InputError(problem("an access log states its times itself", where=where,
                                 then="leave [time] out of the mapping"))
    own = {p.target: p for p in said.columns}
    picks = tuple(own.pop(name, Pick(target=name, column=name)) for name in FIELDS
                  if name in EVENT and name != "time_ms" and name not in said.constants)
    constants = said.constants if "kind" in own else {"kind": "view", **said.constants}
    whole = replace(said, columns=(*picks, *own.values()), constants=constants,
                    time=TimePick(column="time_ms", unit="ms"))
    return make(tuple(FIELDS), whole, where)


def jobs(found: Iterator[Lines], plan: Plan, limits: Limits) -> Iterator[Job]:
    """Yield one job for each block of lines: it returns their events and rejects, from row 0 on."""
    ready = settled(plan, pa.array([], pa.int64()))
    for lines in found:
        yield partial(_read_lines, lines, ready, limits)


def _read_lines(lines: Lines, plan: Plan, limits: Limits) -> Batch:
    try:
        return read_block(split_lines(lines, limits), plan, limits)
    finally:
        lines.give_back()


def read_block(block: Block, plan: Plan, limits: Limits) -> Batch:
    """Read every line of a block: events, and rejects with their reasons."""
    bulk: list[Part] = []
    single: list[tuple[int, access_line.Fields]] = []
    rejects: list[Reject] = []
    for first in range(0, len(block.starts), _PART_LINES):
        part = block.part(first, _PART_LINES)
        kept, columns = access_fast.read(part)
        bulk.append((kept + first, columns))
        for index in others(len(part.starts), kept):
            fields = _with_care(part, index, limits)
            if isinstance(fields, str):
                rejects.append(Reject(row=part.first_row + index, reason=fields,
                                      raw=part.line(index)))
            else:
                single.append((first + index, fields))
    lines, columns = in_order(_READ, bulk, single)
    columns["item_id"] = distinct.changed(columns["page_url"], _items)
    batch = convert(plan, columns, lines + block.first_row, lambda i: block.line(int(lines[i])))
    return replace(batch, rejects=(*rejects, *batch.rejects)) if rejects else batch


def _with_care(block: Block, index: int, limits: Limits) -> access_line.Fields | str:
    fault = int(block.fault[index])
    if fault != OK:
        return reason(fault, limits)
    return access_line.read(block.line(index).decode("utf-8"))


def _items(targets: pa.Array) -> pa.Array:
    """Return the items that distinct request targets ask for."""
    paths = before_first(targets, "?#")
    odd = pc.invert(pc.starts_with(targets, "/"))
    if not pc.any(odd).as_py():
        return paths
    single = [access_line.item(target) for target in targets.filter(odd).to_pylist()]
    return pc.replace_with_mask(paths, odd, pa.array(single, pa.string()))
