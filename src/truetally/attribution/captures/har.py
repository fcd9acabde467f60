"""HAR files: what a browser's own recorder wrote (HTTP Archive 1.2), requests alone."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from truetally.attribution.artefacts.content import NotReadError
from truetally.attribution.captures.message import KEPT_BODY
from truetally.attribution.captures.request import Request, Unread

LARGEST_BYTES = 1 << 28  # it can only be read as a whole
_MOST_TEXT = 65_536
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?"
                     r"(Z|[+-]\d\d:?\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def har_requests(data: bytes) -> tuple[int, list[Request], list[Unread]]:
    """Return the number of entries, their requests, and the entries that are not usable.

    Raises NotReadError if the file is no HAR.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
        entries = found["log"]["entries"]
    except (UnicodeDecodeError, ValueError, RecursionError, KeyError, TypeError):
        raise NotReadError("no HAR file: JSON with log.entries") from None
    if not isinstance(entries, list):
        raise NotReadError("no HAR file: log.entries is no list")
    requests: list[Request] = []
    refused: list[Unread] = []
    for number, entry in enumerate(entries, 1):
        made = _request(entry, f"entry {number}")
        if isinstance(made, Request):
            requests.append(made)
        else:
            refused.append(Unread(place=f"entry {number}", reason=made))
    return len(entries), requests, refused


def moment_us(text: str) -> int | None:
    """Return a moment of ISO 8601 with its zone as UTC microseconds, None if it is none."""
    found = _MOMENT.fullmatch(text.strip()[:40])
    if not found:
        return None
    zone = found[8].replace(":", "")
    east = timedelta() if zone == "Z" else timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    try:
        whole = datetime(*(int(found[n]) for n in range(1, 7)), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    part = int((found[7] or "0").ljust(6, "0")[:6])
    return (whole - _EPOCH + (east if zone[0] == "-" else -east)) // _MICROSECOND + part


def _request(entry: Any, place: str) -> Request | str:
    said = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(said, Mapping):
        return "an entry without a request"
    time_us = moment_us(_text(entry.get("startedDateTime")))
    url, method = _text(said.get("url")).partition("#")[0], _text(said.get("method"))
    if time_us is None or not url or not method:
        return "an entry without a time with its zone, an address or a method"
    headers = _headers(said.get("headers"))
    server = _text(entry.get("serverIPAddress"))
    posted = said.get("postData")
    body = _text(posted.get("text")) if isinstance(posted, Mapping) else ""
    return Request(
        time_us=time_us, method=method, uri=url, source=None, destination=server or None,
        host=headers.get("host") or headers.get(":authority") or _host(url) or None,
        user_agent=headers.get("user-agent"), referrer=headers.get("referer"), place=place,
        body=body.encode("utf-8", "replace")[:KEPT_BODY] or None)


def _headers(rows: Any) -> dict[str, str]:
    """Return the header fields by name in lower case; the first of several holds."""
    found: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and isinstance(row.get("value"), str):
            found.setdefault(_text(row.get("name")).lower(), _text(row["value"]))
    return found


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]


def _text(value: Any) -> str:
    """Return a text without lone surrogates, which JSON can hold and no file can."""
    if not isinstance(value, str):
        return ""
    return value[:_MOST_TEXT].encode("utf-8", "replace").decode("utf-8")
