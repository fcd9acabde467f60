"""Go through a seized client file by file, into its archives, in a fixed order."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from truetally.attribution.artefacts.archives import Spent, ends_as_zip, member, opened_zip
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Content, NotReadError, mapped
from truetally.attribution.artefacts.item import Refused
from truetally.attribution.artefacts.kinds import kind_of

Found = tuple[Content, str] | Refused
_SPECIAL = "no regular file (a device, pipe or socket)"


def walk(root: Path, bounds: Bounds) -> Iterator[Found]:
    """Yield each file of a folder, or the one file, with its kind; then the members of its zips.

    A content is open until the next is asked for. Folders and files come in the order of their
    names' bytes. What cannot be read is yielded as refused.
    """
    spent = Spent()
    for path, shown in _files(root) if root.is_dir() else iter(
            [(root.resolve(), shown_name(root.name))]):
        if isinstance(shown, Refused):
            yield shown
            continue
        spent.files += 1
        if spent.files > bounds.files:
            yield Refused(path=shown, reason=f"more than {bounds.files} files: this and the rest "
                                             "were not read")
            return
        try:
            with mapped(path, shown, bounds.file_bytes) as content:
                yield from _opened(content, bounds, spent, bounds.depth)
        except NotReadError as why:
            yield Refused(path=shown, reason=str(why))


def shown_name(name: str) -> str:
    r"""Return a file's name as valid Unicode: bytes that are none become ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _opened(content: Content, bounds: Bounds, spent: Spent, depth: int) -> Iterator[Found]:
    kind = kind_of(content.data)
    yield content, kind
    if kind == "zip" or (kind == "pe" and ends_as_zip(content.data)):
        try:
            yield from _members(content, bounds, spent, depth)
        except NotReadError as why:
            if kind == "zip":  # a program may end in what only looks like one
                yield Refused(path=content.path, reason=str(why))


def _members(content: Content, bounds: Bounds, spent: Spent, depth: int) -> Iterator[Found]:
    if not depth:
        yield Refused(path=content.path, reason=f"an archive more than {bounds.depth} deep: not "
                                                "opened")
        return
    seen: dict[str, int] = {}
    with opened_zip(content.data) as members:
        for name, archive, info in members:
            if info.is_dir():
                continue
            seen[name] = times = seen.get(name, 0) + 1
            path = f"{content.path}!{name}" + (f" ({times})" if times > 1 else "")
            spent.files += 1
            if spent.files > bounds.files:
                yield Refused(path=path, reason=f"more than {bounds.files} files: this and the "
                                                "rest of the archive were not read")
                return
            try:
                with member(archive, info, path, bounds, spent) as inner:
                    yield from _opened(inner, bounds, spent, depth - 1)
            except NotReadError as why:
                yield Refused(path=path, reason=str(why))


def _files(root: Path) -> Iterator[tuple[Path, str | Refused]]:
    """Yield the regular files below a folder, without following links and without recursion."""
    ahead: list[tuple[Path, str]] = [(root, "")]
    while ahead:
        path, shown = ahead.pop()
        try:
            mode = path.stat(follow_symlinks=not shown).st_mode
            if stat.S_ISDIR(mode):
                inside = sorted(path.iterdir(), key=lambda one: os.fsencode(one.name),
                                reverse=True)
                ahead += [(one, f"{shown}/{shown_name(one.name)}".lstrip("/")) for one in inside]
                continue
        except (OSError, ValueError) as why:
            reason = f"cannot be opened: {getattr(why, 'strerror', why)}"
            yield path, Refused(path=shown or ".", reason=reason)
            continue
        if stat.S_ISREG(mode):
            yield path, shown
        else:
            reason = f"a link to {_target(path)}: not followed" if stat.S_ISLNK(mode) else _SPECIAL
            yield path, Refused(path=shown, reason=reason)


def _target(path: Path) -> str:
    try:
        return repr(shown_name(str(path.readlink())))[:200]
    except OSError:
        return "an unknown place"
