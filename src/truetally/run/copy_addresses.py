"""Pseudonyms of addresses that decide alike: equal addresses, networks, and lists stay so.

A /24 (IPv6: /64) becomes another one, its hosts other hosts; which one follows from a keyed hash.
IPv4 pseudonyms are counted up from 240.0.0.0, a range that no host on the internet has; IPv6 ones
from 2001:db8::, which is for documentation (RFC 3849). What is no address stays none.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence

from truetally.events.addresses import v6_text
from truetally.evidence.fields import pseudonym

_FIRST_V4 = 0xF00000  # of the 2^24 networks of 256 addresses
_NETWORKS_V4 = 1 << 24
_FIRST_V6 = 0x20010DB8 << 96
_HOSTS_V6 = (1 << 64) - 1


def address_pseudonyms(addresses: Iterable[str], key: str) -> dict[str, str]:
    """Map every distinct address to its pseudonym; different ones never share one."""
    four: dict[int, list[str]] = {}
    six: dict[int, list[str]] = {}
    found: dict[str, str] = {}
    for text in sorted(set(addresses)):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            address = None
        if address is None or "%" in text or _spelled(address) != text:
            found[text] = "~" + pseudonym(key, "ip", text)
        elif address.version == 4:
            four.setdefault(int(address) >> 8, []).append(text)
        else:
            six.setdefault(int(address) >> 64, []).append(text)
    for place, (_, hosts) in enumerate(_shuffled(four, key)):
        net = (_FIRST_V4 + place) % _NETWORKS_V4
        found |= {host: str(ipaddress.IPv4Address((net << 8) + number))
                  for number, host in enumerate(_by_hash(hosts, key))}
    for place, (_, hosts) in enumerate(_shuffled(six, key)):
        found |= {host: v6_text(_FIRST_V6 + (place << 64) + (number & _HOSTS_V6))
                  for number, host in enumerate(_by_hash(hosts, key), 1)}
    return found


def _spelled(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return str(address) if address.version == 4 else v6_text(int(address))


def _shuffled(networks: Mapping[int, list[str]], key: str) -> list[tuple[int, list[str]]]:
    return sorted(networks.items(), key=lambda item: pseudonym(key, "network", str(item[0])))


def _by_hash(hosts: Sequence[str], key: str) -> list[str]:
    return sorted(hosts, key=lambda host: pseudonym(key, "ip", host))


def network_of(address: str) -> str:
    """Write a single address as a list's entry."""
    return f"{address}/{32 if '.' in address else 128}"
