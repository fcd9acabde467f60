"""Cut many texts out of one block at once, without a Python object for each."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.block import Bytes, Ints

Flags = npt.NDArray[np.bool_]


def cut(data: Bytes, starts: Ints, ends: Ints, *, unknown: Flags | None = None) -> pa.Array:
    """Return ``data[starts[i]:ends[i]]`` as a string array, null where `unknown`.

    The spans must be in order and not overlap (``ends[i] <= starts[i + 1]``), and hold valid UTF-8.
    The spans and the gaps between them form one Arrow array over `data` without a copy, from
    which the spans are taken.
    """
    if not len(starts):
        return pa.array([], pa.string())
    offsets = np.empty(2 * len(starts), dtype=np.int32)
    offsets[0::2] = starts
    offsets[1::2] = ends
    whole = pa.Array.from_buffers(pa.string(), len(offsets) - 1,
                                  [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    picks = pa.array(np.arange(0, len(offsets), 2, dtype=np.int32), mask=unknown)
    return pc.take(whole, picks, boundscheck=False)


def windows(data: Bytes, starts: Ints, width: int) -> Bytes:
    """Return the `width` bytes from each start as an array of shape (len(starts), width)."""
    spans = np.ndarray((len(data) - width + 1,), dtype=f"V{width}", buffer=data, strides=(1,))
    return spans[starts].view(np.uint8).reshape(-1, width)


def spans(column: pa.Array) -> tuple[Bytes, Ints, Ints]:
    """Return the bytes of a string column, and where each of its texts starts and ends."""
    _, offsets, data = column.buffers()
    at = np.frombuffer(offsets, dtype=np.int32)[column.offset: column.offset + len(column) + 1]
    raw = np.frombuffer(data, dtype=np.uint8) if data and data.size else np.zeros(1, np.uint8)
    return raw, at[:-1].astype(np.int64), at[1:].astype(np.int64)


def before_first(column: pa.Array, signs: str) -> pa.Array:
    """Return each text of a string column without nulls up to the first of some ASCII signs."""
    data, starts, ends = spans(column)
    is_sign = np.zeros(len(data), dtype=np.bool_)
    for sign in signs.encode():
        is_sign |= data == sign
    marks = np.flatnonzero(is_sign)
    if not len(marks):
        return column
    nearest = np.append(marks, len(data))[np.searchsorted(marks, starts)]
    return cut(data, starts, np.minimum(nearest, ends))


def dash(data: Bytes, starts: Ints, ends: Ints) -> Flags:
    """Tell which spans hold "-" or nothing: an access log's way to say unknown."""
    length = ends - starts
    unknown: Flags = (length == 0) | ((length == 1) & (data[starts] == ord("-")))
    return unknown
