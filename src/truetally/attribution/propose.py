"""Propose a signature from the artefacts alone, before any log is looked at."""

import hashlib
import json
from collections.abc import Sequence
from itertools import permutations

from truetally.attribution.artefacts.item import Extracted
from truetally.attribution.lookup import flash_versions
from truetally.errors import InputError, problem
from truetally.events.schema import PLUGIN_SEPARATOR

MOST_ORDERED = 5  # entries whose every order is a value of its own: 120 at most
# The built-in plugins of a Chromium build with Flash: names, descriptions and types of the PDF
# viewer in chrome/common/chrome_content_client.cc; Flash's description is made of the first three
# parts of its version, 25.0.0.171 is "25.0 r0" (MakePepperFlashPluginInfo in chrome/browser/
# component_updater/pepper_flash_component_installer.cc).
_PDF = ("{brand} PDF Viewer::::application/pdf?",
        "{brand} PDF Viewer::Portable Document Format::application/x-google-chrome-pdf?pdf")
_FLASH = ("Shockwave Flash::Shockwave Flash {major}.{minor} r{build}::"
          "application/x-shockwave-flash?swf,application/futuresplash?spl")
_REASONS = {
    "colons": "full-width colons of a print are ASCII colons",
    "spaces": "white space within an entry is not told apart",
    "flash-version": "a file states four parts of Flash's version, a log may keep two or three: "
                     "no more than major and minor can be compared"}


def propose(items: Sequence[Extracted], frozen_at: str) -> str:
    """Write a signature (TOML) for the plugin list that the artefacts hold, else for their user
    agents.

    A whole list stands as it is; entries that a text lists without their order, and entries that
    follow from the names in a resource pack and the version of a Flash library, in every order.

    Raises:
        InputError: the artefacts hold neither.
    """
    lists = [item for item in items if item.kind == "plugin-list"]
    if lists:
        values = list(dict.fromkeys(item.text for item in lists))
        return _toml("plugins", values, _from(lists), frozen_at)
    entries = [item for item in items if item.kind == "plugin" and "::" in item.text]
    if entries:
        texts = list(dict.fromkeys(item.text for item in entries))
        return _toml("plugins", _orders(texts), _from(entries) + ", in every order", frozen_at)
    built, sources = _built_in(items)
    if built:
        return _toml("plugins", built, _from(sources) + "; the entries of such a build as "
                     "Chromium's source has them, in every order", frozen_at)
    agents = [item for item in items if item.kind == "user-agent" and not item.note]
    if agents:
        values = list(dict.fromkeys(item.text for item in agents))
        return _toml("user_agent", values, _from(agents), frozen_at)
    raise InputError(problem("no signature can be proposed", where="--artefacts",
                             expected="a plugin list, a resource pack or a list of user agents",
                             found="none of them", then="give --signature F.toml"))


def _built_in(items: Sequence[Extracted]) -> tuple[list[str], list[Extracted]]:
    """Assemble the lists that builds with these names and versions of Flash report."""
    named = [i for i in items if i.kind == "plugin" and i.text.endswith(" PDF Viewer")
             and i.text.removesuffix(" PDF Viewer") in ("Chromium", "Chrome")]
    brands = list(dict.fromkeys(i.text.removesuffix(" PDF Viewer") for i in named))
    flashes = list(flash_versions(items))
    values = []
    for brand in brands:
        pdf = [entry.format(brand=brand) for entry in _PDF]
        for version in [v for v, _ in flashes] or [""]:
            values += _orders([*pdf, *_flash(version)])
    return list(dict.fromkeys(values)), [*named, *(item for _, item in flashes)]


def _flash(version: str) -> list[str]:
    parts = version.split(".")
    if len(parts) < 3:
        return []
    return [_FLASH.format(major=parts[0], minor=parts[1], build=parts[2])]


def _orders(entries: Sequence[str]) -> list[str]:
    if len(entries) > MOST_ORDERED:
        return [PLUGIN_SEPARATOR.join(entries)]
    return [PLUGIN_SEPARATOR.join(order) for order in permutations(entries)]


def _from(items: Sequence[Extracted]) -> str:
    """Name up to three places that the values are from."""
    places = list(dict.fromkeys(f"{i.file}, {i.place}, SHA-256 {i.sha256}" for i in items))
    more = f"; and {len(places) - 3} more" if len(places) > 3 else ""
    return "; ".join(places[:3]) + more


def _toml(column: str, values: Sequence[str], source: str, frozen_at: str) -> str:
    name = hashlib.sha256(json.dumps([column, *values]).encode()).hexdigest()[:12]
    normalise = list(_REASONS) if column == "plugins" else []
    lines = [f'name = "proposed-{name}"', "revision = 1",
             f'title = "Proposed from the artefacts: {column}"', f"frozen_at = {frozen_at}",
             f"source = {_text(source)}", "", "[[field]]", f'column = "{column}"',
             f'condition = "{"exact" if len(values) == 1 else "set"}"',
             f"values = [{', '.join(map(_text, values))}]", f"normalise = {json.dumps(normalise)}",
             f"source = {_text(source)}"]
    for key in normalise:
        lines += ["", "[[normalisation]]", f'name = "{key}"', f"reason = {_text(_REASONS[key])}"]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Write a TOML basic string: JSON's escapes, and that of DEL, which TOML forbids."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
