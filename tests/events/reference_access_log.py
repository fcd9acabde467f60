"""A slow, literal reader of access logs, one character at a time, to check the fast one against."""

from datetime import datetime
from string import hexdigits
from typing import Any

STAMP = "%d/%b/%Y:%H:%M:%S %z"
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "v": "\v", '"': '"', "\\": "\\"}


def read_line(line: bytes) -> dict[str, Any] | None:  # noqa: PLR0911 literal, on purpose
    """Return the fields of a combined or common line, or None if it is not one."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text or not text:
        return None
    parts = tokens(text)
    if parts is None or len(parts) < 6:
        return None
    kinds = [kind for kind, _ in parts]
    bracket = kinds.index("bracket") if "bracket" in kinds else -1
    if bracket < 3 or kinds[bracket + 1:bracket + 4] != ["quoted", "plain", "plain"]:
        return None
    values = [value for _, value in parts]
    time_ms = when(values[bracket])
    request = values[bracket + 1].split(" ")
    status, count = values[bracket + 2:bracket + 4]
    if time_ms is None or len(request) < 3 or not request[-1].startswith("HTTP/"):
        return None
    if not (status.isdigit() and len(status) == 3 and (count.isdigit() or count == "-")):
        return None
    target = " ".join(request[1:-1])
    if not target:
        return None
    quoted = [value for kind, value in parts[bracket + 4:] if kind == "quoted"] + [None, None]
    return {"time_ms": time_ms, "ip": values[0], "account_id": known(" ".join(values[2:bracket])),
            "method": request[0], "page_url": target, "status": int(status),
            "item_id": target.split("?")[0].split("#")[0],
            "bytes_sent": None if count == "-" else int(count),
            "referrer": known(quoted[0]), "user_agent": known(quoted[1])}


def known(text: str | None) -> str | None:
    return None if text in (None, "", "-") else text


def when(text: str) -> int | None:
    try:
        moment = datetime.strptime(text, STAMP)  # noqa: DTZ007 its %z is in STAMP
    except ValueError:
        return None
    if moment.strftime(STAMP) != text:
        return None
    return int(moment.timestamp()) * 1000


def tokens(text: str) -> list[tuple[str, str]] | None:
    """Split into plain, bracketed and quoted parts; None if a quote or bracket stays open."""
    found = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif text[at] == '"':
            value, at = quoted_part(text, at + 1)
            if value is None or text[at:at + 1] not in ("", " "):
                return None
            found.append(("quoted", value))
        elif text[at] == "[" and "]" in text[at:]:
            end = text.index("]", at)
            found.append(("bracket", text[at + 1:end]))
            at = end + 1
        else:
            end = text.find(" ", at)
            end = len(text) if end < 0 else end
            if '"' in text[at:end]:
                return None
            found.append(("plain", text[at:end]))
            at = end
    return found


def quoted_part(text: str, at: int) -> tuple[str | None, int]:
    data = b""
    raw = ""
    while at < len(text):
        if text[at] == '"':
            try:
                return data.decode("utf-8"), at + 1
            except UnicodeDecodeError:
                return raw, at + 1
        step = 1
        if text[at] == "\\" and at + 1 < len(text):
            is_hex = text[at + 1] == "x" and all(c in hexdigits for c in text[at + 2:at + 4])
            step = 4 if is_hex and len(text) >= at + 4 else 2
            piece = text[at:at + step]
            data += bytes.fromhex(piece[2:]) if step == 4 else \
                ESCAPES.get(piece[1], piece).encode()
        else:
            data += text[at].encode()
        raw += text[at:at + step]
        at += step
    return None, at
