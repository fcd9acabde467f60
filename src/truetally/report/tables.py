"""The breakdowns as CSV beside the page, for the accountant's sheet."""

from collections.abc import Mapping, Sequence

from truetally.report.data import Line, ReportData
from truetally.report.sheet import csv_sheet

_COLUMNS = ("gross", "net", "total_net", "not_counted", "givt", "sivt", "undetermined", "suspect",
            "watched_ms", "unique")


def sheets(data: ReportData) -> Mapping[str, str]:
    """Write each breakdown as a CSV file (UTF-8 with a mark, CRLF): name of the file -> its text.

    Column names are the JSON's. Unknown is an empty cell; the key of an unknown group is empty too.
    """
    return {"by_day.csv": _sheet("day", data.by_day), "by_item.csv": _sheet("item", data.by_item),
            "by_reason.csv": _sheet("reason", data.by_reason),
            "by_terminal.csv": _sheet("terminal", data.by_terminal),
            "by_region.csv": _sheet("region", data.by_region)}


def _sheet(key: str, lines: Sequence[Line]) -> str:
    rows = ((line.key, *(getattr(line, column) for column in _COLUMNS)) for line in lines)
    return csv_sheet([(key, *_COLUMNS), *rows])
