"""Join records read in bulk with those read one by one, in the order of the file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


def in_order(schema: Mapping[str, pa.DataType], fast_rows: Ints, fast: Mapping[str, pa.Array],
             slow: Sequence[tuple[int, Mapping[str, Any]]]) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the record numbers in ascending order and one array for each name in `schema`.

    A column that one side lacks is null there.
    """
    if not slow:
        return fast_rows, {n: fast.get(n, pa.nulls(len(fast_rows), t)) for n, t in schema.items()}
    rows = np.concatenate((fast_rows, np.array([row for row, _ in slow], dtype=np.int64)))
    order = pa.array(np.argsort(rows, kind="stable"))
    columns = {}
    for name, kind in schema.items():
        bulk = fast.get(name, pa.nulls(len(fast_rows), kind))
        single = pa.array([fields.get(name) for _, fields in slow], kind)
        columns[name] = pc.take(pa.concat_arrays([bulk, single]), order)
    return rows[order.to_numpy()], columns


def others(count: int, taken: Ints) -> Iterable[int]:
    """Return the numbers below `count` that are not in `taken`."""
    left = np.ones(count, dtype=bool)
    left[taken] = False
    found: list[int] = np.flatnonzero(left).tolist()
    return found
