"""CSV records of one line whose quotes, if any, enclose whole fields: found and cut in bulk.

On such a line the first, third, … quote stands at the start of a field and the second, fourth, …
at the end of one, and so RFC 4180 allows one reading only.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.events.block import OK, Block, Ints
from truetally.events.csv_dialect import Dialect
from truetally.events.texts import cut

Cuts = tuple[Ints, Ints, Ints]  # delimiters (fields - 1, records), starts and ends of records


def odd_lines(block: Block, dialect: Dialect) -> list[int]:
    """Return the lines with quotes that do not enclose whole fields, in order."""
    quotes = _all(block, dialect.quote)
    if not len(quotes):
        return []
    line = np.searchsorted(block.ends, quotes)
    first = np.searchsorted(quotes, block.starts)
    opens = (np.arange(len(quotes)) - first[line]) % 2 == 0
    delimiter = ord(dialect.delimiter)
    at_start = (quotes == block.starts[line]) | (block.data[quotes - 1] == delimiter)
    at_end = (quotes + 1 == block.ends[line]) | (block.data[quotes + 1] == delimiter)
    odd = np.zeros(len(block.starts), dtype=bool)
    odd[line[~np.where(opens, at_start, at_end)]] = True
    odd |= (np.searchsorted(quotes, block.ends) - first) % 2 == 1
    found: list[int] = np.flatnonzero(odd).tolist()
    return found


def cut_plain(block: Block, lines: Ints, plain: npt.NDArray[np.bool_], dialect: Dialect,
              width: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Find the delimiters of those of `lines` that are `plain` and have `width` fields.

    Returns their places in `lines`, their delimiters as an array (width - 1, records), and the
    starts and ends of these records.
    """
    starts, ends = block.starts[lines], block.ends[lines]
    marks = _outside_quotes(block, dialect)
    first = np.searchsorted(marks, starts)
    fits = plain & (block.fault[lines] == OK)
    fits &= np.searchsorted(marks, ends) - first == width - 1
    at = np.flatnonzero(fits)
    places = first[at] + np.arange(width - 1)[:, None]
    return at, marks[places] if width > 1 else places, starts[at], ends[at]


def _outside_quotes(block: Block, dialect: Dialect) -> Ints:
    """Return the delimiters with an even number of quotes before them in their line."""
    marks = _all(block, dialect.delimiter)
    quotes = _all(block, dialect.quote)
    if not len(quotes):
        return marks
    line = np.searchsorted(block.ends, marks)
    before = np.searchsorted(quotes, marks) - np.searchsorted(quotes, block.starts)[line]
    outside: Ints = marks[before % 2 == 0]
    return outside


def column(block: Block, dialect: Dialect, cuts: Cuts, place: int) -> pa.Array:
    """Cut field number `place`, without the quotes around it."""
    marks, starts, ends = cuts
    first = starts if place == 0 else marks[place - 1] + 1
    last = ends if place == len(marks) else marks[place]
    if dialect.quote:
        quoted = (block.data[first] == ord(dialect.quote)) & (last > first)
        first, last = first + quoted, last - quoted
    return cut(block.data, first, last)


def _all(block: Block, sign: str) -> Ints:
    """Return where a character stands in the block; nowhere if it is ""."""
    return np.flatnonzero(block.data == ord(sign)) if sign else np.empty(0, dtype=np.int64)
