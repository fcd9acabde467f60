"""The lines of a statement as CSV: column names as in the JSON, amounts as exact decimal texts."""

from truetally.report.sheet import csv_sheet
from truetally.report.statement.cells import columns, row
from truetally.settlement.money import exact
from truetally.settlement.statement_data import Statement


def statement_csv(s: Statement) -> bytes:
    """Write every line (UTF-8 with a mark, CRLF). Amounts are in the contract's currency."""
    found = columns(s)
    money = [place for place, column in enumerate(found) if column.kind == "money"]
    rows = ([exact(int(value or 0)) if place in money else value
             for place, value in enumerate(row(line, found))] for line in s.lines)
    return csv_sheet([[column.name for column in found], *rows], numbers=money).encode()
