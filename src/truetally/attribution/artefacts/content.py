"""The bytes of one file, mapped and not copied, with their digest."""

import hashlib
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Buffer = mmap.mmap | bytes
_HASHED_AT_ONCE = 1 << 22
# Never through a link, never waiting for a pipe's writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One file as it lies: its path inside the artefact, its bytes and their SHA-256."""

    path: str
    data: Buffer
    sha256: str

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)


class NotReadError(Exception):
    """One file cannot be read; its text is the reason. Never leaves the room."""


@contextmanager
def mapped(path: Path, shown: str, largest: int) -> Iterator[Content]:
    """Map a regular file for reading.

    Raises NotReadError if it is a link, no regular file, larger than `largest`, or not readable.
    """
    try:
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError) as why:
        raise NotReadError(f"cannot be opened: {getattr(why, 'strerror', why)}") from None
    with os.fdopen(handle, "rb") as file:
        held = os.fstat(handle)
        if not stat.S_ISREG(held.st_mode):
            raise NotReadError("no regular file (a device, pipe or socket)")
        if held.st_size > largest:
            raise NotReadError(f"{held.st_size} bytes, more than the {largest} that are read")
        with held_open(file) as data:
            yield Content(path=shown, data=data, sha256=digest(data))


@contextmanager
def held_open(file: BinaryIO) -> Iterator[Buffer]:
    """Map an open file; an empty one is b"", which cannot be mapped."""
    if not os.fstat(file.fileno()).st_size:
        yield b""
        return
    try:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as why:
        raise NotReadError(f"cannot be read: {why}") from None
    with data:
        yield data


def digest(data: Buffer) -> str:
    """Return the SHA-256 of a buffer, in pieces."""
    found = hashlib.sha256()
    with memoryview(data) as view:
        for start in range(0, len(view), _HASHED_AT_ONCE):
            found.update(view[start:start + _HASHED_AT_ONCE])
    return found.hexdigest()
