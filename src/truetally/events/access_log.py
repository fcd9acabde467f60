"""Access logs (common, combined, either with X-Forwarded-For) into events, a block at a time.

The bulk goes through `access_fast`, the rest through `access_line`; both give the same fields. The
item is the path of the request target without its query, page_url the target as received.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from truetally.errors import InputError, problem
from truetally.events import access_fast, access_line
from truetally.events.batch import Batch, Reject
from truetally.events.block import OK, Block, lines_in, reason, split
from truetally.events.column_map import ColumnMap, Pick, TimePick
from truetally.events.limits import Limits
from truetally.events.merge import in_order, others
from truetally.events.plan import Job, Plan, convert, make, settled
from truetally.events.schema import EVENT

FIELDS: Mapping[str, pa.DataType] = {
    **{name: EVENT[name] for name in (
        "time_ms", "item_id", "account_id", "ip", "user_agent", "referrer", "page_url", "method",
        "status", "bytes_sent")},
    "x_forwarded_for": pa.string()}


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


def jobs(chunks: Iterator[bytes], plan: Plan, limits: Limits) -> Iterator[Job]:
    """Yield one job for each chunk of whole lines; each returns its events and rejects."""
    ready = settled(plan, pa.array([], pa.int64()))
    row = 0
    for chunk in chunks:
        yield partial(_read_chunk, chunk, row, ready, limits)
        row += lines_in(chunk)


def _read_chunk(chunk: bytes, row: int, plan: Plan, limits: Limits) -> Batch:
    return read_block(split(chunk, row, limits), plan, limits)


def read_block(block: Block, plan: Plan, limits: Limits) -> Batch:
    """Read every line of a block: events, and rejects with their reasons."""
    kept, fast = access_fast.read(block)
    slow = []
    rejects = []
    for index in others(len(block.starts), kept):
        fields = _with_care(block, index, limits)
        if isinstance(fields, str):
            rejects.append(Reject(row=block.first_row + index, reason=fields,
                                  raw=block.line(index)))
        else:
            slow.append((index, fields))
    lines, columns = in_order(FIELDS, kept, fast, slow)
    rows = lines.astype(np.int64) + block.first_row
    batch = convert(plan, columns, rows, lambda i: block.line(int(lines[i])))
    return replace(batch, rejects=(*rejects, *batch.rejects)) if rejects else batch


def _with_care(block: Block, index: int, limits: Limits) -> access_line.Fields | str:
    fault = int(block.fault[index])
    if fault != OK:
        return reason(fault, limits)
    return access_line.read(block.line(index).decode("utf-8"))
