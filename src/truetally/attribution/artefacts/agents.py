"""Recognise user agents, plugin lists and addresses in text, by their shape alone."""

import re
from collections.abc import Iterable

from truetally.events.schema import PLUGIN_SEPARATOR

# What begins a user agent in the lists and programs seen; a list's other lines are taken with it.
ANCHORS = ("Mozilla/", "Opera/", "Dalvik/")
TEMPLATE = "a template: the program fills in %s or {} before it sends it"
_AGENT = re.compile(r"(?:Mozilla/\d\.\d{1,2} ?\(|Opera/\d{1,2}\.\d{1,2} ?\(|Dalvik/\d\.\d\.\d ?\()"
                    r"[^\"'`\\<>\t\r\n\0]{8,}")
_BEFORE = re.compile(r"[A-Za-z]{2,20}/[0-9.]{1,12} $")  # as "MQQBrowser/26 Mozilla/5.0 (…"
_PRODUCTS = re.compile(r"(?:[\w.-]{1,40}/[\w.-]{0,20} (?:\([^)]*\) )?){0,4}")
_HOLES = re.compile(r"%[sd]|\{\w*\}|\$\{")
_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}\?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\[][^\s\"'`\\<>\0]{2,}")
_COMMENT = ("#", "//", ";")
_LEAST_LIST = 3  # lines of user agents that make a list
_LONGEST_TOKEN, _LONGEST_HEAD = 40, 300


def agent_at(text: str, start: int) -> str:
    """Return the user agent that begins at `start`, "" if none does."""
    found = _AGENT.match(text, start)
    return found[0].rstrip(" ,;") if found else ""


def agent_before(text: str) -> str:
    """Return the product token that stands directly before a user agent and belongs to it."""
    found = _BEFORE.search(text)
    return found[0] if found else ""


def agents_in(line: str) -> list[str]:
    """Return the user agents in one line of text: the whole line where it is one."""
    bare = line.strip().strip("\"',;").strip()
    if bare.startswith(ANCHORS) and "\t" not in bare and '"' not in bare:
        return [bare] if _AGENT.match(bare) else []
    return [agent_before(line[max(0, found.start() - _LONGEST_TOKEN):found.start()])
            + found[0].rstrip(" ,;") for found in _AGENT.finditer(line)]


def is_list(lines: Iterable[str]) -> bool:
    """Say whether a text is a list of user agents: half of its lines or more hold one."""
    said = held = 0
    for line in lines:
        if line.strip() and not line.lstrip().startswith(_COMMENT):
            said += 1
            held += any(anchor in line for anchor in ANCHORS)
    return held >= _LEAST_LIST and 2 * held >= said


def listed(line: str) -> list[str]:
    """Return the user agents in one line of a list: also one without a known beginning."""
    found = agents_in(line)
    bare = line.strip().strip("\"',;").strip()
    plain = bare and not bare.startswith(_COMMENT) and "\t" not in bare and '"' not in bare
    if found and plain and " | " not in bare and bare.endswith(found[-1]):
        return [bare] if len(found) == 1 and _is_prefix(bare, found[0]) else found
    return found or ([bare] if plain and "/" in bare else [])


def template(text: str) -> str:
    """Return the note on a user agent with holes that the program fills, "" if it has none."""
    return TEMPLATE if _HOLES.search(text) else ""


def plugin_entries(line: str) -> list[str]:
    """Return the entries of a plugin list in one line, or none.

    An entry is ``name::description::type?suffixes,type?suffixes``, as the site of the case logged
    it; the print has full-width colons.
    """
    if "::" not in line and "：：" not in line:
        return []
    entries = line.replace("：", ":").strip().strip("\"',").split(PLUGIN_SEPARATOR)
    return entries if all(_is_plugin(entry) for entry in entries) else []


def addresses_in(line: str) -> list[str]:
    """Return the http and https addresses in one line."""
    return [found[0].rstrip(").,;]}") for found in _ADDRESS.finditer(line)]


def _is_plugin(entry: str) -> bool:
    name, _, rest = entry.partition("::")
    _, parted, types = rest.rpartition("::")
    return bool(name and parted and ":" not in name and _TYPE.match(types))


def _is_prefix(bare: str, found: str) -> bool:
    """Say whether all that stands before a user agent is product tokens: "NAME/1.2 (…) "."""
    before = bare[:len(bare) - len(found)]
    return len(before) <= _LONGEST_HEAD and bool(_PRODUCTS.fullmatch(before))
