"""JSON lines into events: keys by dotted path, one object a line, anything else a reject.

DuckDB's JSON functions pick the keys, in an in-memory database without access to files. Every
value is taken as the text it has in the source, so that large numbers lose nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events import nginx_json
from truetally.events.batch import Batch, Reject
from truetally.events.block import OK, Block, Ints, Lines, reason, split_lines
from truetally.events.limits import Limits
from truetally.events.plan import Job, Plan, convert, settled
from truetally.events.texts import cut

if TYPE_CHECKING:
    import duckdb

NOT_JSON = "not JSON"
NOT_OBJECT = "not a JSON object"
_DOT = re.compile(r"(?<!\\)\.")


def jobs(found: Iterator[Lines], plan: Plan, limits: Limits, *, nginx: bool) -> Iterator[Job]:
    """Yield one job for each block of lines: it returns their events and rejects, from row 0 on.

    `nginx` says that requests are to be split.
    """
    import duckdb  # not before: sources of other kinds are read while it is loaded

    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("SET enable_external_access = false")
    for lines in found:
        cursor = connection.cursor()
        if plan.clock is None:
            objects, columns, _ = _extract(cursor, split_lines(lines, limits), plan, nginx=nginx)
            if len(objects):
                plan = settled(plan, columns[plan.time.column])
        yield partial(_read_lines, cursor, lines, plan, limits, nginx=nginx)


def _read_lines(cursor: "duckdb.DuckDBPyConnection", lines: Lines, plan: Plan, limits: Limits, *,
                nginx: bool) -> Batch:
    try:
        with cursor:
            return _read_block(cursor, split_lines(lines, limits), plan, limits, nginx=nginx)
    finally:
        lines.give_back()


def _read_block(cursor: "duckdb.DuckDBPyConnection", block: Block, plan: Plan, limits: Limits, *,
                nginx: bool) -> Batch:
    lines, columns, valid = _extract(cursor, block, plan, nginx=nginx)
    left = np.ones(len(block.starts), dtype=bool)
    left[lines] = False
    rejects = tuple(Reject(row=block.first_row + i, raw=block.line(i), reason=_reason(
        block, i, limits, valid=i in valid)) for i in np.flatnonzero(left).tolist())
    if not len(lines):
        return Batch(table=pa.table({"row": pa.array([], pa.int64())}), rejects=rejects)
    batch = convert(plan, columns, lines + block.first_row,
                    lambda i: block.line(int(lines[i])))
    return replace(batch, rejects=(*rejects, *batch.rejects))


def _reason(block: Block, index: int, limits: Limits, *, valid: bool) -> str:
    fault = int(block.fault[index])
    if fault != OK:
        return reason(fault, limits)
    return NOT_OBJECT if valid else NOT_JSON


def _extract(cursor: "duckdb.DuckDBPyConnection", block: Block, plan: Plan, *, nginx: bool,
             ) -> tuple[Ints, dict[str, pa.Array], set[int]]:
    """Return the lines that are objects, their columns, and the lines that are other JSON."""
    sound = np.flatnonzero(block.fault == OK)
    texts = cut(block.data, block.starts[sound], block.ends[sound])
    kinds = _query(cursor, texts, "CASE WHEN json_valid(line) THEN json_type(line) END")
    is_object = pc.fill_null(pc.equal(kinds, "OBJECT"), False)
    is_other = pc.and_(pc.is_valid(kinds), pc.invert(is_object))
    other = set(sound[is_other.to_numpy(zero_copy_only=False)].tolist())
    keys = nginx_json.KEYS if nginx else plan.reads
    columns = pick(cursor, texts.filter(is_object), keys)
    if nginx:
        columns = nginx_json.with_request(columns)
    objects: Ints = sound[is_object.to_numpy(zero_copy_only=False)]
    return objects, columns, other


def pick(cursor: "duckdb.DuckDBPyConnection", objects: pa.Array, keys: Sequence[str],
         ) -> dict[str, pa.Array]:
    """Return the text of each dotted key in a column of valid JSON objects; null if absent."""
    pointers = ", ".join("'" + pointer(key).replace("'", "''") + "'" for key in keys)
    lists = _query(cursor, objects, f"json_extract_string(line, [{pointers}])")
    flat = lists.flatten()
    at = np.arange(0, len(flat), len(keys))
    return {key: flat.take(pa.array(at + i)) for i, key in enumerate(keys)}


def pointer(key: str) -> str:
    r"""Turn a dotted path into a JSON pointer (RFC 6901); ``\.`` is a dot inside a key."""
    parts = (part.replace("\\.", ".") for part in _DOT.split(key))
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _query(cursor: "duckdb.DuckDBPyConnection", lines: pa.Array, expression: str) -> pa.Array:
    cursor.register("lines", pa.table({"line": lines}))
    query = f"SELECT {expression} AS found FROM lines"
    result: pa.Table = cursor.sql(query).to_arrow_table()
    cursor.unregister("lines")
    return result.column("found").combine_chunks()
