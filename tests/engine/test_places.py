"""Rows are put in order by the places of texts."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine.places import places, with_codes, with_texts

TEXTS = pa.table({"key": [40, 10, 30, 20], "text": ["a", "b", "é", "戏"]})


def test_texts_in_order_are_numbered_from_nothing() -> None:
    assert places(TEXTS).to_pydict() == {"key": [40, 10, 30, 20], "place": [0, 1, 2, 3]}


@given(st.lists(st.integers(0, 3)))
def test_codes_say_what_texts_say_and_name_no_text_that_is_not_there(found: list[int]) -> None:
    rows = pa.table({"day": [1] * len(found), "item_id": pa.array(found, pa.int32())})
    coded = with_codes(rows, "item_id", TEXTS)
    texts = with_texts(rows, "item_id", TEXTS)
    assert coded["item_id"].to_pylist() == texts["item_id"].to_pylist()
    for chunk in coded["item_id"].chunks:
        assert chunk.dictionary.to_pylist() == sorted(set(texts["item_id"].to_pylist()))
