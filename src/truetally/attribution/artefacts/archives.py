"""Zip archives, opened in memory or in a file without a name: nothing is unpacked into a folder."""

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import (
    Buffer,
    Content,
    NotReadError,
    digest,
    held_open,
)

_AT_ONCE = 1 << 20
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_END_SIGN, _END_BYTES = b"PK\x05\x06", 65_557
_LOCATOR_SIGN, _LOCATOR_BYTES = b"PK\x06\x07", 20
_LARGEST_DIRECTORY = 1 << 25  # bytes: each of a member's 46 and more costs memory many times that
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError,
            NotImplementedError, RuntimeError, MemoryError, OverflowError, IndexError)


class Spent:
    """Counts what an examination has unpacked and listed so far, over all archives."""

    __slots__ = ("files", "unpacked")

    def __init__(self) -> None:
        self.files = 0
        self.unpacked = 0


class _View:
    """Read a buffer as a file, without a copy of it."""

    def __init__(self, data: Buffer) -> None:
        self._data = data
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        end = len(self._data) if count < 0 else self._at + count
        found = bytes(self._data[self._at:end])
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        start = {0: 0, 1: self._at, 2: len(self._data)}[whence]
        if start + offset < 0:
            raise ValueError("before the start of the archive")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True


def ends_as_zip(data: Buffer) -> bool:
    """Say whether a program carries a zip archive at its end, as self-extracting ones do."""
    return _END_SIGN in data[max(0, len(data) - _END_BYTES):]


@contextmanager
def opened_zip(data: Buffer) -> Iterator[list[tuple[str, zipfile.ZipFile, zipfile.ZipInfo]]]:
    """Open a zip and give its members by name: those that can be read and those that cannot.

    Raises NotReadError if its directory is damaged.
    """
    if (size := _directory_bytes(data)) > _LARGEST_DIRECTORY:
        raise NotReadError(f"its directory has {size} bytes, more than {_LARGEST_DIRECTORY}")
    try:
        archive = zipfile.ZipFile(_View(data))
    except _DAMAGED as why:
        raise NotReadError(f"a damaged archive: {str(why)[:200]}") from None
    with archive:
        named = [(_name(info), archive, info) for info in archive.infolist()]
        yield sorted(named, key=lambda line: (line[0], line[2].header_offset))


@contextmanager
def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, bounds: Bounds,
           spent: Spent) -> Iterator[Content]:
    """Unpack one member into a file without a name and map it.

    Raises NotReadError for a path that would leave the folder, a link, an encrypted or damaged
    member, and one that unpacks past the bounds.
    """
    if reason := unsafe(info):
        raise NotReadError(reason)
    with tempfile.TemporaryFile(prefix="truetally-") as file:
        try:
            _unpack(archive, info, file, bounds, spent)
        except _DAMAGED as why:
            raise NotReadError(f"a damaged member: {str(why)[:200]}") from None
        file.flush()
        with held_open(file) as data:
            yield Content(path=path, data=data, sha256=digest(data))


def unsafe(info: zipfile.ZipInfo) -> str:
    """Say why a member must not be read, "" if it may be."""
    name = info.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\0" in name:
        return "its path leads out of the archive's folder"
    kind = info.external_attr >> 16
    if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or special file"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    # Of the others, the standard library unpacks a block of any size at once.
    known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return "" if known else f"compressed by method {info.compress_type}: only deflate is read"


def _directory_bytes(data: Buffer) -> int:
    """Return the size of the central directory as the archive states it (APPNOTE 4.3.16)."""
    start = max(0, len(data) - _END_BYTES)
    at = data[start:].rfind(_END_SIGN) + start
    if at < start:
        return 0  # no end of a directory: what opens the archive says so
    far = at - _LOCATOR_BYTES
    if far >= 0 and data[far:far + 4] == _LOCATOR_SIGN:
        record = int.from_bytes(data[far + 8:far + 16], "little")
        return int.from_bytes(data[record + 40:record + 48], "little")
    return int.from_bytes(data[at + 12:at + 16], "little")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: BinaryIO, bounds: Bounds,
            spent: Spent) -> None:
    with archive.open(info) as source:
        size = 0
        while piece := source.read(_AT_ONCE):
            size += len(piece)
            spent.unpacked += len(piece)
            if size > bounds.member_bytes or spent.unpacked > bounds.unpacked_bytes:
                raise NotReadError(f"unpacks past the bounds: {bounds.member_bytes} bytes, "
                                   f"{bounds.unpacked_bytes} in all archives")
            if size > bounds.ratio_after_bytes and size > bounds.ratio * info.compress_size:
                raise NotReadError(f"unpacks to more than {bounds.ratio} times its size")
            file.write(piece)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag it is tried as GBK, as Chinese tools write."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
