"""Find the items that lost the most: of a day's cube only sums are kept, texts stay codes."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.counts.breakdown import Judge
from truetally.counts.levels import weight

Weigh = Callable[[int], tuple[int, ...]]
SHOWN = ("events", "gross", "net", "total_net", "undetermined", "suspect",
         "watched_gross_ms")  # all of events but the last, which is of watch time
_LARGEST = (("lost", "descending"), ("gross", "descending"), ("item_id", "ascending"))


def weigher(judge: Judge) -> Weigh:
    """Say of a mask what one event of it adds to each of `SHOWN`; each mask is judged once."""
    return cache(lambda mask: tuple(weight(name, judge(mask), mask) for name in SHOWN))


def item_sums(cube: pa.Table, weigh: Weigh) -> pa.Table:
    """Add up what stands together of one item: item_id in a dictionary, and `SHOWN`.

    A stored cube is in the order of its items, so that this leaves one row an item. Of rows in any
    other order it leaves more, whose sums are as right.
    """
    item, mask = coded(cube["item_id"]), coded(cube["mask"])
    codes = pc.fill_null(item.indices, -1).to_numpy()
    first = np.flatnonzero(np.diff(codes, prepend=-2))
    of = np.array([weigh(m) for m in mask.dictionary.to_pylist()], np.int64)
    sums = of.reshape(-1, len(SHOWN)).T.take(mask.indices.to_numpy(), axis=1)
    sums[:-1] *= cube["events"].to_numpy()
    sums[-1] *= cube["watched_ms"].to_numpy()
    if len(first):
        sums = np.add.reduceat(sums, first, axis=1)
    return pa.table([item.take(pa.array(first)), *map(pa.array, sums)], ["item_id", *SHOWN])


def coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Give a column as codes of one dictionary."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole: pa.DictionaryArray = column.unify_dictionaries().combine_chunks()
    return whole


def largest_losses(days: Sequence[pa.Table], most: int) -> tuple[list[dict[str, Any]], int]:
    """Add `item_sums` of days up: the items that lost most, then the largest, and how many are.

    Lost is gross less total net.
    """
    rows = pa.concat_tables(days).unify_dictionaries()
    lost = pc.subtract(rows["gross"], rows["total_net"])
    every = rows.select(["item_id", "gross"]).append_column("lost", lost).group_by(
        "item_id").aggregate([("lost", "sum"), ("gross", "sum")])
    named = pa.table({"item_id": every["item_id"].cast(pa.string()), "lost": every["lost_sum"],
                      "gross": every["gross_sum"]})
    first = named.take(pc.select_k_unstable(named, k=min(most, len(named)), sort_keys=_LARGEST))
    summed = of_items(rows, first["item_id"]).group_by("item_id").aggregate(
        [(name, "sum") for name in SHOWN]).rename_columns(["item_id", *SHOWN])
    found = {row["item_id"]: row for row in summed.to_pylist()}
    return [found[item] for item in first["item_id"].to_pylist()], len(named)


def of_items(rows: pa.Table, wanted: pa.ChunkedArray) -> pa.Table:
    """Keep the rows of some items, as texts; the column's chunks share one dictionary."""
    chunks = rows["item_id"].chunks
    asked = [pc.is_in(each.dictionary, value_set=wanted) for each in chunks[:1]]
    here = [asked[0].take(each.indices) for each in chunks]
    kept = rows.filter(pa.chunked_array(here, pa.bool_()))
    at = rows.schema.get_field_index("item_id")
    return kept.set_column(at, "item_id", kept["item_id"].cast(pa.string()))
