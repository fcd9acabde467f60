"""Blocks of whole lines, found with array operations, each line numbered as in the file."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from truetally.events.limits import Limits

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

PAD = 64  # bytes before and after the lines, so that a fixed window never leaves the array
OK, TOO_LONG, HAS_NUL, NOT_UTF8, EMPTY = range(5)
NOT_UTF8_REASON = "not valid UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines `starts[i]:ends[i]` of `data` (without their line ends); `first_row` numbers line 0.

    `fault[i]` is OK or says why line i cannot be read as text.
    """

    data: Bytes
    starts: Ints
    ends: Ints
    fault: npt.NDArray[np.uint8]
    first_row: int

    def line(self, index: int) -> bytes:
        """Return the bytes of one line."""
        return self.data[self.starts[index]:self.ends[index]].tobytes()


def reason(fault: int, limits: Limits) -> str:
    """Say in words why a line cannot be read as text."""
    return {TOO_LONG: f"line longer than {limits.record_bytes} bytes", HAS_NUL: "NUL byte in line",
            NOT_UTF8: NOT_UTF8_REASON, EMPTY: "empty line"}[fault]


def whole_lines(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Regroup pieces into blocks that end at a line end, each about `limits.block_bytes` long.

    Of a line longer than the limit only the first limit + 1 bytes are kept: enough to see that it
    is too long, and no more memory than that.
    """
    held: list[bytes] = []
    tail = b""
    size = 0
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if not cut:
            tail = _bounded(tail + piece, limits)
            continue
        held += [tail, piece[:cut]]
        size += len(tail) + cut
        tail = _bounded(piece[cut:], limits)
        if size >= limits.block_bytes:
            yield b"".join(held)
            held, size = [], 0
    if held or tail:
        yield b"".join([*held, tail])


def _bounded(tail: bytes, limits: Limits) -> bytes:
    return tail[: limits.record_bytes + 1]


def lines_in(data: bytes) -> int:
    """Count the lines of a chunk that ends at a line end or at the end of the file."""
    return data.count(b"\n") + (not data.endswith(b"\n"))


def split(data: bytes, first_row: int, limits: Limits) -> Block:
    """Find the lines of `data`, and those among them that are no text or too long."""
    padded = np.frombuffer(b"\n" * PAD + data + b"\n" * PAD, dtype=np.uint8)
    inner = padded[PAD: PAD + len(data)]
    ends = np.flatnonzero(inner == 10) + PAD
    if data and not data.endswith(b"\n"):
        ends = np.append(ends, PAD + len(data))
    starts = np.concatenate(([PAD], ends[:-1] + 1))[: len(ends)]
    if first_row == 0 and data.startswith(b"\xef\xbb\xbf"):
        starts[0] += 3
    ends = ends - ((padded[ends - 1] == 13) & (ends > starts))
    fault = np.where(ends - starts > limits.record_bytes, np.uint8(TOO_LONG), np.uint8(OK))
    fault[ends == starts] = EMPTY
    _mark_nul(inner, ends, fault)
    _mark_not_utf8(data, inner, starts, ends, fault)
    return Block(data=padded, starts=starts, ends=ends, fault=fault, first_row=first_row)


def _mark_nul(inner: Bytes, ends: Ints, fault: npt.NDArray[np.uint8]) -> None:
    if len(inner) and inner.min() == 0:
        lines = np.unique(np.searchsorted(ends, np.flatnonzero(inner == 0) + PAD))
        fault[lines[fault[lines] == OK]] = HAS_NUL


def _mark_not_utf8(data: bytes, inner: Bytes, starts: Ints, ends: Ints,
                   fault: npt.NDArray[np.uint8]) -> None:
    if not len(inner) or inner.max() < 128 or _is_utf8(data):
        return
    lines = np.unique(np.searchsorted(ends, np.flatnonzero(inner >= 128) + PAD))
    for index in lines[fault[lines] == OK].tolist():
        if not _is_utf8(data[starts[index] - PAD: ends[index] - PAD]):
            fault[index] = NOT_UTF8


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
