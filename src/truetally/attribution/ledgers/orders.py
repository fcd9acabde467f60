"""Read a seller's order ledger: CSV or XLSX, Chinese or English column names."""

from pathlib import Path
from typing import Any

from truetally.attribution.ledgers.columns import ORDER, named_rows
from truetally.attribution.ledgers.order import Ledger, Order
from truetally.attribution.ledgers.table import read_table

CHINA_S = 8 * 3600


def read_orders(path: Path, *, zone_s: int = CHINA_S) -> Ledger:
    """Read the orders of a ledger; times without a zone are `zone_s` seconds east of UTC.

    An order needs its id alone. A cell that cannot be read is unknown, and told in `rejected`.

    Raises:
        InputError: the file is missing or damaged, or has no column of order ids.
    """
    table = read_table(path)
    found = named_rows(table, ORDER, ("id",), zone_s, path)
    orders = []
    for row in found.rows:
        values: dict[str, Any] = {name: row.values.get(name) for name in ORDER}
        orders.append(Order(**values, row=row.number, others=row.others))
    return Ledger(path=table.path, sha256=table.sha256, orders=tuple(orders),
                  rejected=found.rejected)
