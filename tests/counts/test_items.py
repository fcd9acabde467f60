"""The items that lost the most, against the whole cube added up and sorted."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.counts.test_levels import judge, table

from truetally.counts.items import SHOWN, coded, item_sums, largest_losses, of_items, weigher
from truetally.counts.levels import by_level

ROWS = st.lists(st.tuples(st.just(1), st.sampled_from(["a", "b", "真"]), st.integers(0, 9),
                          st.integers(1, 50), st.integers(0, 10**6)), max_size=20)


@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 5))
def test_days_added_up_give_the_items_that_lost_most_in_whatever_order_their_rows_are(
        days: list[list[tuple[int, str, int, int, int]]], most: int) -> None:
    whole = by_level(table([row for day in days for row in day]), judge, ("item_id",)).to_pylist()
    whole.sort(key=lambda r: (r["total_net"] - r["gross"], -r["gross"], r["item_id"]))
    found, in_all = largest_losses([item_sums(table(day), weigher(judge)) for day in days], most)
    assert in_all == len(whole)
    assert found == [{k: r[k] for k in ("item_id", *SHOWN)} for r in whole[:most]]


def test_texts_in_dictionaries_and_in_chunks_are_the_same_items() -> None:
    one = pa.chunked_array([pa.array(["b", "a"]).dictionary_encode(),
                            pa.array(["a", "c"]).dictionary_encode()])
    assert coded(one).to_pylist() == coded(one.cast(pa.string())).to_pylist() == [*"baac"]
    rows = pa.table({"item_id": one, "n": [1, 2, 3, 4]}).unify_dictionaries()
    assert of_items(rows, pa.chunked_array([["a", "x"]]))["n"].to_pylist() == [2, 3]
