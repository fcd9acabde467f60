"""Which rows may have a near neighbour: told from one sorted array of 64-bit numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from truetally.engine.order import U64, sorted_halves

COARSE_BITS = 10  # time in units of 1,024 ms
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How rows are numbered: the SQL of a row's number, and which of two numbers are near.

    Of the hash of the keys the low `bits` give way to coarse time. `reach` is the largest distance
    of the times of neighbours, in coarse units.
    """

    sql: str
    bits: int
    reach: int

    @classmethod
    def over(cls, keys: Sequence[str], first_ms: int, last_ms: int,
             within_ms: int | None) -> "Marks":
        """Number rows of a span of time; without `within_ms`, time does not matter."""
        # The hash of a whole row tells rows apart as well as all other keys beside it.
        of_keys = f"hash({'row_key' if 'row_key' in keys else ', '.join(keys)})"
        if within_ms is None:
            return cls(sql=of_keys, bits=0, reach=0)
        bits = ((last_ms - first_ms) >> COARSE_BITS).bit_length()
        time = f"((time_ms - {int(first_ms)}) >> {COARSE_BITS})::UBIGINT"
        # Two times w apart are at most one unit more than w's own units apart when made coarse.
        return cls(sql=f"((({of_keys} >> {bits}) << {bits}) | {time})", bits=bits,
                   reach=(within_ms >> COARSE_BITS) + 1)


def close(parts: Iterable[U64], count: int, marks: Marks) -> U64:
    """Return the distinct numbers that have a neighbour near them, or that two rows have.

    There are at most `count`.
    """
    return np.concatenate(sorted_halves(parts, count, partial(_near, marks)))


def _near(marks: Marks, ordered: U64) -> U64:
    """Pick from sorted numbers of equal keys those at most `reach` from the next or last one."""
    bits = np.uint64(marks.bits)
    near = np.empty(max(len(ordered) - 1, 0), dtype=np.bool_)
    for start in range(0, len(near), PIECE):  # piece by piece: no second array of this size
        piece = ordered[start:start + PIECE + 1]
        near[start:start + PIECE] = piece[1:] - piece[:-1] <= np.uint64(marks.reach)
    if marks.bits:
        at = np.flatnonzero(near)
        near[at] = ordered[at] >> bits == ordered[at + 1] >> bits
    kept = np.zeros(len(ordered), dtype=np.bool_)
    kept[1:] |= near
    kept[:-1] |= near
    found: U64 = ordered[kept]
    first = np.ones(len(found), dtype=np.bool_)
    first[1:] = found[1:] != found[:-1]
    return found[first]
