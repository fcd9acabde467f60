"""A day's cube under other masks, and unique items anew, against a count row by row."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.cube import CUBE_KEYS
from truetally.counts.recount import TEXTS, remasked, replaced

KEYS = st.tuples(st.sampled_from(["a", "b", "真"]), st.sampled_from([None, "", "pc"]),
                 st.sampled_from([None, "110000"]), st.integers(0, 5))
CELLS = st.dictionaries(KEYS, st.tuples(st.integers(1, 9), st.integers(0, 99)), max_size=20)
MOVES = st.lists(st.integers(0, 3), min_size=6, max_size=6)
Cells = dict[tuple[str, str | None, str | None, int], tuple[int, int]]


def cube(cells: Cells) -> pa.Table:
    """Lay cells out as a day's cube is stored: in the order of its keys, unknown last."""
    rows = [(7, *key, *sums) for key, sums in cells.items()]
    rows.sort(key=lambda r: tuple((v is None, v or "") if i in (2, 3) else (False, v)
                                  for i, v in enumerate(r)))
    columns = list(zip(*rows, strict=True)) or [()] * 7
    types = (pa.int32(), *[pa.string()] * 3, *[pa.int64()] * 3)
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(
        (*CUBE_KEYS, "events", "watched_ms"), columns, types, strict=True)})


@given(cells=CELLS, moves=MOVES, coded=st.booleans())
def test_a_cube_under_other_masks_is_the_cube_of_the_moved_events(
        cells: Cells, moves: list[int], *, coded: bool) -> None:
    wanted: Cells = defaultdict(lambda: (0, 0))
    for (*key, mask), sums in cells.items():
        to = (*key, moves[mask])
        wanted[to] = (wanted[to][0] + sums[0], wanted[to][1] + sums[1])
    table = cube(cells)
    if coded:
        table = pa.table({n: c.combine_chunks().dictionary_encode() if n in TEXTS else c
                          for n, c in zip(table.column_names, table.columns, strict=True)})
    masks = np.array([moves[m] for m in table["mask"].to_pylist()], dtype=np.int64)
    assert remasked(table, masks).equals(cube(wanted))


@pytest.mark.parametrize("items", [(), ("b",), ("a", "b", "c")])
def test_the_unique_items_of_some_items_are_put_in_the_place_of_the_old(
        items: tuple[str, ...]) -> None:
    old = pa.table({"day": pa.array([1] * 3, pa.int32()), "item_id": ["a", "b", "c"],
                    "unique_gross": [1, 2, 3]})
    new = pa.table({"day": pa.array([1] * len(items), pa.int32()),
                    "item_id": pa.array(items, pa.string()),
                    "unique_gross": pa.array([9] * len(items), pa.int64())})
    assert replaced(old, new)["unique_gross"].to_pylist() == [
        9 if name in items else n for name, n in (("a", 1), ("b", 2), ("c", 3))]
