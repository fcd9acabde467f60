"""Rows as CSV for a sheet program: UTF-8 with a mark, CRLF, and never a formula."""

import csv
import io
from collections.abc import Collection, Iterable

from truetally.report.safe import for_sheet


def csv_sheet(rows: Iterable[Iterable[object]], numbers: Collection[int] = ()) -> str:
    """Write rows, the head first. Texts are guarded, null is an empty cell.

    `numbers` are the places of columns whose texts are numbers that we wrote ourselves: a minus
    before an amount begins no formula.
    """
    out = io.StringIO()
    out.write("\ufeff")  # a sheet program takes a CSV without it for the local code page
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([for_sheet(cell) if isinstance(cell, str) and place not in numbers
                         else cell for place, cell in enumerate(row)])
    return out.getvalue()
