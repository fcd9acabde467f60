"""The parts of an HTTP/1 message (RFC 9110, RFC 9112): full URI, header fields, body."""

import re
import zlib

KEPT_BODY = 4_096


def full_uri(method: str, target: str, host: str | None, destination: str) -> str:
    """Return the full request URI (RFC 9112, 3.3): with the address where no host was named."""
    if method == "CONNECT" or re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", target):
        return target
    return f"http://{host or destination.removesuffix(':80')}{target}"


def header_fields(lines: list[bytes]) -> dict[str, str]:
    """Return the header fields by name in lower case; the first of several holds."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        if line[:1] in (b" ", b"\t") and last:
            found[last] += " " + text(line.strip())
            continue
        name, colon, value = line.partition(b":")
        last = text(name).lower() if colon else ""
        if last in found:
            last = ""
        elif last:
            found[last] = text(value.strip(b" \t"))
    return found


def text(raw: bytes) -> str:
    """Decode a field as UTF-8, else byte by byte as Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def plain(raw: bytes, coding: str) -> bytes:
    """Return the first bytes of a body, unpacked if it says gzip or deflate and is."""
    if coding.lower().strip() in ("gzip", "x-gzip", "deflate") and raw:
        for window in (47, -15):  # zlib or gzip by its own head; deflate without one
            try:
                return zlib.decompressobj(window).decompress(raw, KEPT_BODY)
            except zlib.error:
                continue
    return raw[:KEPT_BODY]
