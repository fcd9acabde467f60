"""Refuse what nobody sees in a policy's text: control characters, bidi marks, invisible letters.

A policy is read by people before it decides, and its names and titles stand in reports. A text that
shows as another than it is (Unicode Technical Report 36, section 2.5; CVE-2021-42574 for comments)
could have a rule approved that nobody read.
"""

import re
from collections.abc import Iterator, Mapping

from truetally.errors import PolicyError, problem

# Written out, so that the next Python, with a newer Unicode, refuses the same: general categories
# Cc, Cf, Zl and Zp below U+E0000, and the tags and selectors above.
_HIDDEN = ("\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
           "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
           "\U000e0000-\U000e0fff")
_UNSEEN = re.compile(f"[{_HIDDEN}]")
_UNSEEN_OR_BREAK = re.compile(f"[\t\n{_HIDDEN}]")
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\(?:([btnfr])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
PROSE = frozenset({"metric", "metric_zh", "citation"})  # may have paragraphs


def refuse_unseen(raw: Mapping[str, object], text: str, where: str) -> None:
    """Check every key and text of a parsed policy, and the comments of its TOML.

    Raises:
        PolicyError: one holds what nobody sees, with its key and line.
    """
    for key, value in _texts(raw, ""):
        found = (_UNSEEN if key in PROSE else _UNSEEN_OR_BREAK).search(value)
        if found:
            raise _refusal(f"key {ascii(key)[1:-1]}", _line(text, found[0]), where, found[0])
    comment = _UNSEEN.search(text.replace("\r\n", "\n"))
    if comment:
        raise _refusal("a comment", _line(text, comment[0]), where, comment[0])


def _refusal(part: str, line: int, where: str, character: str) -> PolicyError:
    return PolicyError(problem(
        f"{part}: an invisible or control character in policy", where=f"{where}, line {line}",
        expected="text that shows as it is", found=f"U+{ord(character):04X}",
        then="take the character out"))


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    """Yield every text with the key under which it stands; a key is a text of its own."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            path = f"{key}.{name}" if key else str(name)
            yield path, str(name)
            yield from _texts(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def _line(text: str, character: str) -> int:
    """Find the first line that holds a character, as it is or as TOML escapes it."""
    for number, line in enumerate(text.split("\n"), start=1):
        if character in line.removesuffix("\r") or character in map(_meant, _ESCAPE.finditer(line)):
            return number
    return 1 + text[:max(text.find(character), 0)].count("\n")


def _meant(escape: re.Match[str]) -> str:
    short, four, eight = escape.groups()
    return _SHORT[short] if short else chr(int(four or eight, 16))
