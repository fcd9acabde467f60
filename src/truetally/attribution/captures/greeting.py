"""The host that a TLS ClientHello names: the one thing of an encrypted connection that is open."""

_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME = 22, 1, 0
_RANDOM_END = 4 + 2 + 32  # handshake header, version, random


def server_name(data: bytes) -> str | None:
    """Return the server name (RFC 6066, 3), "" if the greeting has none or is none.

    None means that more bytes are needed. `data` is what the client sent from its first byte on;
    the greeting may be spread over several records (RFC 8446, 5.1).
    """
    hello, whole = _hello(data)
    if hello[:1] and hello[0] != _CLIENT_HELLO:
        return ""
    if len(hello) < 4:
        return "" if whole else None
    length = 4 + int.from_bytes(hello[1:4], "big")
    if len(hello) < length:
        return "" if whole else None
    return _named(hello[:length])


def _hello(data: bytes) -> tuple[bytes, bool]:
    """Join the handshake records; say whether something else, so the end of them, follows."""
    joined, at = b"", 0
    while at + 5 <= len(data):
        if data[at] != _HANDSHAKE or data[at + 1] != 3:
            return joined, True
        size = int.from_bytes(data[at + 3:at + 5], "big")
        joined += data[at + 5:at + 5 + size]
        at += 5 + size
    return joined, False


def _named(hello: bytes) -> str:
    at = _RANDOM_END
    at += 1 + _number(hello, at, 1)  # session
    at += 2 + _number(hello, at, 2)  # cipher suites
    at += 1 + _number(hello, at, 1)  # compression
    end = min(len(hello), at + 2 + _number(hello, at, 2))
    at += 2
    while at + 4 <= end:
        kind, size = _number(hello, at, 2), _number(hello, at + 2, 2)
        if kind == _SERVER_NAME:
            value = hello[at + 4:at + 4 + size]
            name = value[5:5 + _number(value, 3, 2)] if value[2:3] == b"\0" else b""
            return name.decode("ascii", "backslashreplace")
        at += 4 + size
    return ""


def _number(data: bytes, at: int, width: int) -> int:
    return int.from_bytes(data[at:at + width], "big")
