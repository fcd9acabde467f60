"""Internet addresses as canonical text and as numbers, whole columns at a time.

IPv6 text after RFC 5952 (section 4); an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2), which a
dual-stack server logs for an IPv4 client, is that IPv4 address.
"""

import ipaddress
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.texts import spans

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
V4_PATTERN = rf"^{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}$"
_V4_NETWORK = re.compile(rf"({_OCTET})\.({_OCTET})\.({_OCTET})\.({_OCTET})/(3[0-2]|[12]?[0-9])")
_ZEROS = re.compile(r"(?:^|:)0(?::0)+(?=:|$)")
_MAPPED = 0xFFFF << 32
_LONGEST = 45
DOT, ZERO = np.uint8(ord(".")), np.uint8(ord("0"))
_GROUPS = "(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)"
_V6_GROUPS = re.compile(rf"{_GROUPS}|{_GROUPS}?::{_GROUPS}?")  # no IPv4 at its end, no zone


def canonical(text: str) -> str | None:
    """Return the canonical text of one address, or None if `text` is not one."""
    if len(text) > _LONGEST or "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    return v6_text(int(address))


def v4_network(text: str) -> tuple[int, int] | None:
    """Return the first and the last address of an IPv4 network in canonical text, or None.

    Lists hold thousands of networks, and most of them are of this kind.
    """
    found = _V4_NETWORK.fullmatch(text)
    if not found:
        return None
    a, b, c, d, bits = map(int, found.groups())
    first, hosts = a << 24 | b << 16 | c << 8 | d, (1 << 32 - bits) - 1
    return None if first & hosts else (first, first | hosts)


@lru_cache(1 << 14)
def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Read a network, raising ValueError; a list is checked and then made, so it is read twice."""
    return ipaddress.ip_network(text)


def v6_text(number: int) -> str:
    """Write a 128-bit address as RFC 5952 says: lower case, the longest run of zeros as "::"."""
    if number >> 32 == _MAPPED >> 32:
        return str(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    groups = ":".join(f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16))
    runs = [found[0] for found in _ZEROS.finditer(groups)]
    if not runs:
        return groups
    longest = max(runs, key=lambda run: run.count("0"))
    before, after = groups.split(longest, 1) if not groups.startswith(longest.lstrip(":")) \
        else ("", groups[len(longest.lstrip(":")):])
    return f"{before}::{after.lstrip(':')}"


def canonical_texts(texts: pa.Array) -> pa.Array:
    """Return canonical addresses of distinct texts, null where a text is not an address."""
    is_v4 = pc.match_substring_regex(texts, V4_PATTERN)
    if pc.all(is_v4).as_py() is not False:
        return texts
    odd = pc.invert(is_v4)
    fixed = pa.array(map(canonical, texts.filter(odd).to_pylist()), pa.string())
    return pc.replace_with_mask(texts, odd, fixed)


def v4_numbers(column: pa.Array) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """Return each IPv4 address as a number, 0 for others, and which are canonical IPv4 text."""
    matched = pc.fill_null(pc.match_substring_regex(column, V4_PATTERN), False)
    is_v4 = matched.to_numpy(zero_copy_only=False)
    number = np.zeros(len(column), dtype=np.uint32)
    number[is_v4] = _of_octets(column.filter(matched))
    return number, is_v4


def _of_octets(texts: pa.Array) -> npt.NDArray[np.uint32]:
    """Read canonical IPv4 addresses: every one has three dots, and its digits between them."""
    data, starts, ends = spans(texts)
    first, last = (int(starts[0]), int(ends[-1])) if len(texts) else (0, 0)
    dots = (np.flatnonzero(data[first:last] == DOT) + first).reshape(-1, 3)
    found = np.zeros(len(texts), dtype=np.uint32)
    for begin, end in zip((starts, *(dots.T + 1)), (*dots.T, ends), strict=True):
        octet = (data[end - 1] - ZERO).astype(np.uint32)
        for digit, worth in ((2, 10), (3, 100)):
            there = np.flatnonzero(end - begin >= digit)
            octet[there] += (data[end[there] - digit] - ZERO).astype(np.uint32) * np.uint32(worth)
        found = found << np.uint32(8) | octet
    return found


def v6_number(text: str) -> int | None:
    """Read an IPv6 address, None if it is not one (RFC 4291, 2.2), as `ipaddress` does."""
    if _V6_GROUPS.fullmatch(text):
        before, gap, after = text.partition("::")
        head, tail = (side.split(":") if side else [] for side in (before, after))
        missing = 8 - len(head) - len(tail)
        if missing > 0 if gap else not missing:
            groups = [*head, *["0"] * missing, *tail]
            return int("".join([group.zfill(4) for group in groups]), 16)
        return None
    try:
        return int(ipaddress.IPv6Address(text))
    except ValueError:
        return None
