"""What reading a seized client yields: the inventory, the items found, and what was refused."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["plugin-list", "plugin", "user-agent", "version", "string", "cookie", "task",
               "resource"]
Weight = Literal["class", "individual", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file: its path (``a.zip!b/c`` inside an archive), its bytes' SHA-256, size and type.

    `type` is told by content, never by name: for example "pak v5", "pe", "zip", "sqlite", "text".
    """

    path: str
    sha256: str
    size: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One item, decoded, with the file, its SHA-256 and the place where anyone can look it up.

    `place` is for example "offset 0x1f2", "resource 1234", "line 5" or "row 5 of table t".
    `note` says what the item cannot prove; `weight` is "class" for what every copy of a widely
    spread program holds, "individual" where a reader knows better, "" where it does not know.
    """

    kind: Kind
    text: str
    file: str
    sha256: str
    place: str
    weight: Weight = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file, or a part of one, that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that was found at `root`, in an order that depends on paths and bytes alone."""

    root: str
    entries: tuple[Entry, ...]
    extracted: tuple[Extracted, ...]
    refused: tuple[Refused, ...]
