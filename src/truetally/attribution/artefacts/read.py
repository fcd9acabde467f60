"""Examine a seized client: inventory, what its files say, and what could not be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Content, NotReadError
from truetally.attribution.artefacts.databases import database_says
from truetally.attribution.artefacts.item import Entry, Extracted, Inventory, Refused
from truetally.attribution.artefacts.kinds import UNOPENED
from truetally.attribution.artefacts.notes import (
    bytes_say,
    name_says,
    program_file_says,
    text_says,
)
from truetally.attribution.artefacts.packs import pack_says
from truetally.attribution.artefacts.walk import shown_name, walk
from truetally.errors import InputError, problem


def examine(path: Path, *, progress: Callable[[int], None] | None = None,
            bounds: Bounds | None = None) -> Inventory:
    """Read a folder, a zip, or a folder with the files of a disk image; nothing in it is executed.

    Every file is in `entries` with the SHA-256 of its bytes, or in `refused` with the reason, in an
    order that depends on paths and bytes alone. A text that a file holds several times is one item,
    at its first place. `progress` is told of bytes read.

    Raises:
        InputError: there is nothing at `path`.
    """
    if not path.exists():
        raise InputError(problem("no artefact", where=path, expected="a folder or a zip",
                                 then="check the path"))
    limits = bounds or Bounds()
    entries: list[Entry] = []
    extracted: list[Extracted] = []
    refused: list[Refused] = []
    for found in walk(path, limits):
        if isinstance(found, Refused):
            refused.append(found)
            continue
        content, kind = found
        entries.append(Entry(path=content.path, sha256=content.sha256, size=content.size,
                             type=kind))
        reasons: list[str] = []
        extracted += _once(_said(content, kind, limits, reasons), limits, reasons)
        refused += [Refused(path=content.path, reason=reason) for reason in _few(reasons, limits)]
        if progress:
            progress(content.size)
    return Inventory(root=shown_name(path.name), entries=tuple(entries),
                     extracted=tuple(extracted), refused=tuple(refused))


def _said(content: Content, kind: str, bounds: Bounds, reasons: list[str]) -> Iterator[Extracted]:
    """Yield what one file says, by its kind; what is damaged is still searched as bytes."""
    yield from name_says(content)
    if kind.startswith(UNOPENED):
        reasons.append(f"{kind}: not opened; unpack it, or mount it read-only, and give the folder")
    reader = _reader(content, kind, bounds, reasons)
    if reader is not None:
        try:
            yield from reader
        except NotReadError as why:
            reasons.append(str(why))
        else:
            return
    if kind not in ("zip", "empty"):  # a zip's members are read for themselves
        try:
            yield from bytes_say(content, bounds)
        except NotReadError as why:
            reasons.append(str(why))


def _reader(content: Content, kind: str, bounds: Bounds,
            reasons: list[str]) -> Iterator[Extracted] | None:
    if kind.startswith("pak"):
        return pack_says(content, bounds, reasons)
    if kind == "pe" and content.size <= bounds.program_bytes:
        return program_file_says(content, bounds)
    if kind == "sqlite":
        return _database(content, bounds, reasons)
    if kind.startswith("text"):
        if content.size <= bounds.text_bytes:
            return text_says(content, kind[len("text ("):-1], bounds)
        reasons.append(f"a text of more than {bounds.text_bytes} bytes: searched as bytes")
    return None


def _database(content: Content, bounds: Bounds, reasons: list[str]) -> Iterator[Extracted]:
    for kind, text, place, note in database_says(content.data, bounds, reasons):
        yield Extracted(kind=kind, text=text, place=place, note=note, file=content.path,
                        sha256=content.sha256)


def _once(items: Iterable[Extracted], bounds: Bounds, reasons: list[str]) -> list[Extracted]:
    """Keep the first item of each kind and text, and say how often it stands in the file."""
    first: dict[tuple[str, str], Extracted] = {}
    times: dict[tuple[str, str], int] = {}
    for item in items:
        key = (item.kind, item.text) if item.kind != "task" else (item.place, item.text)
        if key not in first and len(first) >= bounds.items_of_a_file:
            reasons.append(f"more than {bounds.items_of_a_file} items: the rest is not listed")
            break
        first.setdefault(key, item)
        times[key] = times.get(key, 0) + 1
    return [replace(item, note="; ".join(filter(None, (item.note, _more(times[key])))))
            for key, item in first.items()]


def _more(times: int) -> str:
    return f"and in {times - 1} more places of this file" if times > 1 else ""


def _few(reasons: list[str], bounds: Bounds) -> list[str]:
    most = bounds.refusals_of_a_file
    left = len(reasons) - most
    return reasons[:most] + ([f"and {left} more parts were not read"] if left > 0 else [])
