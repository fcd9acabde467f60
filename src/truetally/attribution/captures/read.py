"""Read a capture file into the HTTP requests it holds."""

import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from truetally.attribution.artefacts.content import Buffer, Content, NotReadError, mapped
from truetally.attribution.captures.frames import PCAP_MAGICS, PCAPNG_MAGIC, Read, frames
from truetally.attribution.captures.har import LARGEST_BYTES, har_requests
from truetally.attribution.captures.layers import segment
from truetally.attribution.captures.request import Captured, Greeting, Request, Unread
from truetally.attribution.captures.streams import Found, Streams
from truetally.errors import InputError, problem

_GZIP = b"\x1f\x8b"
_LARGEST_FILE, _LARGEST_UNPACKED = 1 << 40, 1 << 38
_MOST_FOUND = 2_000_000  # requests, greetings and refusals of one file
_MOST_TEXT = 1 << 30  # characters of them together
_TOLD_FRAMES = 10_000
_CUT = "packets of which the capture holds only the start"
_BROKEN = (zlib.error, gzip.BadGzipFile, EOFError, OSError)


def requests(path: Path, *, progress: Callable[[int], None] | None = None) -> Captured:
    """Read pcap, pcapng (both also as gzip) or HAR into requests and TLS greetings.

    What cannot be read is in `refused`; of TLS, the host's name is all that can be read. `progress`
    is told of packets.

    Raises:
        InputError: the file is missing, no regular file, or no capture at all.
    """
    try:
        with mapped(path.resolve(), path.name, _LARGEST_FILE) as content:
            return captured(content, progress)
    except NotReadError as why:
        raise InputError(problem("cannot read the capture", where=path, found=str(why),
                                 expected="a pcap, pcapng or HAR file",
                                 then="save it again from the program that made it")) from None


def captured(content: Content, progress: Callable[[int], None] | None = None) -> Captured:
    """Read a capture's bytes. Raises NotReadError if they are no capture at all."""
    kind, records, found = _read(content.data, progress or (lambda _: None))
    asked = [one for one in found if isinstance(one, Request)]
    greeted = [one for one in found if isinstance(one, Greeting)]
    return Captured(
        path=content.path, sha256=content.sha256, kind=kind, records=records,
        requests=tuple(sorted(asked, key=lambda one: (one.time_us, _order(one.place), one.uri))),
        tls=tuple(sorted(greeted, key=lambda one: (one.time_us, _order(one.place)))),
        refused=tuple(one for one in found if isinstance(one, Unread)))


def _read(data: Buffer, progress: Callable[[int], None]) -> tuple[str, int, list[Found]]:
    """Return kind, number of packets or entries, and what they hold."""
    packed = data[:2] == _GZIP
    magic = _start(data) if packed else bytes(data[:4])
    if magic in PCAP_MAGICS or magic == PCAPNG_MAGIC:
        records, found = _packets(_reader(data, packed=packed), progress)
        return "pcap" if magic in PCAP_MAGICS else "pcapng", records, found
    whole = _reader(data, packed=packed)(LARGEST_BYTES + 1)
    if len(whole) > LARGEST_BYTES:
        raise NotReadError(f"no capture, or a HAR file of more than {LARGEST_BYTES} bytes")
    count, asked, refused = har_requests(whole)
    return "har", count, [*asked, *refused]


def _packets(read: Read, progress: Callable[[int], None]) -> tuple[int, list[Found]]:
    streams, found, passed, count, held = Streams(), list[Found](), Counter[str](), 0, 0
    try:
        for frame in frames(read):
            count += 1
            passed[_CUT] += frame.cut
            part = segment(frame.link, frame.data)
            if isinstance(part, str):
                passed[part] += bool(part)
            else:
                more = list(streams.take(part, frame.time_us, frame.number))
                held += sum(map(_chars, more))
                found += more
            _refuse_flood(len(found), held)
            if not count % _TOLD_FRAMES:
                progress(_TOLD_FRAMES)
    except NotReadError as why:
        if not count:
            raise
        found.append(Unread(place=f"after packet {count}", reason=str(why)))
    found += streams.finish()
    found += _tally(passed)
    return count, found


def _refuse_flood(count: int, chars: int) -> None:
    if count > _MOST_FOUND or chars > _MOST_TEXT:
        raise NotReadError(f"more than {_MOST_FOUND} requests, or {_MOST_TEXT} characters of them: "
                           "the rest was not read")


def _chars(one: Found) -> int:
    if not isinstance(one, Request):
        return 0
    return len(one.uri) + len(one.user_agent or "") + len(one.referrer or "") + len(one.body or b"")


def _tally(passed: Counter[str]) -> Iterator[Unread]:
    for reason, times in sorted(passed.items()):
        if times:
            yield Unread(place="whole file", reason=f"{times} {reason}")


def _reader(data: Buffer, *, packed: bool) -> Read:
    """Return a function that reads the next bytes of a buffer, unpacked if it is gzip."""
    if not packed:
        at = 0

        def read(count: int) -> bytes:
            nonlocal at
            found = bytes(data[at:at + count])
            at += len(found)
            return found

        return read
    return _Unpacked(data).read


class _Unpacked:
    """Reads a gzip buffer of any number of members in bounded pieces."""

    __slots__ = ("_at", "_data", "_out", "_ready", "_unpacker")
    _PIECE = 1 << 16

    def __init__(self, data: Buffer) -> None:
        self._data, self._at, self._out = data, 0, 0
        self._ready = bytearray()
        self._unpacker = zlib.decompressobj(wbits=31)

    def read(self, count: int) -> bytes:
        """Return up to `count` bytes; fewer only at the end, or where the data is damaged."""
        while len(self._ready) < count and self._more():
            if self._out > _LARGEST_UNPACKED:
                raise NotReadError(f"it unpacks to more than {_LARGEST_UNPACKED} bytes")
        found = bytes(self._ready[:count])
        del self._ready[:count]
        return found

    def _more(self) -> bool:
        raw = self._unpacker.unconsumed_tail
        if self._unpacker.eof:
            raw = self._unpacker.unused_data
            self._unpacker = zlib.decompressobj(wbits=31)
        if not raw:
            raw = bytes(self._data[self._at:self._at + self._PIECE])
            self._at += len(raw)
        if not raw:
            return False
        try:
            out = self._unpacker.decompress(raw, self._PIECE)
        except _BROKEN:
            self._at = len(self._data)
            self._unpacker = zlib.decompressobj(wbits=31)
            return False
        self._out += len(out)
        self._ready += out
        return True


def _start(data: Buffer) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(bytes(data[:4096]), 4)
    except zlib.error:
        return b""


def _order(place: str) -> int:
    return int(place.rpartition(" ")[2])
