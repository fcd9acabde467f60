"""The bytes of a source as stored: hashed as they are read, decompressed within limits.

What is parsed is what was hashed: one pass hands each stored byte to SHA-256 and to the reader.
"""

import hashlib
import os
from io import BufferedReader
from pathlib import Path

import pyarrow as pa

from truetally.errors import InputError, problem
from truetally.events.fill import Fill
from truetally.events.limits import Limits

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))
_REST_BYTES = 1 << 22


class Stored:
    """A stored file read once from start to end, hashing what it hands out. Must be closed.

    Raises InputError on opening what cannot be opened or is not a regular file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = open_file(path)
        self._before = _mark(os.fstat(self._file.fileno()))

    def read(self, count: int) -> bytes:
        """Read at most `count` bytes; b"" at the end."""
        data = self._file.read(count)
        self._hash.update(data)
        self.size += len(data)
        return data

    def fill(self, memory: memoryview) -> int:
        """Read into memory and return how many bytes; 0 at the end."""
        count = self._file.readinto(memory)
        self._hash.update(memory[:count])
        self.size += count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def sha256(self) -> str:
        """Return the digest of the whole file, reading what is left of it.

        Raises:
            InputError: the file is no longer the one that was opened, or was written to.
        """
        while self.read(_REST_BYTES):
            pass
        check_unchanged(self.path, self._before, _mark(os.fstat(self._file.fileno())), self.size)
        return self._hash.hexdigest()


class _Left:
    """A stored file as Arrow reads it: Arrow closes what it has read, this leaves it open."""

    def __init__(self, stored: Stored) -> None:
        self.read = stored.read
        self.closed = False

    def readable(self) -> bool:
        """Say what Arrow asks before it reads."""
        return True

    def close(self) -> None:
        self.closed = True


def open_file(path: Path) -> BufferedReader:
    """Open a regular file for reading.

    Raises:
        InputError: it is missing, not readable, or not a regular file.
    """
    if not path.is_file():
        raise InputError(problem("no such file", where=path, expected="a regular file",
                                 then="check the path"))
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(problem("cannot open the file", where=path, found=error.strerror,
                                 then="check its permissions")) from error


def mark(path: Path) -> tuple[int, int, int, int]:
    """Return what changes when a file is replaced or written to: inode, size, both times."""
    try:
        return _mark(path.stat())
    except OSError as error:
        raise InputError(problem("the file went away while it was being read", where=path,
                                 then="read a copy that nothing writes to")) from error


def _mark(stat: os.stat_result) -> tuple[int, int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def check_unchanged(path: Path, before: tuple[int, int, int, int],
                    after: tuple[int, int, int, int], size: int) -> None:
    """Compare a file's marks from before and after the reading.

    Raises:
        InputError: it was replaced, written to, or is not as long as what was read.
    """
    if not before == after == mark(path) or size != before[1]:
        raise InputError(problem(
            "the file changed while it was being read", where=path,
            expected=f"{before[1]} bytes that nothing writes to",
            found=f"{mark(path)[1]} bytes now", then="stop the writer or read a copy"))


def compression(head: bytes) -> str:
    """Tell "gzip", "zstd" or "" from the first bytes of a file."""
    if head.startswith(GZIP):
        return "gzip"
    return "zstd" if head.startswith((ZSTD, *ZSTD_SKIPPABLE)) else ""


def plain(stored: Stored, limits: Limits) -> Fill:
    """Give out the file's bytes, decompressed if its first bytes say gzip or Zstandard.

    Raises:
        InputError: (while it fills) the compressed data is cut off or damaged, or unpacks past the
            limits.
    """
    with stored.path.open("rb") as file:
        kind = compression(file.read(4))
    if not kind:
        return stored.fill
    stream = pa.CompressedInputStream(pa.PythonFile(_Left(stored), "r"), kind)
    out = 0

    def fill(memory: memoryview) -> int:
        nonlocal out
        try:
            count: int = stream.readinto(memory)
        except OSError as error:
            raise InputError(problem(
                f"the {kind} data is cut off or damaged", where=stored.path,
                expected="complete compressed data", found=f"{error} after {out} bytes",
                then="copy the file again from its origin")) from error
        out += count
        _refuse_bomb(stored, out, limits)
        return count

    return fill


def _refuse_bomb(stored: Stored, out: int, limits: Limits) -> None:
    ratio = out // max(stored.size, 1)
    if out > limits.decompressed_bytes or (out > limits.ratio_after_bytes and ratio > limits.ratio):
        raise InputError(problem(
            "the file unpacks to more than the limits allow", where=stored.path,
            expected=f"at most {limits.decompressed_bytes} bytes and {limits.ratio} times its size",
            found=f"{out} bytes so far from {stored.size}",
            then="unpack it by hand if it is genuine, or raise the limits"))
