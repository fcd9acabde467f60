"""Work done ahead: in order, bounded, and an error is where it belongs."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.events.ahead import WORKERS, ahead


@given(st.lists(st.integers()), st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(items: list[int], workers: int) -> None:
    assert list(ahead(items, lambda n: n * 2, workers)) == [n * 2 for n in items]


def test_few_items_are_held_at_once() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for n in range(10):
            taken.append(n)
            yield n

    for place, result in enumerate(ahead(items(), lambda n: n)):
        assert result == place
        assert len(taken) <= place + WORKERS + 1


def test_an_error_is_raised_where_its_item_was() -> None:
    found = ahead(range(5), lambda n: 6 // (3 - n))
    assert [next(found) for _ in range(3)] == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_one_worker_is_the_caller_itself() -> None:
    assert set(ahead(range(3), lambda _: threading.get_ident(), 1)) == {threading.get_ident()}
