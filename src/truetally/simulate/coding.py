"""Columns of few distinct texts: numbers into a dictionary that holds only what is in use."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.simulate.rows import Ints


def by_time(time_ms: Ints) -> Ints:
    """Return the order of time, ties by position: one sort of numbers that carry their position."""
    bits = max(1, len(time_ms).bit_length())
    keys = (time_ms.astype(np.int64) - time_ms.min() << bits) | np.arange(len(time_ms))
    keys.sort()
    return np.asarray(keys & ((1 << bits) - 1))


def coded(codes: Ints, texts: pa.Array) -> pa.DictionaryArray:
    """Make a dictionary column that holds only the texts in use; codes below 0 are null."""
    unknown = codes < 0
    used = np.zeros(len(texts) + 1, dtype=bool)
    used[codes] = True
    used[len(texts)] = False
    where = np.flatnonzero(used)
    renumbered = (np.cumsum(used) - 1)[codes].astype(np.int32)
    mask = unknown if unknown.any() else None
    return pa.DictionaryArray.from_arrays(pa.array(renumbered, mask=mask), texts.take(where))


def numbered(values: Ints, unknown: NDArray[np.bool_] | None = None) -> tuple[Ints, Ints]:
    """Number distinct values in the order they come, -1 for unknown. Returns codes and values."""
    mask = unknown if unknown is not None and unknown.any() else None
    found = pa.array(values, mask=mask).dictionary_encode()
    codes = found.indices if mask is None else found.indices.fill_null(-1)
    return codes.to_numpy(), found.dictionary.to_numpy()


def indexed(codes: Ints, text: pa.Array) -> pa.DictionaryArray:
    """Make a dictionary column of codes into `text`; codes below 0 are null."""
    unknown = codes < 0
    mask = unknown if unknown.any() else None
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), text)
