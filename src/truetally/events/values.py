"""Single columns of a source into columns of the event: strictly, or unknown and counted."""

import json
from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.errors import InputError, problem
from truetally.events import distinct
from truetally.events.addresses import canonical, canonical_texts
from truetally.events.column_map import Pick
from truetally.events.numbers import scaled, whole
from truetally.events.schema import EVENT, PLUGIN_SEPARATOR, TERMINALS

TRUE = ("true", "1", "yes")
FALSE = ("false", "0", "no")


def as_event(pick: Pick, column: pa.Array, translated: dict[str, str] | None,
             where: str) -> pa.Array:
    """Return the column as its event type; a value that is not understood becomes null.

    Texts come as a dictionary column.

    Raises:
        InputError: no value of the column's type can be of the event's type.
    """
    if pick.target == "plugins" and _is_list(column.type):
        return distinct.encoded(joined(column))
    if pa.types.is_string(EVENT[pick.target]):
        return _text(pick.target, column, translated, where)
    number = partial(_number, pick, translated=translated, where=where)
    return distinct.tested(column, number)


def _text(target: str, column: pa.Array, translated: dict[str, str] | None,
          where: str) -> pa.Array:
    own = {"ip": canonical_texts, "plugins": _from_json_lists, "terminal": _terminals}
    if not pa.types.is_dictionary(column.type):
        column = distinct.encoded(texts(column, target, where))
    column = distinct.changed(column, _not_empty)
    if translated:
        column = distinct.changed(column, partial(_translated, table=translated))
    return distinct.changed(column, own[target]) if target in own else column


def _number(pick: Pick, column: pa.Array, *, translated: dict[str, str] | None,
            where: str) -> pa.Array:
    if translated:
        column = _translated(texts(column, pick.target, where), translated)
    if pa.types.is_boolean(EVENT[pick.target]):
        return flags(column, pick.target, where)
    _refuse(column, pick.target, where, pa.types.is_boolean)
    return scaled(column, *pick.scale) if pick.scale else whole(column)


def _terminals(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(column, value_set=pa.array(TERMINALS)), column, None)


def _not_empty(column: pa.Array) -> pa.Array:
    empty = pc.equal(column, "")
    return pc.if_else(empty, None, column) if pc.any(empty).as_py() else column


def texts(column: pa.Array, target: str, where: str) -> pa.Array:
    """Return the values as strings, null where empty.

    Raises:
        InputError: the type has no text, or its bytes are not UTF-8.
    """
    _refuse(column, target, where, pa.types.is_nested)
    if pa.types.is_floating(column.type) or pa.types.is_temporal(column.type):
        raise _wrong_type(column, target, where)
    try:
        column = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _wrong_type(column, target, where) from error
    return _not_empty(column)


def flags(column: pa.Array, target: str, where: str) -> pa.Array:
    """Return booleans from true/false, 1/0 and yes/no, ignoring case."""
    if pa.types.is_boolean(column.type):
        return column
    lowered = pc.utf8_lower(texts(column, target, where))
    index = pc.index_in(lowered, value_set=pa.array(TRUE + FALSE))
    return pc.less(index, len(TRUE))


def joined(column: pa.Array) -> pa.Array:
    """Join lists of texts by the plugin separator, in their order; an empty list is unknown."""
    lists = column.cast(pa.list_(pa.string()))
    text = pc.binary_join(lists, PLUGIN_SEPARATOR)
    return pc.if_else(pc.equal(text, ""), None, text)


def client_of(forwarded: str | None, peer: str | None, hops: int) -> str | None:
    """Return the address that the outermost trusted proxy saw, or None where there is none.

    The chain is the X-Forwarded-For list followed by the peer of the connection; the `hops`
    rightmost of it are our own proxies. A client can write any entry further left.
    """
    chain = [*((forwarded or "").split(",")), peer or ""]
    if len(chain) <= hops:
        return None
    entry = chain[-1 - hops].strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    return canonical(entry)


def forwarded_addresses(forwarded: pa.Array, peer: pa.Array, hops: int) -> pa.Array:
    """Return `client_of` for two dictionary columns, computed once for each distinct pair."""
    lists, peers = ([*column.dictionary.to_pylist(), None] for column in (forwarded, peer))
    list_at = pc.fill_null(forwarded.indices, len(lists) - 1).to_numpy().astype(np.int64)
    peer_at = pc.fill_null(peer.indices, len(peers) - 1).to_numpy().astype(np.int64)
    pairs, codes = np.unique(list_at * len(peers) + peer_at, return_inverse=True)
    known = [client_of(lists[pair // len(peers)], peers[pair % len(peers)], hops)
             for pair in pairs.tolist()]
    return distinct.changed(
        pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(range(len(pairs)))),
        lambda _: pa.array(known, pa.string()))


def _translated(column: pa.Array, table: dict[str, str]) -> pa.Array:
    index = pc.index_in(column, value_set=pa.array(list(table), pa.string()))
    return pc.coalesce(pc.take(pa.array(list(table.values()), pa.string()), index), column)


def _from_json_lists(column: pa.Array) -> pa.Array:
    """Replace distinct texts that are JSON lists of texts by their entries, joined."""
    maybe = pc.fill_null(pc.starts_with(column, "["), False)
    if not pc.any(maybe).as_py():
        return column
    return pa.array(map(_from_json_list, column.to_pylist()), pa.string())


def _from_json_list(text: str) -> str | None:
    if not text.startswith("["):
        return text
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(entries, list) or not all(isinstance(e, str) for e in entries):
        return text
    return PLUGIN_SEPARATOR.join(entries) or None


def _is_list(kind: pa.DataType) -> bool:
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    return bool(pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))


def _refuse(column: pa.Array, target: str, where: str,
            test: Callable[[pa.DataType], bool]) -> None:
    if test(column.type):
        raise _wrong_type(column, target, where)


def _wrong_type(column: pa.Array, target: str, where: str) -> InputError:
    return InputError(problem(
        f"wrong type of the column for {target}", where=where, expected=EVENT[target],
        found=column.type, then="name another column in the mapping, or convert this one"))
