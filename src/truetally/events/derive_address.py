"""Networks of addresses, and whether lists of networks hold them."""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.errors import PolicyError, problem
from truetally.events.addresses import network, v4_network, v4_numbers, v6_number, v6_text

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """A list of networks as merged, ascending spans of addresses, both ends included."""

    v4_first: npt.NDArray[np.uint32]
    v4_last: npt.NDArray[np.uint32]
    v6_first: tuple[int, ...]
    v6_last: tuple[int, ...]

    def holds_v4(self, numbers: npt.NDArray[np.uint32]) -> Flags:
        """Tell which IPv4 addresses are in the list."""
        if not len(self.v4_first):
            return np.zeros(len(numbers), dtype=bool)
        at = np.searchsorted(self.v4_first, numbers, side="right").astype(np.int64) - 1
        held: Flags = (at >= 0) & (numbers <= self.v4_last[np.maximum(at, 0)])
        return held

    def holds_v6(self, number: int) -> bool:
        """Tell whether one IPv6 address is in the list."""
        at = bisect_right(self.v6_first, number) - 1
        return at >= 0 and number <= self.v6_last[at]


def networks(entries: Iterable[str]) -> Networks:
    """Read networks ("192.0.2.0/24", "2001:db8::/32", single addresses) into a list.

    Raises:
        PolicyError: an entry is not a network.
    """
    spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for entry in entries:
        if span := v4_network(entry):
            spans[4].append(span)
            continue
        net = _network(entry)
        spans[net.version].append((int(net.network_address), int(net.broadcast_address)))
    v4, v6 = _merged(spans[4]), _merged(spans[6])
    return Networks(v4_first=np.array([a for a, _ in v4], dtype=np.uint32),
                    v4_last=np.array([b for _, b in v4], dtype=np.uint32),
                    v6_first=tuple(a for a, _ in v6), v6_last=tuple(b for _, b in v6))


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return network(entry)
    except ValueError:
        pass  # spaces around it, or an address within it
    try:
        return ipaddress.ip_network(entry.strip(), strict=False)
    except ValueError as error:
        raise PolicyError(problem("an address list holds what is not a network",
                                  expected="such as 192.0.2.0/24", found=repr(entry),
                                  then="correct the list")) from error


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def derive_addresses(addresses: pa.Array, data_centre: Networks, exceptions: Networks,
                     gateways: Networks, *, named: bool = True) -> pa.Table:
    """Describe distinct addresses: version, network (/24 or /64), and which lists hold them.

    ip_data_centre is true in `data_centre` unless in `exceptions`; ip_gateway true in `gateways`.
    All is null where the address is null or is not one in canonical text. Networks are null, too,
    unless they are to be `named`.
    """
    column = addresses.cast(pa.string())
    numbers, is_v4 = v4_numbers(column)
    centre = data_centre.holds_v4(numbers) & ~exceptions.holds_v4(numbers)
    gateway = gateways.holds_v4(numbers)
    version = np.where(is_v4, 4, 0)
    rest = np.flatnonzero(~is_v4 & column.is_valid().to_numpy(zero_copy_only=False))
    six = {i: n for i, n in zip(rest.tolist(), _v6_numbers(column, rest), strict=True)
           if n is not None}
    for i, number in six.items():
        version[i] = 6
        centre[i] = data_centre.holds_v6(number) and not exceptions.holds_v6(number)
        gateway[i] = gateways.holds_v6(number)
    net = _networks_of(column, is_v4, six) if named else pa.nulls(len(column), pa.string())
    unknown = version == 0
    return pa.table({
        "ip": column, "ip_version": pa.array(version, pa.int64(), mask=unknown), "ip_net": net,
        "ip_data_centre": pa.array(centre, mask=unknown),
        "ip_gateway": pa.array(gateway, mask=unknown)})


def _networks_of(column: pa.Array, is_v4: Flags, six: Mapping[int, int]) -> pa.Array:
    """Name the network of each address; `six` are the places and numbers of those of IPv6."""
    net = pc.if_else(pa.array(is_v4), pc.replace_substring_regex(column, r"[0-9]+$", "0/24"), None)
    if not six:
        return net
    texts = [v6_text(n >> 64 << 64) + "/64" for n in six.values()]
    return pc.replace_with_mask(net, _mask(len(column), list(six)), pa.array(texts))


def _v6_numbers(column: pa.Array, places: npt.NDArray[np.int64]) -> list[int | None]:
    return [v6_number(text) for text in column.take(pa.array(places)).to_pylist()]


def _mask(length: int, places: list[int]) -> pa.Array:
    mask = np.zeros(length, dtype=bool)
    mask[places] = True
    return pa.array(mask)
