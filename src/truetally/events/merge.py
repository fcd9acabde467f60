"""Join records read in bulk with those read one by one, in the order of the file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.distinct import joined

Ints = npt.NDArray[np.int64]
Part = tuple[Ints, Mapping[str, pa.Array]]


def in_order(schema: Mapping[str, pa.DataType], bulk: Sequence[Part],
             single: Sequence[tuple[int, Mapping[str, Any]]]) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the record numbers in ascending order and one array for each name in `schema`.

    `bulk` holds parts in order, each with its record numbers and columns. A column that a part or
    a record lacks is null there. Texts come as dictionary columns.
    """
    numbers = [rows for rows, _ in bulk]
    chunks = {name: [part.get(name, pa.nulls(len(rows), kind)) for rows, part in bulk]
              for name, kind in schema.items()}
    if single:
        numbers.append(np.array([row for row, _ in single], dtype=np.int64))
        for name, kind in schema.items():
            chunks[name].append(pa.array([fields.get(name) for _, fields in single], kind))
    rows = np.concatenate(numbers)
    columns = {name: joined(chunks[name]) if pa.types.is_string(kind)
               else pa.concat_arrays(chunks[name]) for name, kind in schema.items()}
    if not single:
        return rows, columns
    order = np.argsort(rows, kind="stable")
    return rows[order], {name: pc.take(column, pa.array(order)) for name, column in columns.items()}


def others(count: int, taken: Ints) -> list[int]:
    """Return the numbers below `count` that are not in `taken`, ascending."""
    left = np.ones(count, dtype=bool)
    left[taken] = False
    found: list[int] = np.flatnonzero(left).tolist()
    return found
