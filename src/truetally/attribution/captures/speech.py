"""What a client says on one connection, in order: HTTP/1 requests (RFC 9112), or a TLS greeting."""

import re
from collections import deque

from truetally.attribution.captures.greeting import server_name
from truetally.attribution.captures.message import full_uri, header_fields, plain, text
from truetally.attribution.captures.request import Greeting, Request, Unread

METHODS = frozenset((b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE",
                     b"CONNECT", b"PROPFIND", b"REPORT", b"MKCOL", b"SEARCH", b"NOTIFY",
                     b"SUBSCRIBE", b"M-SEARCH"))
_LARGEST_HEAD = 1 << 16
_KEPT_RAW = 1 << 16
_MOST_PIECES = 64  # packets of one TLS greeting
_TOKEN = re.compile(rb"[A-Z][A-Z-]{0,15}(?: |$)")
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) +([^ \r\n]+) +HTTP/(\d\.\d) *$")
_END = re.compile(rb"\r?\n\r?\n")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
_TLS_HANDSHAKE = b"\x16\x03"
_PREFACE = b"PRI * HTTP/2"


class Speech:
    """Takes the bytes of one direction of one connection and yields what they hold.

    It is closed by `finish`, which says what was left unread. `found` grows as bytes come in.
    """

    __slots__ = ("_body", "_buffer", "_head", "_left", "_marks", "_passed", "_seen", "_state",
                 "destination", "found", "source")

    def __init__(self, source: str, destination: str) -> None:
        self.source, self.destination = source, destination
        self.found: list[Request | Greeting | Unread] = []
        self._state = "start"
        self._buffer = bytearray()
        self._marks: deque[tuple[int, int, int]] = deque()  # offset, time, packet
        self._passed = 0  # bytes before the buffer
        self._seen = 0  # of the buffer, searched for the end of a head
        self._left = 0  # of a body or chunk
        self._head: dict[str, str] = {}
        self._body = bytearray()

    def take(self, data: bytes, time_us: int, number: int) -> None:
        """Take the next bytes of the stream, and the packet that brought them."""
        if self._state == "deaf":
            return
        if self._state == "scan":
            if data.split(b" ", 1)[0][:16] not in METHODS:
                return
            self._state = "start"
        self._marks.append((self._passed + len(self._buffer), time_us, number))
        self._buffer += data
        while self._step():
            pass

    def listening(self) -> bool:
        """Say whether bytes to come can still hold a request: no other protocol was told."""
        return self._state != "deaf"

    def gap(self) -> None:
        """Bytes are missing here: go on with the next packet that begins as a request does."""
        if self._state != "deaf":
            self._request_done(whole=False)
            self._drop(len(self._buffer))
            self._state = "scan"

    def finish(self) -> None:
        """The connection is over: give out a request whose body never came to its end."""
        self._request_done(whole=False)
        if self._state == "head" and self._buffer:
            self._unread("a request that is cut off in its head")
        self._deaf()

    def _step(self) -> bool:
        """Make one step; False if more bytes are needed."""
        return {"start": self._start, "head": self._read_head, "body": self._read_body,
                "size": self._read_size, "chunk": self._read_body, "trailer": self._read_trailer,
                "tls": self._read_tls}.get(self._state, self._stop)()

    def _stop(self) -> bool:
        return False

    def _start(self) -> bool:
        while self._buffer.startswith((b"\r", b"\n")):  # RFC 9112, 2.2: empty lines first
            self._drop(1)
        if not self._buffer:
            return False
        if _TLS_HANDSHAKE.startswith(bytes(self._buffer[:2])):
            self._state = "tls"
        elif _TOKEN.match(self._buffer[:17]):
            self._state = "head"
        else:
            self._deaf()
        return self._state != "deaf"

    def _read_head(self) -> bool:
        found = _END.search(self._buffer, max(0, self._seen - 3))
        if not found:
            self._seen = len(self._buffer)
            if not _TOKEN.match(self._buffer[:17]) or self._buffer.startswith(b"HTTP/"):
                self._deaf()
            elif self._seen > _LARGEST_HEAD:
                self._unread(f"a head of more than {_LARGEST_HEAD} bytes")
                self._scan()
            return False
        head = bytes(self._buffer[:found.start()])
        if head.startswith(_PREFACE):
            self._unread("HTTP/2 without TLS, which is not read")
            self._deaf()
            return False
        return self._read_request(head, found.end())

    def _read_request(self, head: bytes, size: int) -> bool:
        line, *fields = head.replace(b"\r\n", b"\n").split(b"\n")
        said = _LINE.fullmatch(line)
        if not said:
            self._unread("no HTTP request line")
            self._scan()
            return False
        time_us, number = self._mark()
        self._drop(size)
        named = header_fields(fields)
        self._head = {"method": text(said[1]), "target": text(said[2]), "time": str(time_us),
                      "packet": str(number), **{f":{name}": value for name, value in named.items()}}
        self._body.clear()
        if "chunked" in named.get("transfer-encoding", "").lower():
            self._state = "size"
        else:
            length = named.get("content-length", "0").strip()
            known = length.isascii() and length.isdigit() and len(length) < 16
            self._left, self._state = int(length) if known else 0, "body"
        return True

    def _read_body(self) -> bool:
        taken = min(self._left, len(self._buffer))
        room = _KEPT_RAW - len(self._body)
        self._body += self._buffer[:min(taken, max(room, 0))]
        self._drop(taken)
        self._left -= taken
        if self._left:
            return False
        if self._state == "chunk":
            if len(self._buffer) < 2 and not self._buffer.startswith(b"\n"):
                return False
            self._drop(2 if self._buffer.startswith(b"\r\n") else 1)
            self._state = "size"
        else:
            self._request_done(whole=True)
        return True

    def _read_size(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0 and len(self._buffer) < _LARGEST_HEAD:
            return False
        said = _SIZE.fullmatch(bytes(self._buffer[:max(end, 0)]).rstrip(b"\r"))
        if not said:
            self._request_done(whole=False)
            self._unread("a body whose chunks are damaged")
            self._scan()
            return False
        self._drop(end + 1)
        self._left = int(said[1], 16)
        self._state = "chunk" if self._left else "trailer"
        return True

    def _read_trailer(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > _LARGEST_HEAD:
                self._scan()
            return False
        last = not bytes(self._buffer[:end]).strip(b"\r")
        self._drop(end + 1)
        if last:
            self._request_done(whole=True)
        return True

    def _read_tls(self) -> bool:
        name = server_name(bytes(self._buffer))
        self._left += 1  # pieces so far: each is read from the start again
        if name is None and len(self._buffer) <= _LARGEST_HEAD and self._left <= _MOST_PIECES:
            return False
        if name is None:
            self._unread("a TLS greeting that is too long, or in too many pieces")
        else:
            time_us, number = self._mark()
            self.found.append(Greeting(time_us=time_us, server_name=name or None,
                                       source=self.source, destination=self.destination,
                                       place=f"packet {number}"))
        self._deaf()
        return False

    def _request_done(self, *, whole: bool) -> None:
        """Give out the request that was read; the stream goes on with the next one."""
        head = self._head
        if not head:
            return
        host = head.get(":host") or None
        self.found.append(Request(
            time_us=int(head["time"]), method=head["method"],
            uri=full_uri(head["method"], head["target"], host, self.destination), host=host,
            user_agent=head.get(":user-agent"), referrer=head.get(":referer"),
            source=self.source, destination=self.destination, place=f"packet {head['packet']}",
            body=plain(bytes(self._body), head.get(":content-encoding", "")) or None))
        upgraded = "upgrade" in head.get(":connection", "").lower()
        self._head = {}
        self._body.clear()
        # After CONNECT a tunnel begins; after an upgrade, frames unless the server refused.
        self._state = "scan" if upgraded or not whole else "start"
        if self._state == "scan":
            self._drop(len(self._buffer))

    def _mark(self) -> tuple[int, int]:
        """Return time and number of the packet that brought the first byte of the buffer."""
        while len(self._marks) > 1 and self._marks[1][0] <= self._passed:
            self._marks.popleft()
        return self._marks[0][1], self._marks[0][2]

    def _drop(self, count: int) -> None:
        count = min(count, len(self._buffer))
        del self._buffer[:count]
        self._passed += count
        self._seen = 0
        while len(self._marks) > 1 and self._marks[1][0] <= self._passed:
            self._marks.popleft()

    def _unread(self, reason: str) -> None:
        number = self._mark()[1] if self._marks else 0
        self.found.append(Unread(place=f"packet {number}", reason=reason))

    def _scan(self) -> None:
        self._drop(len(self._buffer))
        self._state = "scan"

    def _deaf(self) -> None:
        self._buffer.clear()
        self._marks.clear()
        self._state = "deaf"
