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
    """Return each IPv4 address as a number, and which entries are canonical IPv4 text."""
    data, starts, ends = spans(column)
    number = np.zeros(len(column), dtype=np.uint32)
    octet = np.zeros(len(column), dtype=np.uint32)
    dots = np.zeros(len(column), dtype=np.uint8)
    is_v4 = pc.fill_null(pc.match_substring_regex(column, V4_PATTERN), False)
    for place in range(15):
        inside = starts + place < ends
        byte = data[np.minimum(starts + place, len(data) - 1)]
        dot = inside & (byte == 46)
        number = np.where(dot, (number << 8) | octet, number)
        octet = np.where(dot, 0, np.where(inside, octet * 10 + (byte - np.uint8(48)), octet))
        dots += dot
    return ((number << 8) | octet).astype(np.uint32), is_v4.to_numpy(zero_copy_only=False)
