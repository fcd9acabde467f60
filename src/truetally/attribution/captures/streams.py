"""Put TCP segments into the order they were sent in (RFC 9293, 3.4), one direction at a time.

Lost segments leave a gap that is reported; repeated ones are dropped: of bytes sent twice, the
first hold. What waits for a missing segment is bounded for each stream and for all together.
"""

from collections import OrderedDict
from collections.abc import Iterator

from truetally.attribution.captures.layers import FIN, RST, SYN, Segment, shown
from truetally.attribution.captures.request import Greeting, Request, Unread
from truetally.attribution.captures.speech import Speech

Found = Request | Greeting | Unread
_Key = tuple[bytes, int, bytes, int]
_WRAP, _HALF = 1 << 32, 1 << 31
_MOST_STREAMS = 65_536
_MOST_WAITING = 1 << 20  # bytes of one stream
_MOST_SEGMENTS = 1_024  # of one stream
_MOST_WAITING_ALL = 1 << 28  # bytes of all streams


class Streams:
    """Takes the segments of a capture and yields what its clients said. Must be finished."""

    __slots__ = ("_streams", "_waiting")

    def __init__(self) -> None:
        self._streams: OrderedDict[_Key, _Stream] = OrderedDict()
        self._waiting = 0

    def take(self, part: Segment, time_us: int, number: int) -> Iterator[Found]:
        """Take one segment and yield what it completes."""
        key = (part.source, part.source_port, part.destination, part.destination_port)
        stream = self._streams.get(key)
        again = stream is not None and part.flags & SYN and stream.begins_anew(part.sequence)
        if stream is None or again:
            if not part.data and not part.flags & SYN:
                return
            if stream is not None:
                yield from self._end(key)
            elif len(self._streams) >= _MOST_STREAMS:
                yield from self._end(next(iter(self._streams)))
            stream = self._streams[key] = _Stream(part)
        else:
            self._streams.move_to_end(key)
        self._waiting -= stream.waiting
        stream.take(part, time_us, number, full=self._waiting > _MOST_WAITING_ALL)
        self._waiting += stream.waiting
        yield from stream.given()
        if part.flags & (FIN | RST) and not stream.waiting:
            yield from self._end(key)

    def finish(self) -> Iterator[Found]:
        """End every stream that is still open."""
        for key in list(self._streams):
            yield from self._end(key)

    def _end(self, key: _Key) -> Iterator[Found]:
        stream = self._streams.pop(key)
        self._waiting -= stream.waiting
        stream.finish()
        yield from stream.given()


class _Stream:
    """One direction of one connection: the next byte's number, and what waits for bytes before."""

    __slots__ = ("_first", "_next", "_pending", "_speech", "waiting")

    def __init__(self, part: Segment) -> None:
        begins = bool(part.flags & SYN)
        self._first = part.sequence if begins else None
        self._next = (part.sequence + begins) % _WRAP
        self._pending: dict[int, tuple[bytes, int, int]] = {}
        self._speech = Speech(shown(part.source, part.source_port),
                              shown(part.destination, part.destination_port))
        self.waiting = 0

    def begins_anew(self, sequence: int) -> bool:
        """Say whether a SYN opens another connection between the same ports."""
        return sequence != self._first

    def take(self, part: Segment, time_us: int, number: int, *, full: bool) -> None:
        """Take a segment: hand it on if it is next, drop what is known, keep what is early."""
        data = part.data
        ahead = (part.sequence + bool(part.flags & SYN) - self._next) % _WRAP
        if ahead >= _HALF:  # behind: some or all of it was here before
            data, ahead = data[_WRAP - ahead:], 0
        if not data:
            return
        if not ahead:
            self._hand_on(data, time_us, number)
            self._drain()
        elif len(self._pending.get(part.sequence, (b"",))[0]) < len(data):
            self._keep(part.sequence, (data, time_us, number))
            if full or self.waiting > _MOST_WAITING or len(self._pending) > _MOST_SEGMENTS:
                self._skip()

    def finish(self) -> None:
        """Hand on what still waits, gap by gap, and end the speech."""
        while self._pending:
            self._skip()
        self._speech.finish()

    def given(self) -> list[Found]:
        """Return what was found since the last time."""
        found, self._speech.found = self._speech.found, []
        return list(found)

    def _hand_on(self, data: bytes, time_us: int, number: int) -> None:
        self._speech.take(data, time_us, number)
        self._next = (self._next + len(data)) % _WRAP

    def _keep(self, sequence: int, kept: tuple[bytes, int, int]) -> None:
        self.waiting += len(kept[0]) - len(self._pending.get(sequence, (b"",))[0])
        self._pending[sequence] = kept

    def _drain(self) -> None:
        """Hand on all that waited for the bytes just handed on."""
        while self._pending:
            sequence = min(self._pending, key=self._distance)
            ahead = self._distance(sequence)
            if ahead > 0:
                return
            data, time_us, number = self._pending.pop(sequence)
            self.waiting -= len(data)
            if data[-ahead:]:
                self._hand_on(data[-ahead:], time_us, number)

    def _skip(self) -> None:
        """Give up on the bytes missing before the first segment that waits."""
        sequence = min(self._pending, key=self._distance)
        missing = self._distance(sequence)
        number = self._pending[sequence][2]
        if self._speech.listening():
            self._speech.found.append(Unread(
                place=f"packet {number}",
                reason=f"{missing} bytes of the connection {self._speech.source} to "
                       f"{self._speech.destination} are missing before it"))
        self._speech.gap()
        self._next = sequence
        self._drain()

    def _distance(self, sequence: int) -> int:
        """Return how far a number lies ahead of the next one, negative if behind."""
        return (sequence - self._next + _HALF) % _WRAP - _HALF
