"""The same capture, read by us and by tshark: the same requests, user agents, referrers, times."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from tests.attribution.captures import wire

from truetally.attribution.captures.read import requests

AT = 1_504_137_600_123_456
FIELDS = ("http.request.method", "http.request.full_uri", "http.user_agent", "http.referer",
          "ip.src", "ipv6.src")
PATHS = [f"/v_{n}.html?from={n % 7}" for n in range(60)]

tshark = pytest.mark.skipif(shutil.which("tshark") is None,
                            reason="no tshark to compare with: apt-get install tshark")


def busy() -> list[wire.Packet]:
    """Sixty connections at once: split, shuffled, repeated, tagged, over IPv6, with bodies."""
    draw, packets = Random(5), list[wire.Packet]()  # noqa: S311 repeatable, no secret
    for n, path in enumerate(PATHS):
        agent = f"Mozilla/5.0 (Windows NT 6.{n % 4}; rv:{n}) Gecko/20100101 Firefox/{n}.0"
        data = wire.asked(path, agent=agent, referrer=f"http://r{n}.example/?q={n}")
        if n % 5 == 0:
            data += wire.asked("/p", agent=agent).replace(b"GET", b"POST")[:-2] \
                + b"Content-Length: 4\r\n\r\nGET "
        if n % 3 == 0:
            data += wire.asked("/again", agent=agent)
        first, *middle, last = wire.stream(data, [draw.choice([17, 60, 1_400])], source_port=n + 1,
                                           start_us=AT + n * 100_000)
        again = draw.sample(middle, len(middle) // 3)
        if n % 4 == 0:
            draw.shuffle(middle)
        packets += [first, *middle, *again, last]
        bare = wire.tcp(wire.asked(f"/six{n}", host="six.example"), source_port=n + 500)
        packets.append((AT + n, wire.ethernet(
            wire.ip(bare, source="2001:db8::1", to="2001:db8::2"), tags=[n % 4 + 1])))
    return packets


def listed(path: Path, *what: str) -> list[list[str]]:
    """One list of fields for each message; several messages in one frame come joined by "|"."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "aggregator=|",
               "-o", "tcp.reassemble_out_of_order:TRUE", *what]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = []
    for line in said.splitlines():
        fields = [field.split("|") for field in line.split("\t")]
        found += [[(field * most)[n] if len(field) == 1 else field[n] for field in fields]
                  for most in [max(map(len, fields))] for n in range(most)]
    return found


@tshark
@pytest.mark.parametrize("make", [wire.pcap, wire.pcapng])
def test_tshark_lists_the_same_requests(tmp_path: Path, make: object) -> None:
    path = tmp_path / "busy"
    path.write_bytes(make(busy()))  # type: ignore[operator]
    columns = [word for field in FIELDS for word in ("-e", field)]
    theirs = Counter((m, uri, agent, referrer, four or six) for m, uri, agent, referrer, four, six
                     in listed(path, "-Y", "http.request", *columns))
    found = requests(path)
    ours = Counter((r.method, r.uri, r.user_agent or "", r.referrer or "",
                    str(r.source).rpartition(":")[0].strip("[]")) for r in found.requests)
    assert found.refused == ()
    assert len(found.requests) > 120
    assert ours == theirs


@tshark
def test_tshark_gives_requests_in_one_packet_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "single"
    path.write_bytes(wire.pcap([p for n in range(9) for p in wire.stream(
        wire.asked(f"/{n}"), [9_999], start_us=AT + n * 7, source_port=n + 1)]))
    theirs = [(uri, int(time.replace(".", "")) // 1000) for uri, time in listed(
        path, "-Y", "http.request", "-e", "http.request.full_uri", "-e", "frame.time_epoch")]
    assert sorted((r.uri, r.time_us) for r in requests(path).requests) == sorted(theirs)


@tshark
def test_tshark_names_the_same_tls_hosts(tmp_path: Path) -> None:
    path = tmp_path / "tls"
    path.write_bytes(wire.pcap([p for n in range(4) for p in wire.stream(
        wire.hello(b"h%d.example" % n), [40], start_us=AT, source_port=n + 1)]).replace(
            b"\x9c\x40\x00\x50", b"\x9c\x40\x01\xbb"))
    theirs = listed(path, "-d", "tcp.port==80,tls", "-Y", "tls.handshake.extensions_server_name",
                    "-e", "tls.handshake.extensions_server_name")
    assert sorted(str(g.server_name) for g in requests(path).tls) == sorted(t[0] for t in theirs)
