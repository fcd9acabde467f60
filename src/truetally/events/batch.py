"""What every reader hands on: accepted rows, rejected records, and values left unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

SHOWN_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One record that is not an event: its 0-based row, why, and the start of its bytes."""

    row: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Accepted rows (event columns and `row`), the rejects beside them, and counted warnings."""

    table: pa.Table
    rejects: tuple[Reject, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)


def escaped(raw: bytes) -> str:
    """Show the first 200 bytes as printable text; everything else becomes an escape."""
    text = raw[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    shown = (c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode()
             for c in text)
    return "".join(shown)[:SHOWN_BYTES]
