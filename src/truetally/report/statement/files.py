"""Write a statement's file in one of its formats."""

import importlib.util
from pathlib import Path
from typing import Literal, get_args

from truetally.errors import InputError, problem
from truetally.report.statement.print import fonts, statement_pdf
from truetally.report.statement.sheet import statement_csv
from truetally.report.statement.workbook import statement_xlsx
from truetally.report.words import Lang
from truetally.settlement.statement_data import Statement

Format = Literal["csv", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)


def statement_bytes(s: Statement, form: Format, lang: Lang, titles: dict[str, str]) -> bytes:
    """Make the file of one format; `titles` names criteria by their codes."""
    if form == "csv":
        return statement_csv(s)
    return (statement_xlsx if form == "xlsx" else statement_pdf)(s, lang, titles)


def ready(forms: list[Format]) -> None:
    """Look, before anything is issued, that the packages of these formats are installed.

    Raises:
        InputError: one is not.
    """
    if "pdf" in forms:
        fonts()
    if "xlsx" in forms and importlib.util.find_spec("openpyxl") is None:
        raise InputError(problem("XLSX needs a package that is not installed",
                                 expected="the extra money",
                                 then="pip install 'truetally[money]', or take --format csv"))


def write_statement(path: Path, s: Statement, form: Format, lang: Lang,
                    titles: dict[str, str]) -> Path:
    """Write a statement to `path` in one step and return it.

    Raises OSError if the folder cannot be written.
    """
    content = statement_bytes(s, form, lang, titles)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_bytes(content)
        return draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
