"""Reverse verification: look a value of the log up in what was read from the seized client."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.attribution.artefacts.item import Extracted
from truetally.events.schema import PLUGIN_SEPARATOR
from truetally.signatures.normalise import normalised
from truetally.signatures.signature import Signature

COLUMNS = ("user_agent", "plugins", "language", "screen")
MOST_PLACES = 12
How = Literal["whole", "entries", "parts", ""]
_KINDS = {"user_agent": ("user-agent",), "plugins": ("plugin-list", "plugin"),
          "language": ("string", "resource", "version"), "screen": ("string", "resource")}
# Chromium makes "25.0 r0" of the first three parts of 25.0.0.171 (MakePepperFlashPluginInfo in
# chrome/browser/component_updater/pepper_flash_component_installer.cc).
_FLASH = re.compile(r"Shockwave ?Flash ?(\d{1,4})[.,](\d{1,4})(?:(?: ?r|[.,])(\d{1,6}))?")
_VERSION = re.compile(r"(?<![0-9])(\d{1,4})[._,](\d{1,4})[._,](\d{1,6})(?:[._,](\d{1,6}))?")
_LIBRARY = re.compile(r"flashplayer(?:32|64)?[_-](\d{1,4})[._](\d{1,4})[._](\d{1,6})"
                      r"(?:[._](\d{1,6}))?", re.IGNORECASE)
_BRANCHES = (re.compile(r"(?<![0-9.])\d{2,3}\.0\.(\d{4})\.\d{1,4}"),
             re.compile(r"(?<![0-9.])3\.(\d{4})\.\d{1,5}(?:\.g|\b)"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one distinct value of the log is in the artefacts.

    `how`: "whole", the text itself; "entries", every entry of the list in one file; "parts", the
    name of every entry in one file, with its other parts as far as `missing` does not name them;
    "", not found. `places` are at most twelve of the items, in the order of the inventory.
    """

    column: str
    value: str
    how: How
    places: tuple[Extracted, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Items by column and normalised text, names of files for parts, and versions of Flash."""

    texts: Mapping[str, Mapping[str, tuple[Extracted, ...]]]
    by_file: Mapping[str, Mapping[str, Extracted]]
    flash: tuple[tuple[str, Extracted], ...]
    normalise: Mapping[str, tuple[str, ...]]


def index(items: Sequence[Extracted], signature: Signature | None = None) -> Index:
    """Arrange extracted items for look-ups, with the normalisations of a signature.

    User agents within files that every copy of Chromium has (its developer tools, its library) are
    left out: the program does not send them, and they would be found for anybody's browser.
    """
    names = {c: tuple(dict.fromkeys(n for f in (signature.fields if signature else ())
                                    if f.column == c for n in f.normalise)) for c in COLUMNS}
    texts: dict[str, dict[str, list[Extracted]]] = {c: {} for c in COLUMNS}
    by_file: dict[str, dict[str, Extracted]] = {}
    for item in items:
        for column in COLUMNS:
            if item.kind in _KINDS[column] and not (column == "user_agent"
                                                    and item.weight == "class"):
                key = normalised(item.text.strip(), names[column])
                texts[column].setdefault(key, []).append(item)
        if item.kind in ("plugin", "plugin-list"):
            held = by_file.setdefault(item.file, {})
            for entry in item.text.split(PLUGIN_SEPARATOR):
                held.setdefault(normalised(entry.strip(), names["plugins"]), item)
    return Index(texts={c: {k: tuple(v) for k, v in found.items()} for c, found in texts.items()},
                 by_file=by_file, flash=tuple(flash_versions(items)), normalise=names)


def look_up(held: Index, column: str, value: str) -> Found:
    """Look one value up. The text itself is tried first, then the parts of a plugin list."""
    names = held.normalise[column]
    whole = held.texts[column].get(normalised(value.strip(), names), ())
    if whole:
        return Found(column=column, value=value, how="whole", places=whole[:MOST_PLACES])
    if column != "plugins":
        return Found(column=column, value=value, how="")
    return _entries(held, value) or _parts(held, value)


def flash_versions(items: Iterable[Extracted]) -> Iterator[tuple[str, Extracted]]:
    """Yield the versions of Flash that file names and version resources state, as ``25.0.0.171``.

    Each once a file. ``pepflashplayer32_25_0_0_171.dll`` names its word size before its version.
    """
    seen = set()
    for item in items:
        name = item.file.replace("!", "/").rsplit("/", 1)[-1]
        if item.kind != "version" or "flash" not in f"{name} {item.text}".lower():
            continue
        said = _LIBRARY.search(name) if item.place == "file name" else _VERSION.search(item.text)
        version = ".".join(part for part in said.groups() if part is not None) if said else ""
        if version and (version, item.file) not in seen:
            seen.add((version, item.file))
            yield version, item


def chromium_branches(items: Iterable[Extracted]) -> tuple[str, ...]:
    """Name the Chromium branches (third part of its version) that version items state.

    ``57.0.2987.133`` and CEF's ``3.2987.1601.gf035232`` are both of branch 2987.
    """
    found = {match[1] for item in items if item.kind == "version"
             for pattern in _BRANCHES for match in pattern.finditer(item.text)}
    return tuple(sorted(found))


def flash_of(value: str) -> tuple[str, ...] | None:
    """Return the parts of Flash's version that a plugin list names: major, minor and, if it is
    there, the third."""
    found = _FLASH.search(value)
    return tuple(part for part in found.groups() if part is not None) if found else None


def _entries(held: Index, value: str) -> Found | None:
    """Find a file that has every entry of the list, in whatever order."""
    entries = [normalised(e.strip(), held.normalise["plugins"])
               for e in value.split(PLUGIN_SEPARATOR)]
    for texts in held.by_file.values():
        if all(entry in texts for entry in entries):
            places = tuple(dict.fromkeys(texts[entry] for entry in entries))
            return Found(column="plugins", value=value, how="entries", places=places[:MOST_PLACES])
    return None


def _parts(held: Index, value: str) -> Found:
    """Find the file that has the names of all entries, and say which other parts it lacks."""
    best: tuple[int, Found] | None = None
    entries = [entry.strip() for entry in value.split(PLUGIN_SEPARATOR)]
    versions = [version for version, _ in held.flash]
    for texts in held.by_file.values():
        places, missing, named = [], [], True
        for entry in entries:
            name, description, types = entry_parts(entry)
            named &= _has(texts, held, name)
            for part in (name, description, *types):
                if part and _has(texts, held, part):
                    places.append(texts[normalised(part, held.normalise["plugins"])])
                elif part and not _by_version(part, versions):
                    missing.append(part)
        places += [item for version, item in held.flash if _agrees(value, version)]
        found = Found(column="plugins", value=value, how="parts" if named else "",
                      places=tuple(dict.fromkeys(places))[:MOST_PLACES] if named else (),
                      missing=tuple(dict.fromkeys(missing)))
        if best is None or (named, -len(missing)) > (best[1].how == "parts", -best[0]):
            best = (len(missing), found)
    return best[1] if best else Found(column="plugins", value=value, how="")


def entry_parts(entry: str) -> tuple[str, str, list[str]]:
    """Split ``name::description::type?suffix,type?suffix`` into name, description and types."""
    name, _, rest = entry.partition("::")
    description, _, types = rest.partition("::")
    return name, description, [part.partition("?")[0] for part in types.split(",") if "/" in part]


def _has(texts: Mapping[str, Extracted], held: Index, part: str) -> bool:
    return normalised(part, held.normalise["plugins"]) in texts


def _by_version(part: str, versions: Iterable[str]) -> bool:
    """Say whether a description such as "Shockwave Flash 25.0 r0" agrees with a file's version."""
    return any(_agrees(part, version) for version in versions)


def _agrees(text: str, version: str) -> bool:
    """Compare as many parts of Flash's version as the text of the log has."""
    parts = flash_of(text)
    return parts is not None and parts == tuple(version.split(".")[:len(parts)])
