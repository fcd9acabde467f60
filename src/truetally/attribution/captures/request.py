"""What a capture holds: requests, TLS greetings with the host they name, and what was not read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request as it was sent. Unknown is None.

    `time_us` is UTC, microseconds: of the packet with the request's first byte, or as a HAR file
    says. `uri` is the full request URI (RFC 9112, 3.3), without a fragment. `source` and
    `destination` are ``address:port``, ``[address]:port`` for IPv6. `place` says where to look it
    up: "packet 12" (from 1) or "entry 3" (from 1). `body` is the start of the body, decoded if it
    was gzip or deflate, None if there is none.
    """

    time_us: int
    method: str
    uri: str
    host: str | None
    user_agent: str | None
    referrer: str | None
    source: str | None
    destination: str | None
    place: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """A TLS ClientHello: the host it names (SNI, RFC 6066) is all that can be read of what follows.

    `server_name` is None where the client named no host.
    """

    time_us: int
    server_name: str | None
    source: str
    destination: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of a capture that could not be read, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """All that one capture file says, in the order of time, then of place.

    `kind` is "pcap", "pcapng" or "har"; `records` counts its packets or entries; `sha256` is over
    the file as stored.
    """

    path: str
    sha256: str
    kind: str
    records: int
    requests: tuple[Request, ...]
    tls: tuple[Greeting, ...]
    refused: tuple[Unread, ...]
