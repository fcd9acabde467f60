"""The order of numbers, beside NumPy's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine import order as ordering
from truetally.engine.order import order_of

ANY = st.lists(st.integers(0, 2**64 - 1), max_size=40)
CLOSE = st.lists(st.integers(2**63, 2**63 + 7), max_size=40)  # apart in their lowest bits alone


@given(numbers=ANY | CLOSE)
def test_numbers_come_in_their_order_and_each_place_once(numbers: list[int]) -> None:
    keys = np.array(numbers, dtype=np.uint64)
    order = order_of(keys)
    assert sorted(order.tolist()) == list(range(len(numbers)))
    assert keys[order].tolist() == sorted(numbers)


@given(numbers=st.lists(st.integers(0, 2**63 - 1), max_size=40))
def test_signed_numbers_come_in_their_order_too(numbers: list[int]) -> None:
    assert np.array(numbers, dtype=np.int64)[order_of(np.array(numbers, dtype=np.int64))].tolist() \
        == sorted(numbers)


@pytest.mark.parametrize("most", [0, 2, 1000])
def test_lowest_bits_decide_however_many_are_undecided(
        monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(ordering, "UNDECIDED", most)
    keys = np.array([2**63 + low for low in (3, 1, 2, 0, 3, 1)] + [5, 2**64 - 1], dtype=np.uint64)
    assert keys[order_of(keys)].tolist() == sorted(keys.tolist())
