"""The lines of a statement as CSV: column names as in the JSON, amounts as exact decimal texts."""

import csv
import io

from truetally.report.safe import for_sheet
from truetally.report.statement.cells import columns, row
from truetally.settlement.money import exact
from truetally.settlement.statement_data import Statement


def statement_csv(s: Statement) -> bytes:
    """Write every line (UTF-8 with a mark, CRLF). Amounts are in the contract's currency."""
    out = io.StringIO()
    out.write("\ufeff")  # a sheet program takes a CSV without it for the local code page
    found = columns(s)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([for_sheet(c.name) for c in found])
    for line in s.lines:
        cells: list[str | int | None] = []
        for column, value in zip(found, row(line, found), strict=True):
            if column.kind == "money":
                cells.append(exact(int(value or 0)))
            else:
                cells.append(for_sheet(value) if isinstance(value, str) else value)
        writer.writerow(cells)
    return out.getvalue().encode()
