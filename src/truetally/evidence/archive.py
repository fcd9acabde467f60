"""The files of a case, a folder or a package: what may be there, and nothing that leads outside.

A package is a zip whose members are stored, not compressed: it is made byte for byte alike
everywhere, nothing in it can unpack to more than it is, and any tool can read it.
"""

import hashlib
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from truetally.evidence.errors import VerificationError, same

Files = Mapping[str, Callable[[], IO[bytes]]]


@contextmanager
def opened(path: Path) -> Iterator[Files]:
    """List the files of a folder or a package by name, each with a function that opens it.

    Hidden names of a folder (a case's lock, secrets, work) are left out.

    Raises:
        VerificationError: a name climbs out, is there twice, or is a link; a package unpacks.
    """
    if path.is_dir():
        found = {p.relative_to(path).as_posix(): p for p in sorted(path.rglob("*"))}
        shown = {n: p for n, p in found.items() if not n.startswith(".")}
        for name, file in shown.items():
            if file.is_symlink() or not (file.is_file() or file.is_dir()):
                same("not a plain file", name, "a file", "a link or a device")
        yield {n: opener(p) for n, p in shown.items() if p.is_file()}
        return
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise VerificationError("not a package", path.name, "a zip file", error) from error
    with package:
        members = package.infolist()
        for member in members:
            _refuse_member(member)
        same("a name is there twice", path.name, f"{len(members)} names",
             f"{len({m.filename for m in members})} names")
        if sum(m.file_size for m in members) > path.stat().st_size:
            same("it unpacks", path.name, f"at most {path.stat().st_size} bytes", "more")
        yield {m.filename: partial(package.open, m) for m in members}


def opener(path: Path) -> Callable[[], IO[bytes]]:
    """Give a function that opens a file for reading."""
    return lambda: path.open("rb")


def content(open_file: Callable[[], IO[bytes]]) -> bytes:
    """Read a whole file."""
    with open_file() as file:
        return file.read()


def _refuse_member(member: zipfile.ZipInfo) -> None:
    name, kind = member.orig_filename, member.external_attr >> 16
    if {"", ".", ".."} & set(name.split("/")) or set("\\:\0") & set(name):
        same("a name leads outside", repr(name), "a plain relative path", repr(name))
    if kind and not stat.S_ISREG(kind):
        same("not a plain file", repr(name), "a file", "a link, a folder or a device")
    if (member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size
            or member.flag_bits & 1):
        same("a member is compressed or locked", repr(name), "stored as it is", "not so")


def sha256(open_file: Callable[[], IO[bytes]]) -> str:
    """Hash a file."""
    with open_file() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def source_name(header: Mapping[str, Any]) -> str:
    """Name a source's file in a package: its number, and the start of its hash."""
    return f"sources/{header['number']:04}-{header['sha256'][:12]}"
