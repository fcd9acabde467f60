"""Find the files that a user means by paths, folders and patterns."""

import glob
from collections.abc import Sequence
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.events.source import Source

__all__ = ["Source", "find"]


def find(arguments: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that the arguments name, sorted, each once.

    An argument is a file, a folder (all files in it and below, but no hidden ones), or a pattern
    with ``*``, ``?``, ``[…]`` or ``**``. A file that exists is taken before a pattern.

    Raises:
        InputError: an argument matches nothing.
    """
    found: set[Path] = set()
    for argument in arguments:
        files = _one(argument)
        if not files:
            raise InputError(problem("no source matches", where=repr(argument),
                                     expected="a file, a folder with files, or a pattern",
                                     found="nothing", then="check the path"))
        found.update(files)
    if not found:
        raise InputError(problem("no source given", expected="at least one file",
                                 then="name a file, a folder or a pattern"))
    return tuple(sorted(found))


def _one(argument: str) -> list[Path]:
    path = Path(argument)
    if path.is_file():
        return [path]
    if path.is_dir():
        return [p for p in path.rglob("*") if p.is_file() and not _hidden(p.relative_to(path))]
    try:
        return [Path(p) for p in glob.glob(argument, recursive=True)  # noqa: PTH207 any root
                if Path(p).is_file()]
    except (OSError, ValueError):
        return []


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
