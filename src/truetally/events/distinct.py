"""Columns of texts held as distinct values and codes, so that work is done once for each value.

Most texts of a log repeat. A dictionary column here has no null among its values and no value
twice; its values stand in the order of their first row.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

Change = Callable[[pa.Array], pa.Array]


def encoded(column: pa.Array) -> pa.Array:
    """Return a column of strings as a dictionary column."""
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def plain(column: pa.Array) -> pa.Array:
    """Return a column without a dictionary."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def changed(column: pa.Array, change: Change) -> pa.Array:
    """Apply a change of single texts to a dictionary column; what becomes null is null in it."""
    values = column.dictionary
    fresh = change(values)
    if fresh is values:
        return column
    codes = fresh.dictionary_encode()
    return pa.DictionaryArray.from_arrays(pc.take(codes.indices, column.indices), codes.dictionary)


def tested(column: pa.Array, test: Change) -> pa.Array:
    """Apply a test of single texts to a column, dictionary or not; null where it is null."""
    if not pa.types.is_dictionary(column.type):
        return test(column)
    return pc.take(test(column.dictionary), column.indices)


def constant(value: str, count: int) -> pa.Array:
    """Return a dictionary column that holds one text throughout."""
    codes = pa.repeat(pa.scalar(0, pa.int32()), count)
    return pa.DictionaryArray.from_arrays(codes, pa.array([value] if count else [], pa.string()))


def compact(column: pa.Array) -> pa.Array:
    """Drop the values of a dictionary column that no row has."""
    return plain(column).dictionary_encode()


def joined(chunks: list[pa.Array]) -> pa.Array:
    """Join arrays of strings into one dictionary column."""
    parts = pa.chunked_array(chunks, pa.string()).dictionary_encode().chunks
    if len(parts) < 2:
        return parts[0] if parts else pa.array([], pa.string()).dictionary_encode()
    codes = pa.concat_arrays([part.indices for part in parts])
    return pa.DictionaryArray.from_arrays(codes, parts[-1].dictionary)
