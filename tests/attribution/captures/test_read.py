"""Captures become requests, whatever the wire did to them."""

import gzip
import json
import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.captures import wire

from truetally.attribution.captures.read import requests
from truetally.attribution.captures.request import Captured, Request
from truetally.errors import InputError

AT = 1_504_137_600_000_000
LONG = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/55.0 Safari/1"


def read(folder: Path, data: bytes) -> Captured:
    path = folder / "capture"
    path.write_bytes(data)
    return requests(path)


def one(folder: Path, data: bytes) -> Request:
    found = read(folder, data)
    assert found.refused == ()
    assert len(found.requests) == 1
    return found.requests[0]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_a_pcap_of_either_order_and_resolution_is_read(tmp_path: Path, order: str, *,
                                                       nano: bool) -> None:
    packets = wire.stream(wire.asked(), [10_000], start_us=AT + 7)
    found = one(tmp_path, wire.pcap(packets, order=order, nano=nano))
    assert found == Request(
        time_us=AT + 1_007, method="GET", uri="http://www.video.example/v_1.html",
        host="www.video.example", user_agent="Mozilla/5.0 (X)", referrer="http://a.example/",
        source="10.0.0.2:40000", destination="203.0.113.9:80", place="packet 2")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [6, 9])
def test_a_pcapng_is_read_with_the_clock_of_its_interface(tmp_path: Path, order: str,
                                                          resolution: int) -> None:
    packets = wire.stream(wire.asked(), [10_000], start_us=AT)
    made = wire.pcapng(packets, order=order, resolution=resolution)
    assert one(tmp_path, made).time_us == AT + 1_000


def test_a_gzip_of_a_capture_is_read_as_it_is(tmp_path: Path) -> None:
    packets = wire.stream(wire.asked(), [10_000], start_us=AT)
    assert one(tmp_path, gzip.compress(wire.pcap(packets))).method == "GET"


@pytest.mark.parametrize("size", [1, 7, 50])
def test_a_user_agent_split_over_packets_is_whole(tmp_path: Path, size: int) -> None:
    packets = wire.stream(wire.asked(agent=LONG), [size], start_us=AT)
    found = one(tmp_path, wire.pcap(packets))
    assert found.user_agent == LONG
    assert found.time_us == AT + 1_000  # the packet with the first byte


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=3, max_value=60))
def test_order_and_repetition_of_segments_change_nothing(tmp_path_factory: pytest.TempPathFactory,
                                                         seed: int, size: int) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    data = wire.asked(agent=LONG) + wire.asked("/second")
    first, *middle, last = wire.stream(data, [size], start_us=AT, first=(1 << 32) - 100)
    draw = Random(seed)  # noqa: S311 a repeatable draw, no secret
    mixed = [*middle, *draw.sample(middle, len(middle) // 2)]
    draw.shuffle(mixed)
    found = read(folder, wire.pcap([first, *mixed, last]))
    assert [(r.uri[-6:], r.user_agent) for r in sorted(found.requests, key=lambda r: r.uri)] == [
        ("second", "Mozilla/5.0 (X)"), ("1.html", LONG)]
    assert found.refused == ()


def test_a_lost_segment_is_said_and_the_next_request_is_read(tmp_path: Path) -> None:
    lost = wire.asked("/lost" * 40)
    whole = wire.stream(lost, [100], start_us=AT)
    kept = wire.tcp(wire.asked("/kept"), sequence=1_001 + len(lost))
    found = read(tmp_path, wire.pcap([whole[0], whole[1], *whole[3:-1],
                                      (AT + 9, wire.ethernet(wire.ip(kept)))]))
    assert [r.uri for r in found.requests] == ["http://www.video.example/kept"]
    assert "100 bytes of the connection" in found.refused[0].reason


@pytest.mark.parametrize("frame", [
    lambda tcp: (1, wire.ethernet(wire.ip(tcp), tags=[5])),
    lambda tcp: (1, wire.ethernet(wire.ip(tcp), tags=[5, 6])),
    lambda tcp: (1, wire.ethernet(wire.ip(tcp, source="2001:db8::1", to="2001:db8::2"))),
    lambda tcp: (1, wire.ethernet(wire.ip(b"\x06\0\1\4\0\0\0\0" + tcp, kind=0,
                                          source="2001:db8::1", to="2001:db8::2"))),
    lambda tcp: (113, wire.cooked(wire.ip(tcp))),
    lambda tcp: (276, b"\x08\0" + bytes(18) + wire.ip(tcp)),
    lambda tcp: (101, wire.ip(tcp)),
    lambda tcp: (0, b"\2\0\0\0" + wire.ip(tcp)),
    lambda tcp: (1, wire.ethernet(wire.ip(tcp)) + bytes(6)),
])
def test_every_link_and_both_ips_lead_to_the_request(tmp_path: Path, frame: object) -> None:
    link, data = frame(wire.tcp(wire.asked(), options=bytes(12)))  # type: ignore[operator]
    found = one(tmp_path, wire.pcap([(AT, data)], link=link))
    assert found.uri == "http://www.video.example/v_1.html"


def test_bodies_are_passed_over_and_a_gzip_body_is_unpacked(tmp_path: Path) -> None:
    body = gzip.compress(b"task=done&id=534890")
    post = (b"POST /t HTTP/1.1\r\nHost: t.example\r\nContent-Encoding: gzip\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body))
    chunked = (b"POST /c HTTP/1.1\r\nHost: t.example\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"5;x=1\r\nGET /\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n")
    packets = wire.stream(post + body + chunked + wire.asked("/after"), [11], start_us=AT)
    found = read(tmp_path, wire.pcap(packets))
    assert [(r.uri, r.body) for r in found.requests] == [
        ("http://t.example/t", b"task=done&id=534890"), ("http://t.example/c", b"GET /abc"),
        ("http://www.video.example/after", None)]


def test_a_deflate_body_without_a_head_of_its_own_is_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(b"hello") + packer.flush()
    post = b"POST / HTTP/1.1\r\nContent-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(body)
    found = one(tmp_path, wire.pcap(wire.stream(post + body, [999], start_us=AT)))
    assert (found.body, found.uri, found.host) == (b"hello", "http://203.0.113.9/", None)


def test_of_tls_the_host_alone_is_read(tmp_path: Path) -> None:
    greeting = wire.hello(b"www.video.example") + b"\x17\x03\x03\0\5hello"
    found = read(tmp_path, wire.pcap(wire.stream(greeting, [20], start_us=AT)))
    assert found.requests == ()
    assert [(g.server_name, g.time_us) for g in found.tls] == [("www.video.example", AT + 1_000)]


def test_a_tunnel_shows_the_host_it_was_asked_for_and_the_greeting_in_it(tmp_path: Path) -> None:
    asked = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
    said = asked + wire.hello(b"a.example")
    found = read(tmp_path, wire.pcap(wire.stream(said, [400], start_us=AT)))
    assert found.requests[0].uri == "a.example:443"
    assert found.tls[0].server_name == "a.example"


def test_an_answer_and_another_protocol_are_no_requests(tmp_path: Path) -> None:
    answer = wire.stream(b"HTTP/1.1 200 OK\r\n\r\nGET / HTTP/1.1\r\n\r\n", [30], start_us=AT)
    other = wire.stream(b"\0\1\2GET / HTTP/1.1\r\n\r\n", [4], start_us=AT, source_port=5)
    found = read(tmp_path, wire.pcap(answer + other))
    assert (found.requests, found.tls, found.refused) == ((), (), ())


@pytest.mark.parametrize(("frame", "said"), [
    (wire.ethernet(b"\x45" + bytes(5)), "cut off or damaged"),
    (wire.ethernet(wire.ip(wire.tcp())[:6] + b"\x20\0" + wire.ip(wire.tcp())[8:]), "fragments"),
    (wire.ethernet(wire.ip(bytes(2) + b"\x01\xbb" + bytes(20), kind=17)), "QUIC"),
])
def test_what_is_not_read_is_counted(tmp_path: Path, frame: bytes, said: str) -> None:
    packets = [(AT, frame), *wire.stream(wire.asked(), [999], start_us=AT)]
    found = read(tmp_path, wire.pcap(packets))
    assert len(found.requests) == 1
    assert [said in refused.reason for refused in found.refused] == [True]


def test_http_2_without_tls_is_refused_by_name(tmp_path: Path) -> None:
    said = wire.stream(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [999], start_us=AT)
    assert "HTTP/2" in read(tmp_path, wire.pcap(said)).refused[0].reason


@pytest.mark.parametrize("make", [wire.pcap, wire.pcapng])
def test_a_capture_that_is_cut_off_keeps_what_it_has(tmp_path: Path, make: object) -> None:
    packets = wire.stream(wire.asked(), [999], start_us=AT)
    data = make([*packets, *packets])  # type: ignore[operator]
    found = read(tmp_path, data[:-30])
    assert len(found.requests) >= 1
    assert "cut off" in found.refused[0].reason


def test_two_connections_between_the_same_ports_are_told_apart(tmp_path: Path) -> None:
    packets = wire.stream(wire.asked("/1"), [999], start_us=AT) \
        + wire.stream(wire.asked("/2"), [999], start_us=AT + 60_000_000, first=9)
    found = read(tmp_path, wire.pcap(packets))
    assert [r.uri[-2:] for r in found.requests] == ["/1", "/2"]


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(moment: str = "2017-08-31T08:00:00.5+08:00") -> dict[str, object]:
    headers = [{"name": "User-Agent", "value": LONG}, {"name": "referer", "value": "http://r/"}]
    return {"startedDateTime": moment, "serverIPAddress": "203.0.113.9",
            "request": {"method": "GET", "url": "http://a.example/x#top", "headers": headers}}


def test_a_har_file_is_read(tmp_path: Path) -> None:
    found = one(tmp_path, har(entry()))
    assert (found.time_us, found.uri) == (AT + 500_000, "http://a.example/x")
    assert found.host == "a.example"
    assert (found.user_agent, found.referrer, found.place) == (LONG, "http://r/", "entry 1")


@pytest.mark.parametrize("bad", [7, {}, {"request": {}}, entry("yesterday"),
                                 entry("2017-08-31T08:00:00")])
def test_a_har_entry_without_what_it_needs_is_refused_alone(tmp_path: Path, bad: object) -> None:
    found = read(tmp_path, har(bad, entry()))
    assert len(found.requests) == 1
    assert found.refused[0].place == "entry 1"


@pytest.mark.parametrize("data", [b"", b"\xd4\xc3\xb2\xa1", b"hello", b"{}", b"\x1f\x8b\0\0",
                                  b'{"log": {"entries": 3}}', b"[" * 100_000])
def test_no_capture_at_all_is_said(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="cannot read the capture"):
        read(tmp_path, data)
