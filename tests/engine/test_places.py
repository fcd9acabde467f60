"""Rows are put in order by the places of texts."""

from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine import Resources, open_engine, places
from truetally.engine.places import as_stored, in_order, placed, with_codes, with_texts

TEXTS = pa.table({"text": ["a", "b", "é", "戏"]})


def test_keys_of_any_width_are_numbered_in_the_order_of_texts(tmp_path: Path) -> None:
    engine = open_engine("duckdb", Resources(temp=tmp_path, threads=1), ())
    engine.load("texts", pa.table({"text": ["戏", "b", None, "é", "a"], "n": [4, 2, 0, 3, 1]}))
    wide = ibis.table({"text": "string", "n": "int64"}, name="texts")
    engine.create("narrow", wide.select("text", "n"))
    engine.keyed("narrow", "device_id")
    engine.places("numbered", "narrow")
    rows = ibis.table({"text": "string", "n": "int64", "key": "int64"}, name="narrow")
    found = placed(rows.filter(rows.text.notnull()).select("key", "n"), {"key": "numbered"},
                   {"key": "int64"})
    assert sorted(engine.arrow(found).to_pylist(), key=lambda row: row["n"]) == [
        {"key": n, "n": n + 1} for n in range(4)]
    assert engine.arrow(in_order("narrow", "int64")) == TEXTS
    engine.close()


@given(st.lists(st.integers(0, 3)))
def test_codes_say_what_texts_say_and_name_no_text_that_is_not_there(found: list[int]) -> None:
    rows = pa.table({"day": [1] * len(found), "item_id": pa.array(found, pa.int32())})
    coded = with_codes(rows, "item_id", TEXTS)
    texts = with_texts(rows, "item_id", TEXTS)
    assert coded["item_id"].to_pylist() == texts["item_id"].to_pylist()
    for chunk in coded["item_id"].chunks:
        assert chunk.dictionary.to_pylist() == sorted(set(texts["item_id"].to_pylist()))


def test_texts_are_stored_plain_or_as_codes_by_the_memory_they_take(
        monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pa.table({"item_id": pa.array([0, 0, 1], pa.int32())})
    taken = sum(map(len, as_stored(rows, "item_id", TEXTS)["item_id"].to_pylist()))
    kinds = []
    for most in (taken, taken - 1):
        monkeypatch.setattr(places, "MOST_PLAIN", most)
        kinds.append(as_stored(rows, "item_id", TEXTS)["item_id"].type)
        assert as_stored(rows, "item_id", TEXTS)["item_id"].to_pylist() == with_texts(
            rows, "item_id", TEXTS)["item_id"].to_pylist()
    assert [pa.types.is_dictionary(kind) for kind in kinds] == [False, True]
