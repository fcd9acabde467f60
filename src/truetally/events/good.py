"""Which rows are events at all: one rule, as an Arrow mask and as the same condition in SQL."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.distinct import tested
from truetally.events.schema import EARLIEST_MS, KINDS, LATEST_MS

REASONS = ("", "time unknown", "time out of range", "kind unknown",
           f"kind is none of {', '.join(KINDS)}", "item unknown")


def good_row_sql(prefix: str = "") -> str:
    """Return the SQL condition (true, never null) that keeps exactly the accepted rows.

    It holds for DuckDB and Spark and names only time_ms, kind and item_id; `prefix` is put before
    each name, for example ``"e."``.
    """
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    return (f"({prefix}time_ms IS NOT NULL AND {prefix}time_ms >= {EARLIEST_MS} "
            f"AND {prefix}time_ms <= {LATEST_MS} AND {prefix}kind IS NOT NULL "
            f"AND {prefix}kind IN ({kinds}) AND {prefix}item_id IS NOT NULL "
            f"AND {prefix}item_id <> '')")


def row_faults(time_ms: pa.Array, kind: pa.Array, item_id: pa.Array) -> npt.NDArray[np.uint8]:
    """Return for each row 0 if it is an event, else the place of its first reason in REASONS.

    Texts may stand in dictionaries.
    """
    checks = (
        pc.is_null(time_ms),
        pc.invert(pc.and_(pc.greater_equal(time_ms, EARLIEST_MS),
                          pc.less_equal(time_ms, LATEST_MS))),
        pc.is_null(kind),
        pc.invert(tested(kind, lambda texts: pc.is_in(texts, value_set=pa.array(KINDS)))),
        pc.fill_null(tested(item_id, lambda texts: pc.equal(texts, "")), True),
    )
    fault = np.zeros(len(time_ms), dtype=np.uint8)
    for place, check in reversed(tuple(enumerate(checks, 1))):
        if pc.any(check).as_py():
            fault[pc.fill_null(check, False).to_numpy(zero_copy_only=False)] = place
    return fault
