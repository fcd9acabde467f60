"""Look texts up in a seized client as it lies: every place, with the string it stands in there."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Buffer, Content
from truetally.attribution.artefacts.item import Refused
from truetally.attribution.artefacts.packs import (
    aliases_of,
    resource_name,
    unpacked,
    unpacked_place,
)
from truetally.attribution.artefacts.pak import Pack, compressed, read_pack
from truetally.attribution.artefacts.walk import walk

MOST_IN_A_FILE, MOST_IN_ALL = 20, 1_000  # places of one text that are listed
_AROUND = 200  # characters shown before and after it
_BEFORE = {1: re.compile(rb"[\x20-\x7e]*\Z"), 2: re.compile(rb"(?:[\x20-\x7e]\0)*\Z")}
_AFTER = {1: re.compile(rb"[\x20-\x7e]*"), 2: re.compile(rb"(?:[\x20-\x7e]\0)*")}
_WIDTHS = {"utf-8": 1, "gb18030": 1, "utf-16-le": 2}  # bytes of a Latin letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One place of a text: the file (``a.zip!b/c`` inside an archive), its bytes' SHA-256, the
    offset, and the string of printable ASCII that it stands in, as it is encoded there.

    `place` says the offset, and in a resource pack the resource; of a compressed resource the
    offset is that in its unpacked data. `more` marks the last place that is listed: the text stands
    in this file oftener, or stood so often that no further file was searched for it.
    """

    text: str
    file: str
    sha256: str
    place: str
    offset: int
    encoding: str
    string: str
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Bytes to be searched: those of a file, or of one resource. `place` says where a text from
    one offset to another stands, and from where to where its own bytes go; None if it is no text
    of the file's own."""

    data: Buffer
    place: Callable[[int, int], tuple[str, int, int] | None]


def standing(path: Path, texts: Sequence[str], *, progress: Callable[[int], None] | None = None,
             bounds: Bounds | None = None) -> tuple[Standing, ...]:
    """Look for texts in every file of a client, as UTF-8, UTF-16LE and GB 18030, letter by letter.

    Files come as in `read.examine`; in each, the texts in their order, and the places of each as
    they lie, one encoding after the other. What is refused there is not searched here. `progress`
    is told of bytes searched.
    """
    limits = bounds or Bounds()
    found: list[Standing] = []
    left = dict.fromkeys(texts, MOST_IN_ALL)
    for each in walk(path, limits) if texts else ():
        if isinstance(each, Refused):
            continue
        content, kind = each
        if kind != "zip":  # a zip's members are searched for themselves
            for one in _in_file(content, kind, [t for t in left if left[t] > 0], limits):
                left[one.text] -= 1
                if left[one.text] >= 0:
                    found.append(one if left[one.text] else replace(one, more=True))
        if progress:
            progress(content.size)
    return tuple(found)


def occurrences(data: Buffer, text: str) -> Iterator[tuple[int, str]]:
    """Yield the offsets at which `text` stands, with the encoding it has there; each encoding's in
    their order, and bytes that are the same in two encodings once."""
    wanted: dict[bytes, str] = {}
    for encoding in _WIDTHS:
        wanted.setdefault(text.encode(encoding, "replace"), encoding)
    for raw, encoding in wanted.items():
        at = data.find(raw) if raw else -1
        while at >= 0:
            yield at, encoding
            at = data.find(raw, at + len(raw))


def _in_file(content: Content, kind: str, texts: Sequence[str],
             bounds: Bounds) -> Iterator[Standing]:
    """Yield the places of each text in one file, at most so many."""
    found: dict[str, list[Standing]] = {text: [] for text in texts}
    for part in _parts(content, kind, bounds):
        for text in texts:
            if len(found[text]) <= MOST_IN_A_FILE:
                found[text] += _in_part(content, part, text, MOST_IN_A_FILE + 1 - len(found[text]))
    for places in found.values():
        listed = places[:MOST_IN_A_FILE]
        if len(places) > len(listed):
            listed[-1] = replace(listed[-1], more=True)
        yield from listed


def _in_part(content: Content, part: _Part, text: str, most: int) -> list[Standing]:
    found: list[Standing] = []
    for at, encoding in occurrences(part.data, text):
        end = at + len(text.encode(encoding, "replace"))
        held = part.place(at, end)
        if held is not None:
            width, (place, start, stop) = _WIDTHS[encoding], held
            before = part.data[max(start + (at - start) % width, at - _AROUND * width):at]
            after = part.data[end:min(stop, end + _AROUND * width)]
            found.append(Standing(
                text=text, file=content.path, sha256=content.sha256, place=place, offset=at,
                encoding=encoding, string=_string(before, text, after, width)))
        if len(found) == most:
            break
    return found


def _string(before: bytes, text: str, after: bytes, width: int) -> str:
    """Return the text with the printable ASCII directly around it."""
    head, tail = _BEFORE[width].search(before), _AFTER[width].match(after)
    assert head is not None
    assert tail is not None
    return head[0][::width].decode("ascii") + text + tail[0][::width].decode("ascii")


def _parts(content: Content, kind: str, bounds: Bounds) -> Iterator[_Part]:
    """Yield a file's bytes; of a resource pack, also those of each compressed resource."""
    if kind.startswith("pak"):
        yield from _resources(content, bounds)
    else:
        yield _Part(data=content.data,
                    place=lambda at, _: (f"offset {at:#x}", 0, len(content.data)))


def _resources(content: Content, bounds: Bounds) -> Iterator[_Part]:
    pack = read_pack(content.data)
    packed = frozenset(compressed(content.data, pack))
    yield _Part(data=content.data, place=partial(_raw_place, pack, packed))
    for name, data, how in unpacked(content.data, pack, bounds, []):
        yield _Part(data=data, place=partial(_unpacked_place, name, how, len(data)))


def _raw_place(pack: Pack, packed: frozenset[int], at: int,
               end: int) -> tuple[str, int, int] | None:
    """Name the resource; a pack puts no byte between two, and a text must not run on into one."""
    place = pack.at(at)
    if place is None or place in packed or end > pack.offsets[place + 1]:
        return None
    return (f"{resource_name(pack, place, aliases_of(pack))}, offset {at:#x}",
            int(pack.offsets[place]), int(pack.offsets[place + 1]))


def _unpacked_place(name: str, how: str, size: int, at: int, _: int) -> tuple[str, int, int]:
    return unpacked_place(name, at, how), 0, size
