r"""Text from data, made safe for the place where it is shown.

What a screen acts on but does not show (control characters, ANSI, bidi overrides, zero-width and
tag characters) becomes a visible escape such as ``\x1b`` or ``\u202e``, so that two texts that
differ never look the same. The ranges are written out, not asked of `unicodedata`, so that the next
Python, with a newer Unicode, writes the same bytes.
"""

import html
import json
import re
from collections.abc import Mapping

CAP = 400  # characters of one value shown in a table; the original row is never cut in the data
_CUT = "…"

# Unicode 15.1: general categories Cc, Cf, Cs, Co, Zl, Zp, noncharacters, and Default_Ignorable.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"
) + "".join(chr(plane * 0x10000 + last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF))
_MARKS = ("\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
          "\ufe20-\ufe2f")
_UNSEEN = re.compile(f"[{_HIDDEN}]")
_UNSEEN_OR_BACKSLASH = re.compile(rf"[\\{_HIDDEN}]")
_PILED_MARKS = re.compile(f"(?<=[{_MARKS}]{{2}})[{_MARKS}]")  # a third mark on one letter, and on

# A sheet takes a cell that begins so for a formula (OWASP, "CSV Injection"), full width too.
_FORMULA = re.compile(r"^[\s\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]")


def _escape(match: re.Match[str]) -> str:
    """Write one character as its shortest Python escape."""
    character = match.group()
    if character == "\\":
        return "\\\\"
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def visible(text: str, cap: int | None = CAP) -> str:
    """Show `text` on one line with everything unseen escaped, cut after `cap` characters.

    A backslash is doubled, so that an escape in the data is told from one made here: without a cut,
    different texts have different results. The result is plain text: a view still escapes its own
    markup (HTML, rich).
    """
    cut = text if cap is None or len(text) <= cap else text[:cap]
    shown = _PILED_MARKS.sub(_escape, _UNSEEN_OR_BACKSLASH.sub(_escape, cut))
    return shown if len(cut) == len(text) else shown + _CUT


def message(text: str) -> str:
    """Make a message of our own, which may quote data, safe for a terminal; newlines stay."""
    lines = (_PILED_MARKS.sub(_escape, _UNSEEN.sub(_escape, line)) for line in text.split("\n"))
    return "\n".join(lines)


def for_html(text: str, cap: int | None = CAP) -> str:
    """Show `text` in HTML, in an element or a quoted attribute: unseen escaped, then markup."""
    return html.escape(visible(text, cap), quote=True)


def for_sheet(text: str) -> str:
    """Show `text` in a cell of a sheet or CSV: never a formula. The CSV writer adds the quotes."""
    shown = visible(text, None)
    return "'" + shown if _FORMULA.match(shown) else shown


def for_json(value: Mapping[str, object]) -> str:
    """Write one JSON object on one line, keys sorted, in visible ASCII: safe to print and to pipe.

    Raises ValueError for a number that JSON does not know (not a number, infinity).
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return text.replace("\x7f", "\\u007f")
