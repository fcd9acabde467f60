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


def window(data: Bytes, starts: Ints, width: int) -> Bytes:
    """Return the `width` bytes from each start as an array of shape (width, len(starts))."""
    spans = np.ndarray((len(data) - width + 1,), dtype=f"V{width}", buffer=data, strides=(1,))
    picked = spans[starts].view(np.uint8).reshape(-1, width)
    return np.ascontiguousarray(picked.T)


def dash(data: Bytes, starts: Ints, ends: Ints) -> Flags:
    """Tell which spans hold "-" or nothing: an access log's way to say unknown."""
    length = ends - starts
    unknown: Flags = (length == 0) | ((length == 1) & (data[starts] == ord("-")))
    return unknown
