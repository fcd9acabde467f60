"""Blocks of whole lines, found with array operations, each line numbered as in the file."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.events.fill import Fill
from truetally.events.limits import Limits

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

PAD = 64  # bytes before and after the lines, so that a fixed window never leaves the array
OK, TOO_LONG, HAS_NUL, NOT_UTF8, EMPTY = range(5)
NOT_UTF8_REASON = "not valid UTF-8"
_LINE_END = 10
_STRIP = 1 << 18  # bytes looked through at once: they and their flags stay in a core's cache
_FILL_BYTES = 1 << 22  # what is unpacked between two looks at the limits


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

    def part(self, first: int, count: int) -> "Block":
        """Return up to `count` lines from line `first` on, in the same memory."""
        some = slice(first, first + count)
        return Block(data=self.data, starts=self.starts[some], ends=self.ends[some],
                     fault=self.fault[some], first_row=self.first_row + first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Whole lines at the start of `memory`, `size` bytes of them with PAD line ends on each side.

    `is_first` says that the source begins with them. The memory belongs to whoever reads the lines
    and gives it back to `spare` when done.
    """

    memory: Bytes
    size: int
    is_first: bool
    spare: deque[Bytes]

    @property
    def padded(self) -> Bytes:
        """Return the lines and the line ends around them."""
        return self.memory[:self.size + 2 * PAD]

    @property
    def inner(self) -> Bytes:
        """Return the lines."""
        return self.memory[PAD:PAD + self.size]

    def give_back(self) -> None:
        """Let the memory be used again."""
        self.spare.append(self.memory)


def reason(fault: int, limits: Limits) -> str:
    """Say in words why a line cannot be read as text."""
    return {TOO_LONG: f"line longer than {limits.record_bytes} bytes", HAS_NUL: "NUL byte in line",
            NOT_UTF8: NOT_UTF8_REASON, EMPTY: "empty line"}[fault]


def whole_lines(fill: Fill, limits: Limits) -> Iterator[bytes]:
    """Yield blocks of whole lines as `blocks` does, each in memory of its own."""
    for lines in blocks(fill, limits):
        yield lines.inner.tobytes()
        lines.give_back()


def blocks(fill: Fill, limits: Limits) -> Iterator[Lines]:
    """Cut a source into blocks that end at a line end, each about `limits.block_bytes` long.

    Of a line longer than the limit only the first limit + 1 bytes are kept: enough to see that it
    is too long, and no more memory than that.
    """
    spare: deque[Bytes] = deque()
    tail = b""
    is_first = True
    while True:
        memory = spare.popleft() if spare else np.empty(
            limits.record_bytes + 1 + limits.block_bytes + 2 * PAD, dtype=np.uint8)
        held = PAD + len(tail)
        memory.data[PAD:held] = tail
        end = _filled(fill, memory, held, limits)
        stop = _after_last_line(memory, held, end) or PAD if end > held else end
        tail = memory[stop:min(end, stop + limits.record_bytes + 1)].tobytes()
        if stop > PAD:
            memory[:PAD] = memory[stop:stop + PAD] = _LINE_END
            yield Lines(memory=memory, size=stop - PAD, is_first=is_first, spare=spare)
            is_first = False
        else:
            spare.append(memory)
        if end == held:
            return


def _filled(fill: Fill, memory: Bytes, held: int, limits: Limits) -> int:
    """Fill up a block; return where its bytes end, `held` if the source has no more."""
    room = memory.data[held:held + limits.block_bytes]
    done = 0
    while done < len(room) and (count := fill(room[done:done + _FILL_BYTES])):
        done += count
    return held + done


def _after_last_line(memory: Bytes, start: int, end: int) -> int:
    """Return the place after the last line end in a span, 0 if it has none."""
    while end > start:
        first = max(start, end - _STRIP)
        found = np.flatnonzero(memory[first:end] == _LINE_END)
        if len(found):
            return first + int(found[-1]) + 1
        end = first
    return 0


def split(data: bytes, first_row: int, limits: Limits) -> Block:
    """Find the lines of `data`, and those among them that are no text or too long."""
    padded = np.frombuffer(b"".join((b"\n" * PAD, data, b"\n" * PAD)), dtype=np.uint8)
    return _split(padded, first_row, limits, is_first=first_row == 0)


def split_lines(lines: Lines, limits: Limits) -> Block:
    """Find lines as `split` does, in place and numbered from 0."""
    return _split(lines.padded, 0, limits, is_first=lines.is_first)


def _split(padded: Bytes, first_row: int, limits: Limits, *, is_first: bool) -> Block:
    inner = padded[PAD:-PAD]
    size = len(inner)
    ends = _line_ends(inner) + PAD
    if size and inner[-1] != _LINE_END:
        ends = np.append(ends, PAD + size)
    starts = np.concatenate(([PAD], ends[:-1] + 1))[: len(ends)]
    if is_first and inner[:3].tobytes() == b"\xef\xbb\xbf":
        starts[0] += 3
    ends = ends - ((padded[ends - 1] == 13) & (ends > starts))
    fault = np.where(ends - starts > limits.record_bytes, np.uint8(TOO_LONG), np.uint8(OK))
    fault[ends == starts] = EMPTY
    _mark_nul(inner, ends, fault)
    _mark_not_utf8(inner, starts, ends, fault)
    return Block(data=padded, starts=starts, ends=ends, fault=fault, first_row=first_row)


def _line_ends(inner: Bytes) -> Ints:
    flags = np.empty(min(_STRIP, len(inner)), dtype=np.bool_)
    found = [np.empty(0, dtype=np.int64)]
    for at in range(0, len(inner), _STRIP):
        strip = inner[at:at + _STRIP]
        found.append(np.flatnonzero(np.equal(strip, _LINE_END, out=flags[:len(strip)])) + at)
    return np.concatenate(found)


def _mark_nul(inner: Bytes, ends: Ints, fault: npt.NDArray[np.uint8]) -> None:
    if len(inner) and inner.min() == 0:
        lines = np.unique(np.searchsorted(ends, np.flatnonzero(inner == 0) + PAD))
        fault[lines[fault[lines] == OK]] = HAS_NUL


def _mark_not_utf8(inner: Bytes, starts: Ints, ends: Ints, fault: npt.NDArray[np.uint8]) -> None:
    if not len(inner) or inner.max() < 128 or _is_utf8(inner):
        return
    lines = np.unique(np.searchsorted(ends, np.flatnonzero(inner >= 128) + PAD))
    for index in lines[fault[lines] == OK].tolist():
        if not _is_utf8(inner[starts[index] - PAD: ends[index] - PAD]):
            fault[index] = NOT_UTF8


def _is_utf8(text: Bytes) -> bool:
    """Tell whether bytes are UTF-8, without a copy of them."""
    offsets = pa.py_buffer(np.array([0, len(text)], dtype=np.int32))
    whole = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(text)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
