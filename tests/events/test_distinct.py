"""Columns of distinct texts and codes say what the plain columns say."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from truetally.events import distinct

TEXTS = st.lists(st.none() | st.sampled_from(["", "a", "A", "bb", "中"]), max_size=12)


def column(texts: list[str | None]) -> pa.Array:
    return distinct.encoded(pa.array(texts, pa.string()))


def is_tidy(found: pa.Array) -> bool:
    values = found.dictionary.to_pylist()
    return None not in values and len(set(values)) == len(values)


@given(TEXTS)
def test_a_change_of_distinct_texts_is_a_change_of_every_text(texts: list[str | None]) -> None:
    made = {"": None, "A": "a"}
    found = distinct.changed(column(texts), lambda values: pa.array(
        [made.get(value, value) for value in values.to_pylist()], pa.string()))
    assert found.to_pylist() == [None if t is None else made.get(t, t) for t in texts]
    assert is_tidy(found)


@given(TEXTS)
def test_a_test_of_distinct_texts_is_a_test_of_every_text(texts: list[str | None]) -> None:
    for given_column in (column(texts), pa.array(texts, pa.string())):
        found = distinct.tested(given_column, lambda values: pc.equal(values, "a"))
        assert found.to_pylist() == [None if t is None else t == "a" for t in texts]


@given(st.lists(TEXTS, max_size=4))
def test_joined_chunks_are_one_column(chunks: list[list[str | None]]) -> None:
    found = distinct.joined([pa.array(chunk, pa.string()) for chunk in chunks])
    assert found.to_pylist() == [text for chunk in chunks for text in chunk]
    assert is_tidy(found)


@given(TEXTS, st.integers(0, 12))
def test_texts_that_no_row_has_are_dropped(texts: list[str | None], first: int) -> None:
    found = distinct.compact(column(texts).slice(first))
    assert found.to_pylist() == texts[first:]
    assert set(found.dictionary.to_pylist()) == {t for t in texts[first:] if t is not None}


def test_a_constant_of_no_rows_has_no_texts() -> None:
    assert distinct.constant("view", 2).to_pylist() == ["view", "view"]
    assert distinct.constant("view", 0).to_pylist() == []
