"""Hold a large table in few bytes: whole numbers in no more than their range needs.

What follows from another column by integer arithmetic is not held at all. A view of the table's
name gives every column back as it was, value and type.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

NARROW = (("UTINYINT", 8), ("USMALLINT", 16), ("UINTEGER", 32))
WIDTHS = {"INTEGER": 32, "BIGINT": 64}
MADE = {"watched_s": ("watched_ms", "watched_ms // 1000")}  # from which column, and how
Ranges = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """How a table is held: `held` and `shown` give each column's SQL, going in and coming out."""

    held: Mapping[str, str]
    shown: Mapping[str, str]

    def narrow(self, columns: Collection[str]) -> "Packed":
        """Keep some columns, and of the held ones what these are made of."""
        shown = {c: sql for c, sql in self.shown.items() if c in columns}
        needed = {MADE[c][0] if c not in self.held else c for c in shown}
        return Packed(held={c: sql for c, sql in self.held.items() if c in needed}, shown=shown)


def pack(types: Mapping[str, str], ranges: Ranges) -> Packed:
    """Say how to hold columns of these types, some of known ranges."""
    held, shown = {}, {}
    for column, kind in types.items():
        if column in MADE and MADE[column][0] in types:
            base = _packed(MADE[column][0], types[MADE[column][0]], ranges)[1]
            shown[column] = MADE[column][1].replace(MADE[column][0], f"({base})")
            continue
        held[column], shown[column] = _packed(column, kind, ranges)
    return Packed(held=held, shown=shown)


def _packed(column: str, kind: str, ranges: Ranges) -> tuple[str, str]:
    """Give a column's SQL going in and coming out; where nothing is won it stays as it is."""
    low, high = ranges.get(column, (0, 1 << 63))
    for narrow, bits in NARROW:
        if bits >= WIDTHS.get(kind, 0) or high - low >= 1 << bits:
            continue
        if low >= 0 and high < 1 << bits:
            return f"{column}::{narrow}", f"{column}::{kind}"
        return f"({column} - ({low}))::{narrow}", f"({column}::{kind} + ({low}))"
    return column, column
