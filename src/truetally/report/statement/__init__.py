"""A royalty statement as files: CSV for programs, XLSX for accountants, PDF to sign."""

from truetally.report.statement.files import FORMATS, ready, write_statement

__all__ = ["FORMATS", "ready", "write_statement"]
