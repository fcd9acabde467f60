"""Find the records of a CSV file, which may run over several lines, and cut their fields.

A line whose quotes all open or close a whole field is a record and is cut in bulk, see
`csv_plain`. Any other with quotes is read by the standard library's reader in strict mode. A quote
that is never closed costs only the line it stands in: reading goes on with the next line.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from truetally.errors import InputError, problem
from truetally.events.block import EMPTY, OK, PAD, Block, Ints, reason, split
from truetally.events.csv_dialect import Dialect
from truetally.events.csv_plain import odd_lines
from truetally.events.limits import Limits

UNBALANCED = "quotes do not balance"
_UNFINISHED = "unexpected end of data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The records of one block. Record i starts in line `lines[i]` and has the number row0 + i.

    `quoted` holds the fields of records with quotes, or the reason why they have none; `last` the
    last line of those that run over several.
    """

    block: Block
    lines: Ints
    row0: int
    quoted: dict[int, list[str] | str]
    last: dict[int, int]

    def raw(self, record: int) -> bytes:
        """Return the bytes of one record without its last line end."""
        line = int(self.lines[record])
        last = self.last.get(record, line)
        return self.block.data[self.block.starts[line]:self.block.ends[last]].tobytes()


def records(chunks: Iterator[bytes], dialect: Dialect, limits: Limits, where: str,
            ) -> Iterator[Records]:
    """Yield the records of a file given in chunks of whole lines, in order.

    Raises:
        InputError: so many quotes are never closed that the quote must be wrong.
    """
    held = b""
    row = line = unclosed = 0
    pending = next(chunks, None)
    while pending is not None:
        following = next(chunks, None)
        block = split(held + pending, line, limits)
        found, used = _records(block, row, dialect, limits, final=following is None)
        unclosed += sum(1 for fields in found.quoted.values() if fields == UNBALANCED)
        if unclosed > limits.unclosed_quotes:
            raise InputError(problem(
                "too many quotes are never closed", where=where,
                expected=f"at most {limits.unclosed_quotes}", found=f"{unclosed} by record {row}",
                then='set csv.quote in the mapping; quote = "" if the file quotes nothing'))
        yield found
        held = _rest(block, used)
        row += len(found.lines)
        line += used
        pending = following


def _rest(block: Block, used: int) -> bytes:
    """Return the bytes from line `used` on, an unfinished record, as they were."""
    if used == len(block.starts):
        return b""
    return block.data[block.starts[used]: len(block.data) - PAD].tobytes()


def _records(block: Block, row0: int, dialect: Dialect, limits: Limits, *,
             final: bool) -> tuple[Records, int]:
    """Walk over the lines with quotes in odd places; all others are records of their own."""
    marked = odd_lines(block, dialect)
    whole: dict[int, tuple[list[str] | str, int]] = {}
    inside = np.zeros(len(block.starts), dtype=bool)
    next_free = 0
    for line in marked:
        if line < next_free:
            continue
        fields, last = _quoted(block, line, dialect, limits)
        if fields is None and not final:
            return _collect(block, row0, whole, inside, line), line
        whole[line] = (UNBALANCED, line) if fields is None else (fields, last)
        last = whole[line][1]
        inside[line + 1: last + 1] = True
        next_free = last + 1
    return _collect(block, row0, whole, inside, len(block.starts)), len(block.starts)


def _collect(block: Block, row0: int, whole: dict[int, tuple[list[str] | str, int]],
             inside: "np.typing.NDArray[np.bool_]", used: int) -> Records:
    lines = np.flatnonzero(~inside[:used])
    place = {int(line): i for i, line in enumerate(lines)} if whole else {}
    return Records(block=block, lines=lines, row0=row0,
                   quoted={place[n]: fields for n, (fields, _) in whole.items()},
                   last={place[n]: last for n, (_, last) in whole.items() if last > n})


def _quoted(block: Block, line: int, dialect: Dialect, limits: Limits,
            ) -> tuple[list[str] | str | None, int]:
    """Read one record that begins in `line`: its fields or a reason, and its last line.

    None means that the block ends before the record does.
    """
    reader = _Lines(block, line)
    try:
        fields = dialect.parse(iter(reader))
    except csv.Error as error:
        if str(error) == _UNFINISHED and reader.bytes <= limits.record_bytes:
            return None, line
        if "field limit" in str(error) and reader.last == line:
            return "field longer than 131072 characters", line
        return UNBALANCED, line
    faults = block.fault[line: reader.last + 1]
    faults = faults[(faults != OK) & (faults != EMPTY)]
    if len(faults):
        return reason(int(faults[0]), limits), reader.last
    if reader.bytes > limits.record_bytes:
        return f"record longer than {limits.record_bytes} bytes", reader.last
    return fields, reader.last


class _Lines:
    """Hand out the lines of a block from one on, with their line ends, counting."""

    def __init__(self, block: Block, line: int) -> None:
        self.block = block
        self.last = line - 1
        self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        block = self.block
        while self.last + 1 < len(block.starts):
            self.last += 1
            stop = block.starts[self.last + 1] if self.last + 1 < len(block.starts) \
                else block.ends[self.last]
            raw = block.data[block.starts[self.last]:stop].tobytes()
            self.bytes += len(raw)
            yield raw.decode("utf-8", "surrogateescape")
