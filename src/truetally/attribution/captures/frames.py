"""The packets of a capture file, one at a time: pcap and pcapng, plain or gzip.

pcap: draft-ietf-opsawg-pcap; both byte orders, micro- and nanoseconds. pcapng:
draft-ietf-opsawg-pcapng; its blocks with packets, the resolution and offset of each interface.
Times are whole microseconds, what is finer is cut.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from truetally.attribution.artefacts.content import NotReadError

Read = Callable[[int], bytes]
PCAP_MAGICS = {b"\xd4\xc3\xb2\xa1": ("<", 1), b"\xa1\xb2\xc3\xd4": (">", 1),
               b"\x4d\x3c\xb2\xa1": ("<", 1000), b"\xa1\xb2\x3c\x4d": (">", 1000)}
PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_LARGEST_PACKET = 1 << 24  # far above any snapshot length in use
_LARGEST_BLOCK = 1 << 25
_MOST_INTERFACES = 65_536
_LINK_MASK = 0x0FFFFFFF
_MICRO = 1_000_000
_TSRESOL, _TSOFFSET = 9, 14
_BINARY_RESOLUTION = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One packet as captured. `number` counts from 1, as Wireshark does; `cut` says that the
    capture holds less than was on the wire."""

    number: int
    time_us: int
    link: int
    data: bytes
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interface:
    link: int
    ticks: int  # in a second
    offset_s: int


def frames(read: Read) -> Iterator[Frame]:
    """Yield the packets of a capture, told by its first bytes.

    Raises NotReadError, after what it read, where the file is damaged or cut off, or is no capture.
    """
    magic = read(4)
    if magic in PCAP_MAGICS:
        yield from _pcap(read, *PCAP_MAGICS[magic])
    elif magic == PCAPNG_MAGIC:
        yield from _pcapng(read)
    else:
        raise NotReadError("no pcap, pcapng or HAR file")


def _pcap(read: Read, order: str, finer: int) -> Iterator[Frame]:
    head = _exactly(read, 20, "in its header")
    link = struct.unpack(order + "I", head[16:20])[0] & _LINK_MASK
    number = 0
    while head := read(16):
        number += 1
        if len(head) < 16:
            raise NotReadError(f"cut off in packet {number}")
        seconds, part, held, sent = struct.unpack(order + "4I", head)
        if held > _LARGEST_PACKET:
            raise NotReadError(f"damaged at packet {number}: it would have {held} bytes")
        data = _exactly(read, held, f"in packet {number}")
        yield Frame(number=number, time_us=seconds * _MICRO + part // finer, link=link, data=data,
                    cut=held < sent)


def _pcapng(read: Read) -> Iterator[Frame]:
    order, interfaces, number, kind = "<", list[_Interface](), 0, 0x0A0D0D0A
    while True:
        order, body = _block(read, kind, order)
        if kind == 0x0A0D0D0A:
            interfaces = []
        elif kind == 1:
            interfaces.append(_interface(order, body))
            if len(interfaces) > _MOST_INTERFACES:
                raise NotReadError("more interfaces than a capture can have")
        elif kind in (2, 3, 6):
            number += 1
            yield _packet(order, kind, body, interfaces, number)
        head = read(4)
        if not head:
            return
        if len(head) < 4:
            raise NotReadError("cut off between two blocks")
        kind = struct.unpack(order + "I", head)[0]


def _block(read: Read, kind: int, order: str) -> tuple[str, bytes]:
    """Read one block after its type: return the byte order from here on, and its body."""
    length = _exactly(read, 4, "in the head of a block")
    start = b""
    if kind == 0x0A0D0D0A:  # its own length is written in the order that its magic tells
        start = _exactly(read, 4, "in a section's head")
        orders = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
        if start not in orders:
            raise NotReadError("damaged: a section without its byte-order magic")
        order = orders[start]
    total = struct.unpack(order + "I", length)[0]
    if total % 4 or not 12 + len(start) <= total <= _LARGEST_BLOCK:
        raise NotReadError(f"damaged: a block of {total} bytes")
    rest = _exactly(read, total - 8 - len(start), "in a block")
    return order, start + rest[:-4]


def _interface(order: str, body: bytes) -> _Interface:
    if len(body) < 8:
        raise NotReadError("damaged: an interface without its link type")
    ticks, offset_s, at = _MICRO, 0, 8
    while at + 4 <= len(body):
        code, size = struct.unpack(order + "HH", body[at:at + 4])
        value = body[at + 4:at + 4 + size]
        if code == _TSRESOL and len(value) == 1:
            power = value[0] & ~_BINARY_RESOLUTION
            ticks = 2 ** power if value[0] & _BINARY_RESOLUTION else 10 ** min(power, 30)
        if code == _TSOFFSET and len(value) == 8:
            offset_s = struct.unpack(order + "q", value)[0]
        if not code:
            break
        at += 4 + (size + 3) // 4 * 4
    link = struct.unpack(order + "H", body[:2])[0]
    return _Interface(link=link, ticks=ticks, offset_s=offset_s)


def _packet(order: str, kind: int, body: bytes, interfaces: list[_Interface],
            number: int) -> Frame:
    sizes = {2: "HHIIII", 3: "I", 6: "IIIII"}
    head = struct.calcsize(order + sizes[kind])
    if len(body) < head:
        raise NotReadError(f"damaged at packet {number}: its block is too short")
    said = struct.unpack(order + sizes[kind], body[:head])
    # An old packet block has (interface, drops, …), a simple one neither interface nor time.
    place, high, low, held, sent = (0, 0, 0, len(body) - head, said[0]) if kind == 3 else (
        said[0], *said[-4:])
    if place >= len(interfaces):
        raise NotReadError(f"damaged at packet {number}: interface {place} is not described")
    if kind != 3 and held > len(body) - head:
        raise NotReadError(f"damaged at packet {number}: it would have {held} bytes")
    via = interfaces[place]
    time_us = (high << 32 | low) * _MICRO // via.ticks + via.offset_s * _MICRO
    data = body[head:head + min(held, sent)]
    return Frame(number=number, time_us=time_us, link=via.link, data=data, cut=len(data) < sent)


def _exactly(read: Read, count: int, where: str) -> bytes:
    found = read(count)
    if len(found) < count:
        raise NotReadError(f"cut off {where}")
    return found
