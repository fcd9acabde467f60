"""Build frames and capture files byte by byte, for the tests of their readers."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address

SYN, FIN, ACK = 0x02, 0x01, 0x10
Packet = tuple[int, bytes]  # time_us, frame
CLIENT, SERVER = "10.0.0.2", "203.0.113.9"


def tcp(data: bytes = b"", *, sequence: int = 1, flags: int = ACK, source_port: int = 40_000,
        port: int = 80, options: bytes = b"") -> bytes:
    """One TCP segment without a checksum."""
    head = (5 + len(options) // 4) << 4
    return struct.pack("!HHIIBBHHH", source_port, port, sequence % (1 << 32), 1, head, flags,
                       65_535, 0, 0) + options + data


def ip(payload: bytes, *, source: str = CLIENT, to: str = SERVER, kind: int = 6) -> bytes:
    """One IPv4 or IPv6 packet, by its addresses."""
    a, b = ip_address(source), ip_address(to)
    if a.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(payload), kind, 64) + a.packed + b.packed + payload
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 7, 0, 64, kind, 0) \
        + a.packed + b.packed + payload


def ethernet(packet: bytes, *, tags: Iterable[int] = ()) -> bytes:
    """One Ethernet frame, with VLAN tags if asked."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    marked = b"".join(struct.pack("!HH", 0x8100, tag) for tag in tags)
    return bytes(12) + marked + struct.pack("!H", kind) + packet


def cooked(packet: bytes) -> bytes:
    """One frame of a Linux cooked capture (SLL)."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack("!HHH8sH", 4, 1, 6, bytes(8), kind) + packet


def pcap(packets: Iterable[Packet], *, order: str = "<", nano: bool = False,
         link: int = 1) -> bytes:
    """A pcap file, version 2.4."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    found = bytearray()
    found += struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262_144, link)
    for time_us, frame in packets:
        part = time_us % 1_000_000 * (1000 if nano else 1)
        found += struct.pack(order + "4I", time_us // 1_000_000, part, len(frame), len(frame))
        found += frame
    return bytes(found)


def _block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body \
        + struct.pack(order + "I", len(body) + 12)


def pcapng(packets: Iterable[Packet], *, order: str = "<", link: int = 1,
           resolution: int = 9) -> bytes:
    """A pcapng file with one interface whose clock ticks 10**resolution times a second."""
    found = bytearray()
    found += _block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    option = struct.pack(order + "HHB3x", 9, 1, resolution) + bytes(4)
    found += _block(order, 1, struct.pack(order + "HHI", link, 0, 0) + option)
    for time_us, frame in packets:
        ticks = time_us * 10 ** resolution // 1_000_000
        head = struct.pack(order + "5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        found += _block(order, 6, head + frame)
    return bytes(found)


def stream(data: bytes, sizes: Iterable[int], *, start_us: int, source_port: int = 40_000,
           first: int = 1_000) -> list[Packet]:
    """A connection with SYN, the data in segments of the given sizes (the last repeats), FIN."""
    frames = [tcp(sequence=first, flags=SYN, source_port=source_port)]
    at, left = 0, list(sizes)
    while at < len(data):
        size = left.pop(0) if len(left) > 1 else left[0]
        frames.append(tcp(data[at:at + size], sequence=first + 1 + at, source_port=source_port))
        at += size
    frames.append(tcp(sequence=first + 1 + at, flags=FIN | ACK, source_port=source_port))
    return [(start_us + n * 1000, ethernet(ip(frame))) for n, frame in enumerate(frames)]


def asked(path: str = "/v_1.html", host: str = "www.video.example", agent: str = "Mozilla/5.0 (X)",
          referrer: str = "http://a.example/") -> bytes:
    """One GET request."""
    return (f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
            f"Referer: {referrer}\r\n\r\n").encode()


def hello(name: bytes) -> bytes:
    """A TLS 1.2 ClientHello that names a host, as one record."""
    entry = b"\0" + struct.pack("!H", len(name)) + name
    value = struct.pack("!H", len(entry)) + entry
    extensions = struct.pack("!HH", 0, len(value)) + value
    body = b"\x03\x03" + bytes(32) + b"\0" + struct.pack("!HH", 2, 0x1301) + b"\x01\0" \
        + struct.pack("!H", len(extensions)) + extensions
    shake = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack("!H", len(shake)) + shake
