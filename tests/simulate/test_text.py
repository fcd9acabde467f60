import ipaddress

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.simulate.items import item_names
from truetally.simulate.text import V6, address_text, hex_text


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_identities_are_sixteen_hexadecimal_digits(numbers: list[int]) -> None:
    text = hex_text(np.array(numbers, dtype=np.uint64)).to_pylist()
    assert text == [f"{n:016x}" for n in numbers]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1))
def test_addresses_below_two_to_the_32_are_dotted(numbers: list[int]) -> None:
    text = address_text(np.array(numbers)).to_pylist()
    assert text == [str(ipaddress.IPv4Address(n)) for n in numbers]


@given(st.lists(st.integers(V6, 2**62), min_size=1))
def test_addresses_above_are_canonical_and_of_the_documentation_network(
        numbers: list[int]) -> None:
    for text in address_text(np.array(numbers)).to_pylist():
        address = ipaddress.IPv6Address(text)
        assert str(address) == text
        assert address in ipaddress.IPv6Network("2001:db8::/32")


def test_one_home_keeps_its_network_while_its_address_changes() -> None:
    one, other = (ipaddress.IPv6Address(t) for t in
                  address_text(np.array([(9 << 32) + 1, (9 << 32) + 2])).to_pylist())
    assert one != other
    assert int(one) >> 64 == int(other) >> 64


def test_items_have_ten_digits_and_names_of_their_own() -> None:
    names = item_names(np.arange(200_000)).to_pylist()
    assert len(set(names)) == 200_000
    assert {len(n) for n in names} == {10}
