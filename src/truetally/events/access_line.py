r"""One access-log line of unexpected shape, read with care: the last word on what is a reject.

Linear in the length of the line. Escapes are those of Apache httpd (mod_log_config: `\"`, `\\`,
`\n`, `\t`, `\xhh`) and nginx (`\xHH`); they are undone where the result is UTF-8.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from truetally.events import clock

Fields = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"')
_MORE = re.compile(r'(?: (?:"[^"\\]*(?:\\.[^"\\]*)*"|[^" ]+))*')
_TIME = re.compile(r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) "
                   r"([+-])([0-9]{2})([0-5][0-9])")
_REQUEST = re.compile(r"([^ ]{1,15}) (.+) HTTP/[0-9](?:\.[0-9])?", re.DOTALL)
_AFTER = re.compile(r" ([0-9]{3}) ([0-9]{1,15}|-)(?= |$)")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SIMPLE = {"n": b"\n", "t": b"\t", "r": b"\r", "b": b"\b", "v": b"\v", '"': b'"', "\\": b"\\"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_QUOTED_NAMES = ("referrer", "user_agent", "x_forwarded_for")


def read(line: str) -> Fields | str:
    """Return the fields of one line under their event names, or the reason why it has none.

    The item is left to `item`.
    """
    before, closed, rest = line.partition('] "')
    head, bracket, when = before.rpartition(" [")
    if not (bracket and closed):
        return "not an access-log line: no [time] before a quoted request"
    if '"' in before:
        return "quotes do not balance"
    names = head.split(" ", 2)
    if len(names) != 3 or not all(names):
        return "not an access-log line: host, ident and user expected before the time"
    time_ms = _time_ms(when)
    if time_ms is None:
        return "time not understood"
    asked = _asked('"' + rest)
    if isinstance(asked, str):
        return asked
    return {"time_ms": time_ms, "ip": names[0], "account_id": _known(names[2]), **asked}


def _asked(text: str) -> Fields | str:
    """Read the quoted request and what follows it."""
    request = _QUOTED.match(text)
    if not request:
        return "quotes do not balance"
    fields = _tail(text[request.end():])
    if isinstance(fields, str):
        return fields
    target = _target(unescaped(request[1]))
    return target if isinstance(target, str) else {**target, **fields}


def _time_ms(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if not found or found[2] not in clock.MONTHS:
        return None
    try:
        at = datetime(int(found[3]), clock.MONTHS.index(found[2]) + 1, int(found[1]),
                      int(found[4]), int(found[5]), int(found[6]), tzinfo=UTC)
    except ValueError:
        return None
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    return (at - _EPOCH + (offset if found[7] == "-" else -offset)) // _MILLISECOND


def _tail(text: str) -> Fields | str:
    """Read status, bytes and the quoted fields; what a longer format appends is passed over."""
    found = _AFTER.match(text)
    if not found:
        return "status and bytes not understood"
    fields: Fields = {"status": int(found[1]),
                      "bytes_sent": None if found[2] == "-" else int(found[2])}
    position = found.end()
    for name in _QUOTED_NAMES:
        if not text.startswith(' "', position):
            break
        quoted = _QUOTED.match(text, position + 1)
        if not quoted:
            return "quotes do not balance"
        fields[name] = _known(unescaped(quoted[1]))
        position = quoted.end()
    return fields if _MORE.fullmatch(text, position) else "quotes do not balance"


def _target(request: str) -> Fields | str:
    found = _REQUEST.fullmatch(request)
    if not found:
        return "request not understood: method, target and HTTP version expected"
    return {"method": found[1], "page_url": found[2]}


def item(target: str) -> str | None:
    """Return the path that a request target asks for, without scheme, host, query and fragment."""
    path = re.split(r"[?#]", _ABSOLUTE.sub("", target, count=1), maxsplit=1)[0]
    return path or ("/" if _ABSOLUTE.match(target) else None)


def unescaped(text: str) -> str:
    """Undo a log's escapes; leave the text as written where that would not be UTF-8."""
    if "\\" not in text:
        return text
    parts = []
    at = 0
    for found in _ESCAPE.finditer(text):
        code = found[1]
        byte = bytes([int(code[1:], 16)]) if len(code) == 3 else _SIMPLE.get(code)
        parts += [text[at:found.start()].encode(), byte or found[0].encode()]
        at = found.end()
    try:
        plain = b"".join([*parts, text[at:].encode()]).decode("utf-8")
    except UnicodeDecodeError:
        return text
    return text if "\0" in plain else plain


def _known(text: str) -> str | None:
    return None if text in ("", "-") else text
