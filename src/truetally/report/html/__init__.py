"""The report page: one file that needs no network and no script, and tables beside it."""

from truetally.report.html.page import write_report

__all__ = ["write_report"]
