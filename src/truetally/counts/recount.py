"""Count again from counts: a day's cube under other masks, and unique items of some items anew."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.counts.cube import CUBE_KEYS, sums

Whole = npt.NDArray[np.int64]
TEXTS = ("item_id", "terminal", "region")
_MEASURES = ("events", "watched_ms")


def remasked(cube: pa.Table, masks: Whole) -> pa.Table:
    """Give every row of one day's cube another mask; rows that become alike are added up.

    The rows are in the order of `CUBE_KEYS`, and so are the rows returned. Texts may be
    dictionary-coded, each column by one dictionary; they are returned as texts.
    """
    group = _cells(cube)
    order = np.lexsort((masks, group))
    mask, group = masks[order], group[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (group[1:] != group[:-1]) | (mask[1:] != mask[:-1])
    first = np.flatnonzero(new)
    kept = cube.take(pa.array(order[first]))
    columns = {name: kept[name].cast(pa.string()) if name in TEXTS else kept[name]
               for name in CUBE_KEYS} | {"mask": pa.array(mask[first], pa.int64())}
    columns |= {name: pa.array(sums(cube[name].to_numpy()[order], first), pa.int64())
                for name in _MEASURES}
    return pa.table(columns)


def _cells(cube: pa.Table) -> Whole:
    """Number the combinations of all keys but the mask, in their order."""
    new = np.zeros(cube.num_rows, dtype=bool)
    for name in TEXTS:
        codes = _codes(cube[name])
        new[1:] |= codes[1:] != codes[:-1]
    return np.cumsum(new)


def _codes(column: pa.ChunkedArray) -> Whole:
    """Give equal texts equal numbers, unknown ones -1."""
    whole = column.combine_chunks()
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    codes: Whole = pc.fill_null(coded.indices, -1).to_numpy()
    return codes


def replaced(unique: pa.Table, new: pa.Table) -> pa.Table:
    """Put the rows of some items into one day's unique items, in the place of their old rows."""
    kept = unique.filter(pc.invert(pc.is_in(unique["item_id"], value_set=new["item_id"])))
    return pa.concat_tables([kept, new.select(kept.column_names).cast(kept.schema)]).sort_by(
        [("day", "ascending"), ("item_id", "ascending")])
