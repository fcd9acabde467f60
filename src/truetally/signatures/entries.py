"""One entry of a list: what is valid for each kind, and which observed values it covers."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.addresses import network, v4_network

Kind = Literal["networks", "host-suffixes", "plugin-lists", "patterns", "user-agents",
               "device-ids"]
LONGEST_VALUE = 20_000  # characters; the longest plugin list seen in practice is far shorter
LONGEST_PATTERN = 2_000
# A pattern of signs that stand for themselves, or for one sign each, and the same as `crawlers`
# writes it: RE2 takes it, and it does not match the empty text. To ask RE2 takes far longer.
_SIGNS = r"""\^?(?:[A-Za-z0-9 _/:;@!,'"&=<>~%#.-]|\\[-./()+\[\]])+\$?"""
_PLAIN = re.compile(rf"{_SIGNS}|\(\?-i:(?P<signs>{_SIGNS})\)\|\\b\(\?:(?P=signs)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value, who says so, since when (ISO 8601 date), and whether and why it was withdrawn."""

    value: str
    source: str
    added: str = ""
    withdrawn: str = ""
    reason: str = ""


def canonical_value(kind: Kind, value: str) -> str:
    """Return `value` in the one spelling of its kind.

    Raises ValueError, whose text says what is expected, if it is not valid for `kind`.
    """
    if not value or len(value) > LONGEST_VALUE:
        raise ValueError(f"1 to {LONGEST_VALUE} characters")
    if not value.isprintable() and any(
            unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in value):
        raise ValueError("text without control or invisible characters")
    return _CANONICAL[kind](value)


def covers(kind: Kind, value: str, observed: str) -> bool:
    """Say whether the observed text falls under the entry `value`."""
    if kind == "networks":
        try:
            address = ip_address(observed)
        except ValueError:
            return False
        held = network(value)
        return address.version == held.version and address in held
    if kind == "host-suffixes":
        return observed == value or (value.startswith(".") and observed.endswith(value))
    if kind == "patterns":
        return _matches(value, observed)
    return observed == value


def _network(value: str) -> str:
    if v4_network(value):
        return value
    try:
        return str(network(value))
    except ValueError:
        pass
    try:
        loose = ip_network(value, strict=False)
    except ValueError:
        raise ValueError("a network such as 192.0.2.0/24 or 2001:db8::/32") from None
    raise ValueError(f"a network address, perhaps {loose}")


def _host_suffix(value: str) -> str:
    host = value.lower()
    labels = host.removeprefix(".").split(".")
    legal = all(label and len(label) <= 63 and not label.startswith("-")
                and all(char in "abcdefghijklmnopqrstuvwxyz0123456789-_" for char in label)
                for label in labels)
    if not legal or len(host) > 254:
        raise ValueError("a host name, or .suffix for all hosts under it, in ASCII (xn--)")
    return host


def _pattern(value: str) -> str:
    if len(value) > LONGEST_PATTERN:
        raise ValueError(f"a pattern of at most {LONGEST_PATTERN} characters")
    if _PLAIN.fullmatch(value):
        return value
    try:
        matches_all = _matches(value, "")
    except pa.ArrowInvalid:
        raise ValueError("an RE2 pattern (no look-around, no back-references)") from None
    if matches_all:
        raise ValueError("a pattern that does not match the empty text, and so everything")
    return value


def _matches(pattern: str, text: str) -> bool:
    # RE2 matches in linear time whatever the pattern, so a hostile one cannot stall a run.
    found = pc.match_substring_regex(pa.scalar(text), pattern, ignore_case=True)
    return bool(found.as_py())


def _as_it_is(value: str) -> str:
    return value


_CANONICAL: Mapping[Kind, Callable[[str], str]] = {
    "networks": _network, "host-suffixes": _host_suffix, "patterns": _pattern,
    "plugin-lists": _as_it_is, "user-agents": _as_it_is, "device-ids": _as_it_is,
}
