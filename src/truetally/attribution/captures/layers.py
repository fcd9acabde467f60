"""From a captured frame down to its TCP segment: link, VLAN, IPv4 or IPv6, TCP.

Ethernet II (also with 802.1Q and 802.1ad tags and PPPoE), Linux cooked (SLL, SLL2), loopback and
raw IP; RFC 791, RFC 8200, RFC 9293.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

FIN, SYN, RST = 1, 2, 4
_ETHERNET, _RAW, _COOKED, _COOKED2 = 1, (12, 14, 101, 228, 229), 113, 276
_LOOPBACK = (0, 108)
_TAGS = (0x8100, 0x88A8, 0x9100)
_IPV4, _IPV6, _PPPOE = 0x0800, 0x86DD, 0x8864
_PPP = {0x0021: _IPV4, 0x0057: _IPV6}
_TCP, _UDP, _FRAGMENT = 6, 17, 44
_EXTENSIONS = (0, 43, 60)  # hop-by-hop, routing, destination options
_QUIC_PORT = 443
_MOST_TAGS = _MOST_EXTENSIONS = 8

UNKNOWN_LINK = "frames of a link type that is not read"
DAMAGED = "frames whose headers are cut off or damaged"
FRAGMENTS = "IP fragments, which are not put together"
QUIC = "UDP packets of port 443 (QUIC), which is encrypted throughout"
OTHER = ""  # no TCP: nothing to read, nothing to report


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One TCP segment. Addresses are packed (4 or 16 bytes)."""

    source: bytes
    destination: bytes
    source_port: int
    destination_port: int
    sequence: int
    flags: int
    data: bytes


def segment(link: int, data: bytes) -> Segment | str:
    """Return the TCP segment in a frame, or the reason why there is none ("" for other traffic)."""
    ethertype, at = _link(link, data)
    if ethertype == _IPV4:
        return _ipv4(data, at)
    if ethertype == _IPV6:
        return _ipv6(data, at)
    return DAMAGED if ethertype < 0 else UNKNOWN_LINK if not ethertype else OTHER


@lru_cache(maxsize=1 << 16)
def shown(packed: bytes, port: int) -> str:
    """Return ``address:port``, or ``[address]:port`` for IPv6."""
    address = str(ip_address(packed))
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _link(link: int, data: bytes) -> tuple[int, int]:
    """Return the EtherType and where its packet begins; 0 for an unknown link, -1 for damage."""
    if link == _ETHERNET:
        return _tagged(data, 12)
    if link == _COOKED:
        return _tagged(data, 14)
    if link == _COOKED2:
        kind = int.from_bytes(data[:2], "big")
        return (kind, 20) if len(data) > 20 else (-1, 0)
    if link in _RAW or link in _LOOPBACK:
        at = 4 if link in _LOOPBACK else 0
        return ({4: _IPV4, 6: _IPV6}.get(data[at] >> 4, -1), at) if len(data) > at else (-1, 0)
    return 0, 0


def _tagged(data: bytes, at: int) -> tuple[int, int]:
    for _ in range(_MOST_TAGS):
        if len(data) < at + 2:
            return -1, 0
        kind = int.from_bytes(data[at:at + 2], "big")
        at += 2
        if kind == _PPPOE:
            return _PPP.get(int.from_bytes(data[at + 6:at + 8], "big"), 1), at + 8
        if kind not in _TAGS:
            return kind, at
        at += 2
    return -1, 0


def _ipv4(data: bytes, at: int) -> Segment | str:
    if len(data) < at + 20 or data[at] >> 4 != 4:
        return DAMAGED
    start, total = (data[at] & 15) * 4, int.from_bytes(data[at + 2:at + 4], "big")
    if start < 20 or (total and total < start):
        return DAMAGED
    if int.from_bytes(data[at + 6:at + 8], "big") & 0x3FFF:
        return FRAGMENTS
    # A length of 0 is what a network card that cuts segments itself leaves behind.
    payload = data[at + start:at + total] if total else data[at + start:]
    return _inner(data[at + 9], data[at + 12:at + 16], data[at + 16:at + 20], payload)


def _ipv6(data: bytes, at: int) -> Segment | str:
    if len(data) < at + 40 or data[at] >> 4 != 6:
        return DAMAGED
    length, kind = int.from_bytes(data[at + 4:at + 6], "big"), data[at + 6]
    payload = data[at + 40:at + 40 + length] if length else data[at + 40:]
    source, destination = data[at + 8:at + 24], data[at + 24:at + 40]
    for _ in range(_MOST_EXTENSIONS):
        if kind == _FRAGMENT:
            if len(payload) < 8:
                return DAMAGED
            if int.from_bytes(payload[2:4], "big") & 0xFFF9:
                return FRAGMENTS
            kind, payload = payload[0], payload[8:]
        elif kind in _EXTENSIONS and len(payload) >= 8:
            kind, payload = payload[0], payload[8 + 8 * payload[1]:]
        else:
            return _inner(kind, source, destination, payload)
    return DAMAGED


def _inner(kind: int, source: bytes, destination: bytes, payload: bytes) -> Segment | str:
    if kind == _UDP and len(payload) >= 8:
        ports = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big")
        return QUIC if _QUIC_PORT in ports else OTHER
    if kind != _TCP:
        return OTHER
    if len(payload) < 20 or (start := (payload[12] >> 4) * 4) < 20:
        return DAMAGED
    return Segment(source=source, destination=destination, flags=payload[13],
                   source_port=int.from_bytes(payload[:2], "big"),
                   destination_port=int.from_bytes(payload[2:4], "big"),
                   sequence=int.from_bytes(payload[4:8], "big"), data=payload[start:])
