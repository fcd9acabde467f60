"""Read the list of test orders: plays the investigator bought, and so the ground truth."""

from pathlib import Path
from typing import Any

from truetally.attribution.ledgers.columns import ORDER, named_rows
from truetally.attribution.ledgers.order import Rejected, TestOrder, TestOrders
from truetally.attribution.ledgers.orders import CHINA_S
from truetally.attribution.ledgers.table import read_table

_NEEDED = ("id", "target", "start_ms", "end_ms", "done")


def read_test_orders(path: Path, *, zone_s: int = CHINA_S) -> TestOrders:
    """Read test orders (order, target, start, end, done); each must have all five.

    Times without a zone are `zone_s` seconds east of UTC; an end given as a day includes that day.

    Raises:
        InputError: the file is missing or damaged, or lacks one of the five columns.
    """
    table = read_table(path)
    found = named_rows(table, ORDER, _NEEDED, zone_s, path)
    orders, rejected = list[TestOrder](), list(found.rejected)
    for row in found.rows:
        values: dict[str, Any] = {name: row.values[name] for name in _NEEDED}
        if values["end_ms"] <= values["start_ms"]:
            rejected.append(Rejected(row=row.number, reason="it ends before it starts"))
        else:
            orders.append(TestOrder(**values, row=row.number))
    return TestOrders(path=table.path, sha256=table.sha256, orders=tuple(orders),
                      rejected=tuple(sorted(rejected, key=lambda one: one.row)))
