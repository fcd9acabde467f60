"""Numbers to text, whole columns at a time: identifiers, addresses, pages."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.simulate.seeds import I64, U64, mix

V6 = 1 << 32  # an address number from here on is an IPv6 address
_HEX = np.array([f"{i:02x}".encode() for i in range(256)]).view("<u2")
_HALF = pa.array([f"{i >> 8}.{i & 255}" for i in range(1 << 16)])
_DIGITS = 16


def hex_text(numbers: U64) -> pa.Array:
    """Write 64-bit numbers as 16 lower-case hexadecimal digits."""
    data = _HEX[numbers.astype(">u8").view(np.uint8)]
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * _DIGITS
    return pa.Array.from_buffers(pa.string(), len(numbers),
                                 [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def address_text(numbers: I64) -> pa.Array:
    """Write addresses: below 2**32 IPv4 in dotted form, above IPv6 in 2001:db8::/32 (RFC 3849)."""
    four = np.where(numbers < V6, numbers, 0)
    text = pc.binary_join_element_wise(_HALF.take(pa.array(four >> 16)),
                                       _HALF.take(pa.array(four & 0xFFFF)), ".")
    six = np.flatnonzero(numbers >= V6)
    if not len(six):
        return text
    mask = np.zeros(len(numbers), dtype=bool)
    mask[six] = True
    return pc.replace_with_mask(text, pa.array(mask), pa.array(_v6(numbers[six])))


def _v6(numbers: I64) -> list[str]:
    """Network from the upper bits, interface from all: no group is 0, so nothing is shortened."""
    network = mix(numbers >> 32, 31).view("<u2").reshape(-1, 4) | 0x1000
    interface = mix(numbers, 32).view("<u2").reshape(-1, 4) | 0x1000
    return [f"2001:db8:{n[0]:x}:{n[1]:x}:{i[0]:x}:{i[1]:x}:{i[2]:x}:{i[3]:x}"
            for n, i in zip(network.tolist(), interface.tolist(), strict=True)]
