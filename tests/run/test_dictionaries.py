"""What follows from distinct texts, looked at piece by piece as they come."""

from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine.spec import Engine, FactsSpec
from truetally.events.derive import derive_addresses, networks
from truetally.run.dictionaries import rows_of_texts

LISTED, NONE = networks(["192.0.2.0/24", "2001:db8::/32"]), networks([])
ADDRESSES = ["192.0.2.7", "198.51.100.1", "2001:db8::1", "2001:db9::1", "not one", ""]
COLUMNS = ("ip", "item_id", "user_agent")


def rows_of(texts: dict[str, list[list[str]]]) -> dict[str, pa.Table]:
    """Look at texts that an engine gives in these pieces; it notes whether one was left unread."""
    unread: list[str] = []

    def distinct(column: str, _: Any) -> Iterator[pa.Array]:
        assert not unread, "the engine was asked while it was still giving texts"
        unread.append(column)
        yield from (pa.array(piece, pa.string()) for piece in texts[column])
        unread.clear()

    def derived(column: str, piece: pa.Array) -> pa.Table:
        if column == "ip":
            return derive_addresses(piece, LISTED, NONE, NONE)
        return pa.table({column: piece})

    engine = cast("Engine", SimpleNamespace(distinct=distinct))
    spec = cast("FactsSpec", SimpleNamespace(dictionaries=lambda: tuple(texts)))
    found = {}
    for column, rows in rows_of_texts(engine, spec, derived):
        assert not unread, "a table would be made while texts are still to come"
        found[column] = rows
    return found


@given(cuts=st.lists(st.integers(0, len(ADDRESSES)), max_size=4))
def test_pieces_say_together_what_the_whole_says(cuts: list[int]) -> None:
    at = [0, *sorted(cuts), len(ADDRESSES)]
    pieces = [ADDRESSES[a:b] for a, b in pairwise(at)]
    found = rows_of({"ip": pieces})["ip"].combine_chunks()
    assert found.equals(derive_addresses(pa.array(ADDRESSES), LISTED, NONE, NONE))


def test_a_column_without_texts_has_its_columns_and_no_rows() -> None:
    found = rows_of({"ip": []})["ip"]
    assert found.num_rows == 0
    assert found.schema == derive_addresses(pa.array(ADDRESSES), LISTED, NONE, NONE).schema


def test_every_column_is_looked_at_those_that_take_a_while_first() -> None:
    found = rows_of({c: [[f"{c} {n}"] for n in range(5)] for c in sorted(COLUMNS)})
    assert list(found) == ["ip", "user_agent", "item_id"]
    assert found["item_id"]["item_id"].to_pylist() == [f"item_id {n}" for n in range(5)]


def test_an_error_of_one_piece_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.derive_addresses", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        rows_of({"ip": [["192.0.2.1"], ["192.0.2.2"]]})
