"""What a text file and a binary say: user agents, plugin lists, addresses and versions."""

import re
from collections.abc import Iterator

from truetally.attribution.artefacts import agents, plugins
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Content
from truetally.attribution.artefacts.item import Extracted, Kind, Weight
from truetally.attribution.artefacts.marks import marks
from truetally.attribution.artefacts.programs import is_chromium, program_says, version_in_name
from truetally.attribution.artefacts.texts import lines_of, text_of

_MANIFEST = "manifest.json"
_VERSION = re.compile(r'"version"\s*:\s*"([0-9]{1,5}(?:\.[0-9]{1,6}){1,3})"')
CHROMIUM_NOTE = "the program is Chromium's own: every copy of this build has it"


def text_says(content: Content, encoding: str, bounds: Bounds) -> Iterator[Extracted]:
    """Yield what the lines of a text hold, each with its line number."""
    text = text_of(bytes(content.data), encoding)
    listed = agents.is_list(lines_of(text))
    manifest = content.path.rpartition("/")[2].lower() == _MANIFEST
    for number, line in enumerate(lines_of(text), 1):
        for kind, found in _line(line, listed=listed, manifest=manifest):
            note = agents.template(found) if kind == "user-agent" else ""
            yield _item(content, kind, found[:bounds.item_chars], f"line {number}", "", note)


def bytes_say(content: Content, bounds: Bounds, *, weight: Weight = "",
              note: str = "") -> Iterator[Extracted]:
    """Yield what any bytes hold as ASCII or UTF-16LE, each with its offset.

    Raises NotReadError, after what it found, if they hold too many marks.
    """
    for mark in marks(content.data, bounds.item_chars, addresses=True):
        said = plugins.CLASS_NOTE if mark.kind == "plugin" else note
        hole = agents.template(mark.text) if mark.kind == "user-agent" else ""
        place = f"offset {mark.offset:#x}" + (" (UTF-16)" if mark.width == 2 else "")
        yield _item(content, mark.kind, mark.text, place,
                    "class" if mark.kind == "plugin" else weight,
                    "; ".join(filter(None, (said, hole))))


def program_file_says(content: Content, bounds: Bounds) -> Iterator[Extracted]:
    """Yield what a Windows program says of itself, then what its bytes hold.

    Raises NotReadError, after what it found, if its version resource is damaged; its bytes are then
    left to the caller.
    """
    said = program_says(content.data)
    for kind, text, place in said:
        yield _item(content, kind, text[:bounds.item_chars], place, "", "")
    own = is_chromium(said)
    yield from bytes_say(content, bounds, weight="class" if own else "",
                         note=CHROMIUM_NOTE if own else "")


def name_says(content: Content) -> Iterator[Extracted]:
    """Yield the version that a file's own name states, as those of Flash do."""
    found = version_in_name(content.path.replace("!", "/").rpartition("/")[2])
    if found:
        yield _item(content, "version", found, "file name", "", "")


def _line(line: str, *, listed: bool, manifest: bool) -> Iterator[tuple[Kind, str]]:
    if entries := agents.plugin_entries(line):
        whole = line.strip().strip("\"',")
        yield ("plugin", whole) if len(entries) == 1 else ("plugin-list", whole)
        return
    for found in agents.listed(line) if listed else agents.agents_in(line):
        yield "user-agent", found
    for found in agents.addresses_in(line):
        yield "string", found
    for version in _VERSION.findall(line) if manifest else ():
        yield "version", version


def _item(content: Content, kind: Kind, text: str, place: str, weight: Weight,
          note: str) -> Extracted:
    return Extracted(kind=kind, text=text, place=place, file=content.path, sha256=content.sha256,
                     weight=weight, note=note)
