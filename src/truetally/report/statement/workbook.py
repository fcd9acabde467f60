"""A statement as XLSX: a summary, every line, and sums that a sheet program checks by itself.

The same statement gives the same bytes: the times that a workbook carries are fixed.
"""

import io
import re
import zipfile
from decimal import Decimal
from typing import Any

from truetally.errors import InputError, problem
from truetally.report.safe import for_sheet
from truetally.report.statement.cells import Column, columns, head, kind_title, reason_title, row
from truetally.report.statement.facts import (
    statement_facts,
    statement_money,
    statement_warnings,
)
from truetally.report.words import Lang, say
from truetally.settlement.money import exact
from truetally.settlement.statement_data import Statement

_MOST_ROWS = 1_048_576  # of an XLSX sheet
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_COUNT_FORMAT, _MONEY_FORMAT, _EXACT_FORMAT = "#,##0", "#,##0.00", "#,##0.00#######"
_WIDTHS = {"item_id": 26, "name": 26, "period": 14, "kind": 12}
_CHECKED = ("gross", "void", "undetermined", "valid", "full", "held_back", "due", "paid_before",
            "pay_now", "claw_back")


def statement_xlsx(s: Statement, lang: Lang, titles: dict[str, str]) -> bytes:
    """Write a statement as a workbook.

    Raises:
        InputError: it has more lines than a sheet has rows.
    """
    from openpyxl import Workbook

    if len(s.lines) > _MOST_ROWS - 1:
        raise InputError(problem("a sheet cannot hold the statement", expected=f"{_MOST_ROWS} rows",
                                 found=f"{len(s.lines)} lines", then="take --format csv"))

    book = Workbook()
    found = columns(s)
    _summary(book.active, s, lang, titles)
    _lines(book.create_sheet(say("statement.sheet_lines", lang)), s, found, lang, titles)
    _checks(book.create_sheet(say("statement.sheet_checks", lang)), s, found, lang)
    for sheet in book.worksheets:
        _paper(sheet)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _paper(sheet: Any) -> None:
    """Let a printed sheet be as wide as a page across, with its heads on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"


def _plain(sheet: Any, at: tuple[int, int], text: str) -> Any:
    """Write a text that is never a formula."""
    cell = sheet.cell(*at)
    if text:
        cell.value = for_sheet(text)
        cell.data_type = "s"
    return cell


def _text(sheet: Any, at: tuple[int, int], text: str, *, bold: bool = False) -> None:
    """Write a text for a reader, wrapped."""
    from openpyxl.styles import Alignment, Font

    cell = _plain(sheet, at, text)
    cell.font = Font(name="Calibri", size=11, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _number(sheet: Any, at: tuple[int, int], value: Decimal | int, form: str) -> None:
    cell = sheet.cell(*at, value=value)
    cell.number_format = form


def _summary(sheet: Any, s: Statement, lang: Lang, titles: dict[str, str]) -> None:
    sheet.title = say("statement.sheet_summary", lang)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 74
    _text(sheet, (1, 1), say("statement.title", lang), bold=True)
    place = 2
    for warning in statement_warnings(s, lang):
        _text(sheet, (place, 2), warning, bold=True)
        place += 1
    for name, value in statement_facts(s, lang):
        _text(sheet, (place, 1), name)
        _text(sheet, (place, 2), value)
        place += 1
    for name, money in statement_money(s, lang):
        _text(sheet, (place, 1), name, bold=True)
        _number(sheet, (place, 2), Decimal(money), _MONEY_FORMAT)
        place += 1
    p = s.totals.plays
    plays = [("gross", p.gross), ("void", p.voided), ("undetermined", p.undetermined),
             ("valid", p.valid), ("suspect", p.suspect), ("not_counted", p.not_counted)]
    rows = [(say(f"statement.{name}", lang), n) for name, n in plays]
    rows += [(reason_title(code, lang, titles), n) for code, n in sorted(p.void.items())]
    for title, events in rows:
        _text(sheet, (place, 1), title)
        _number(sheet, (place, 2), events, _COUNT_FORMAT)
        place += 1


def _lines(sheet: Any, s: Statement, found: list[Column], lang: Lang,
           titles: dict[str, str]) -> None:
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(found, start=1):
        _text(sheet, (1, place), head(column, lang, titles), bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column.name, 15)
    form = _MONEY_FORMAT if s.contract.round_at == "line" else _EXACT_FORMAT
    for at, line in enumerate(s.lines, start=2):
        for place, (column, value) in enumerate(zip(found, row(line, found), strict=True), start=1):
            if column.name == "kind":
                _plain(sheet, (at, place), kind_title(line, lang))
            elif column.kind == "money":
                _number(sheet, (at, place), Decimal(exact(int(value or 0))), form)
            elif column.kind == "count":
                _number(sheet, (at, place), int(value or 0), _COUNT_FORMAT)
            else:
                _plain(sheet, (at, place), str(value or ""))
    sheet.freeze_panes = "E2"


def _checks(sheet: Any, s: Statement, found: list[Column], lang: Lang) -> None:
    """Let the sheet program add up the columns itself, beside what the statement says."""
    from openpyxl.utils import get_column_letter

    sheet.column_dimensions["A"].width = 34
    for place, name in enumerate(("column", "said", "summed", "difference"), start=1):
        _text(sheet, (1, place), say(f"statement.{name}", lang), bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 34 if place == 1 else 20
    lines = say("statement.sheet_lines", lang)
    names = [c.name for c in found]
    for at, name in enumerate(_CHECKED, start=2):
        letter = get_column_letter(names.index(name) + 1)
        money = found[names.index(name)].kind == "money"
        _text(sheet, (at, 1), say(f"statement.{name}", lang))
        _number(sheet, (at, 2), _said(s, name, money=money),
                _MONEY_FORMAT if money else _COUNT_FORMAT)
        last = max(2, len(s.lines) + 1)
        sheet.cell(at, 3, f"=SUM('{lines}'!{letter}2:{letter}{last})")
        sheet.cell(at, 4, f"=ROUND(C{at}-B{at},2)")
        for place in (3, 4):
            sheet.cell(at, place).number_format = _MONEY_FORMAT if money else _COUNT_FORMAT


def _said(s: Statement, name: str, *, money: bool) -> Decimal | int:
    """Give what the statement says a column comes to."""
    if money:
        return Decimal(exact(sum(getattr(x, f"{name}_nano") for x in s.lines)))
    plays = s.totals.plays
    return plays.voided if name == "void" else int(getattr(plays, name))


def _timeless(content: bytes) -> bytes:
    """Pack a workbook anew with fixed times, its parts in the order they came in."""
    out = io.BytesIO()
    with (zipfile.ZipFile(io.BytesIO(content)) as old,
          zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new):
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _CLOCK.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part,
                         compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
