"""Derived facts: hosts, networks, user agents, plugin lists; deterministic and null for null."""

import ipaddress
import re

import crawleruseragents
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import shared

from truetally.errors import PolicyError
from truetally.events.addresses import canonical, v4_network, v4_numbers, v6_number
from truetally.events.derive import (
    derive_addresses,
    derive_plugins,
    derive_urls,
    derive_user_agents,
    networks,
)
from truetally.events.derive_user_agent import SIMPLE, is_robot
from truetally.events.schema import DERIVED

NONE = networks([])
CRAWLERS = tuple(e["pattern"] for e in crawleruseragents.CRAWLER_USER_AGENTS_DATA)
CHROME = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/61.0.3163.100 Safari/537.36")
CUBOT = ("Mozilla/5.0 (Linux; Android 8.0.0; CUBOT_X18_Plus Build/O00623; wv) AppleWebKit/537.36 "
         "(KHTML, like Gecko) Version/4.0 Chrome/80.0.3987.132 Mobile Safari/537.36")
V4 = st.integers(0, 2**32 - 1).map(lambda n: str(ipaddress.IPv4Address(n)))
V6 = st.integers(0, 2**128 - 1).map(lambda n: str(ipaddress.IPv6Address(n)))
TABLES = {
    "user_agent": derive_user_agents(pa.array([CHROME, None]), CRAWLERS),
    "plugins": derive_plugins(pa.array(["a", None])),
    "referrer": derive_urls(pa.array(["http://a/", None]), "referrer_host"),
    "page_url": derive_urls(pa.array(["http://a/", None]), "page_host"),
    "ip": derive_addresses(pa.array(["192.0.2.1", None]), NONE, NONE, NONE),
}


@pytest.mark.parametrize("column", DERIVED)
def test_every_derived_column_has_its_type_and_null_stays_null(column: str) -> None:
    table = TABLES[column]
    assert table.column_names == [column, *DERIVED[column]]
    assert {n: table.schema.field(n).type for n in DERIVED[column]} == dict(DERIVED[column])
    assert set(table.to_pylist()[1].values()) == {None}


@pytest.mark.parametrize(("url", "host"), [
    ("http://WWW.Example.COM/a", "www.example.com"), ("https://u:p@a.b:8443?x", "a.b"),
    ("//cdn.a.b/x", "cdn.a.b"), ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
    ("http://xn--fiqs8s.cn#x", "xn--fiqs8s.cn"), ("http://例子.cn/", "例子.cn"),
    ("http://a.b./", "a.b"),
    ("http://evil.example\\@good.example/", "evil.example"), ("http://a@b@c.d/", "c.d"),
    ("/path?http://a.b/", None), ("a.b/x", None), ("javascript:alert(1)", None), ("http://", None),
    ("http:///x", None), ("http://a b/", None), ("http://-/", None), ("http://a:b/", None),
    ("", None)])
def test_the_host_of_a_url_is_taken_in_lower_case(url: str, host: str | None) -> None:
    assert derive_urls(pa.array([url]), "page_host")["page_host"].to_pylist() == [host]


@pytest.mark.parametrize("agent", ["SomeBOT/1.0", "HEADLESSCHROME", "Curl/7.0",
                                   CUBOT + " SomeBot/1"])
def test_declared_robots_match_in_any_case(agent: str) -> None:
    patterns = ("bot", "HeadlessChrome", "^curl")
    assert is_robot(pa.array([agent]), patterns).to_pylist() == [True]


def test_cubot_phones_are_not_robots_and_null_is_unknown() -> None:
    agents = pa.array([CUBOT, CHROME, None, ""])
    assert is_robot(agents, (*CRAWLERS, "bot")).to_pylist() == [False, False, None, False]
    assert is_robot(agents, ()).to_pylist() == [False, False, None, False]


def test_patterns_that_re2_has_no_word_for_still_match() -> None:
    agents = pa.array(["abc", "abd", None])
    assert is_robot(agents, ("ab(?=d)", "zzz")).to_pylist() == [False, True, None]


@given(st.from_regex(SIMPLE, fullmatch=True))
def test_patterns_that_are_taken_as_simple_mean_the_same_to_both_engines(pattern: str) -> None:
    texts = [CHROME, CUBOT, "", "a b/c.d-e", pattern, pattern.replace("\\", "")]
    found = pc.match_substring_regex(pa.array(texts), pattern, ignore_case=True).to_pylist()
    if "(?-i" not in pattern:  # Python knows this only at a pattern's start
        own = re.compile(pattern, re.IGNORECASE | re.ASCII)
        assert found == [bool(own.search(text)) for text in texts]


@pytest.mark.parametrize("pattern", ["foo)", "(?:foo", ")", "a)|(?:b", "(", "a{2,1}"])
def test_a_pattern_that_nothing_can_read_is_not_taken_as_simple(pattern: str) -> None:
    assert not SIMPLE.fullmatch(pattern)


def test_real_people_are_not_taken_for_robots() -> None:
    people = shared("isbot/not_bots.txt").read_text(encoding="utf-8").splitlines()
    bots = shared("isbot/bots.txt").read_text(encoding="utf-8").splitlines()
    assert sum(is_robot(pa.array(people), CRAWLERS).to_pylist()) == 0
    assert sum(is_robot(pa.array(bots), CRAWLERS).to_pylist()) >= 0.7 * len(bots)


@pytest.mark.parametrize(("agent", "platform", "browser"), [
    (CHROME, "pc", True), (CUBOT, "android", True), ("curl/8.0", "other", False),
    ("", "other", False),
    ("Mozilla/5.0 (iPad; CPU OS 13_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) x",
     "ios", True), ("okhttp/3.12", "other", False), ("python-requests/2.31", "other", False),
    ("Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) TV Safari/5",
     "tv", True), ("Mozilla/5.0 (PlayStation 4 7.51) AppleWebKit/605.1.15 (KHTML, like Gecko)",
                   "console", True), ("Mozilla/5.0 (compatible; Foo/1.0)", "other", False),
    ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "pc", True),
    ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; .NET CLR 1.1 (x))", "pc", True),
    (("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 "
      "(KHTML, like Gecko) Mobile"), "other", True),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:71.0) Gecko/20100101 Firefox/71.0", "pc", True)])
def test_platform_and_browser_are_as_declared(agent: str, platform: str, browser: bool) -> None:  # noqa: FBT001
    row = derive_user_agents(pa.array([agent]), ()).to_pylist()[0]
    assert (row["ua_platform"], row["ua_browser"]) == (platform, browser)


def test_family_and_version_are_parsed() -> None:
    row = derive_user_agents(pa.array([CHROME]), ()).to_pylist()[0]
    assert (row["ua_family"], row["ua_major"], row["ua_os"], row["ua_os_major"]) == (
        "Chrome", 61, "Windows", 10)


@pytest.mark.parametrize(("plugins", "wanted"), [
    ("Chromium PDF Viewer::::application/pdf? | Shockwave Flash::Shockwave Flash 25.0 r0::x",
     (True, 25, 2)),
    ("Shockwave Flash::", (True, None, 1)), ("a | b | c", (False, None, 3))])
def test_plugin_lists_are_counted_and_flash_found(plugins: str, wanted: tuple[object, ...]) -> None:
    assert tuple(derive_plugins(pa.array([plugins])).to_pylist()[0].values())[1:] == wanted


@given(st.lists(V4, max_size=20), st.lists(st.tuples(V4, st.integers(0, 32)), max_size=6),
       st.lists(st.tuples(V4, st.integers(0, 32)), max_size=3))
def test_membership_agrees_with_the_standard_library(
        addresses: list[str], centre: list[tuple[str, int]], spared: list[tuple[str, int]]) -> None:
    lists = [[f"{a}/{n}" for a, n in nets] for nets in (centre, spared)]
    nets = [[ipaddress.ip_network(n, strict=False) for n in found] for found in lists]
    table = derive_addresses(pa.array(addresses, pa.string()), *map(networks, lists), NONE)
    for row in table.to_pylist():
        held = [any(ipaddress.ip_address(row["ip"]) in n for n in found) for found in nets]
        assert row["ip_data_centre"] == (held[0] and not held[1])
        assert row["ip_net"] == str(ipaddress.ip_network(row["ip"] + "/24", strict=False))


@given(V6, st.integers(0, 128))
def test_ipv6_is_canonical_and_cut_to_64(address: str, length: int) -> None:
    text = canonical(address)
    assert text is not None
    mapped = ipaddress.IPv6Address(address).ipv4_mapped
    assert ipaddress.ip_address(text) == (mapped or ipaddress.ip_address(address))
    if not mapped:
        row = derive_addresses(pa.array([text]), networks([f"{address}/{length}"]), NONE, NONE)
        assert row["ip_net"].to_pylist() == [canonical(str(ipaddress.ip_network(
            f"{address}/64", strict=False).network_address)) + "/64"]  # type: ignore[operator]
        assert row["ip_data_centre"].to_pylist() == [True]


@pytest.mark.parametrize(("text", "wanted"), [
    ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("::", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("::ffff:1.2.3.4", "1.2.3.4"), ("1::", "1::"),
    ("10:0:0:1:0:0:0:1", "10:0:0:1::1"), ("fe80::1%0", None), ("1.2.3.04", None), ("1.2.3", None),
    ("1" * 5000, None), ("", None), ("١.2.3.4", None)])
def test_addresses_are_written_as_rfc_5952_says(text: str, wanted: str | None) -> None:
    assert canonical(text) == wanted


@given(st.lists(st.one_of(V4, st.none(), st.text("0123456789.", max_size=16)), max_size=20))
def test_ipv4_numbers_agree_with_the_standard_library(values: list[str | None]) -> None:
    column = pa.array(["pad", *values], pa.string()).slice(1)
    numbers, known = v4_numbers(column)
    for value, number, is_v4 in zip(values, numbers.tolist(), known.tolist(), strict=True):
        assert is_v4 == (value is not None and canonical(value) == value)
        assert not is_v4 or ipaddress.IPv4Address(number) == ipaddress.IPv4Address(value)


def test_an_entry_that_is_no_network_is_refused() -> None:
    with pytest.raises(PolicyError, match="not a network"):
        networks(["192.0.2.0/33"])


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_networks_of_version_4_are_read_as_the_standard_library_reads_them(
        number: int, bits: int) -> None:
    net = ipaddress.ip_network((number, bits), strict=False)
    ends = (int(net.network_address), int(net.broadcast_address))
    assert v4_network(str(net)) == ends
    given = v4_network(f"{ipaddress.IPv4Address(number)}/{bits}")
    assert given == (ends if number == ends[0] else None)


@pytest.mark.parametrize("text", [
    "", "192.0.2.0", "192.0.2.0/33", "192.0.2.0/024", "192.0.02.0/24", "256.0.0.0/8", "1.2.3/24",
    "192.0.2.0/255.255.255.0", "192.0.2.0/-1", " 192.0.2.0/24", "192.0.2.0/24\n", "2001:db8::/32",
    "192.0.2.0/2٤", "192.0.2.0/24/24", "192.0.2.1/24"])
def test_other_spellings_of_networks_are_left_to_the_standard_library(text: str) -> None:
    assert v4_network(text) is None


GROUP = st.one_of(st.text("0123456789abcdefABCDEF", min_size=1, max_size=4),
                  st.sampled_from(["", ":", "1.2.3.4", "12345", "%1", "+1", "1_0", " 1", "g",
                                   "\n"]))


@given(text=st.one_of(
    st.lists(GROUP, max_size=10).map(":".join), st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.text(":0aF.", max_size=12)))
def test_ipv6_numbers_agree_with_the_standard_library(text: str) -> None:
    try:
        wanted = int(ipaddress.IPv6Address(text))
    except ValueError:
        assert v6_number(text) is None
    else:
        assert v6_number(text) == wanted
