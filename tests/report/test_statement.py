"""A statement's files say what the statement says: CSV and XLSX cell by cell, PDF byte by byte."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.settlement.contracts import CONTRACT

from truetally.criteria import all_criteria
from truetally.decisions.verdict import Verdict
from truetally.errors import InputError
from truetally.report.statement.cells import columns, row
from truetally.report.statement.files import Format, ready, statement_bytes, write_statement
from truetally.report.statement.print import statement_pdf
from truetally.report.statement.workbook import statement_xlsx
from truetally.report.terminal.statement import statement_view
from truetally.report.words import LANGS, Lang
from truetally.settlement.contract import parse_contract
from truetally.settlement.money import exact
from truetally.settlement.plays import Counted, sort_plays
from truetally.settlement.statement import Line, make_lines
from truetally.settlement.statement_data import Basis, Statement
from truetally.settlement.terms import entry_of
from truetally.settlement.totals import add_up, with_earlier
from truetally.settlement.unnamed import Unnamed

EVIL = "=cmd|' /C calc'!A0<b>\x1b[31m\u202e#"
TITLES = {code: c.zh.title for code, c in all_criteria().items()}
FORMS: tuple[Format, ...] = ("csv", "xlsx", "pdf")


def judge(mask: int) -> Verdict:
    return (Verdict(verdict="valid", primary="", suspect=False),
            Verdict(verdict="sivt", primary="stay-heaping", suspect=False),
            Verdict(verdict="undetermined", primary="", suspect=False))[mask]


def statement(item: str = "series-a", round_at: str = "line", name: str = "Studio") -> Statement:
    """A statement of two items with everything a line can have; its texts may be hostile."""
    text = CONTRACT.replace('round_at = "line"', f'round_at = "{round_at}"')
    contract = replace(parse_contract(text, "x"), payee=name)
    rows = [Counted(item_id=i, period=p, mask=m, standing=s, events=100 * (m + 1) + p)
            for i in ("film", item) for p in (0, 1) for m in (0, 1, 2) for s in (0, 1, 2)]
    entries = entry_of(contract, ["film", "series-a"]) | {
        item: contract.entries[1]}
    lines = make_lines(contract, sort_plays(rows, judge), entries, Unnamed(fakes={"film": 7}), None)
    lines = with_earlier(lines, {("2017-09", "item", "film"): 10**12})
    return Statement(
        number="", as_of="2017-10-31", contract=contract, lines=tuple(lines),
        totals=add_up(lines), earlier=("C-1/001",), days_missing={"2017-10": 3},
        basis=Basis(case="case", digest="d" * 64, policy="video", policy_sha256="e" * 64,
                    offset="+08:00", synthetic=True, estimate_file="estimate/a.json"))


def text_of(cell: Any) -> str:
    return "" if cell is None else str(cell)


def test_every_cell_of_the_csv_is_the_lines_own() -> None:
    s = statement()
    table = list(csv.reader(io.StringIO(statement_bytes(s, "csv", "en", {}).decode("utf-8-sig"))))
    found = columns(s)
    assert table[0] == [c.name for c in found]
    assert len(table) == len(s.lines) + 1
    for cells, line in zip(table[1:], s.lines, strict=True):
        wanted = [exact(int(v or 0)) if c.kind == "money" else text_of(v)
                  for c, v in zip(found, row(line, found), strict=True)]
        assert cells == wanted


@pytest.mark.parametrize("round_at", ["line", "total"])
def test_every_cell_of_the_workbook_is_the_lines_own(round_at: str) -> None:
    s = statement(round_at=round_at)
    book = openpyxl.load_workbook(io.BytesIO(statement_bytes(s, "xlsx", "en", TITLES)))
    sheet, found = book["Lines"], columns(s)
    assert (sheet.max_row, sheet.max_column) == (len(s.lines) + 1, len(found))
    for at, line in enumerate(s.lines, start=2):
        for place, (column, value) in enumerate(zip(found, row(line, found), strict=True), start=1):
            cell = sheet.cell(at, place).value
            if column.kind == "money":
                assert Decimal(str(cell)) == Decimal(exact(int(value or 0)))
            elif column.kind == "count":
                assert cell == value
            elif column.name != "kind":
                assert text_of(cell) == text_of(value)


def test_the_workbook_adds_its_columns_up_by_itself() -> None:
    s = statement()
    book = openpyxl.load_workbook(io.BytesIO(statement_bytes(s, "xlsx", "en", {})))
    lines, checks = book["Lines"], book["Checks"]
    for at in range(2, checks.max_row + 1):
        letter, first, last = re.fullmatch(r"=SUM\('Lines'!([A-Z]+)(\d+):[A-Z]+(\d+)\)",
                                           checks.cell(at, 3).value).groups()
        column = [lines[f"{letter}{n}"].value for n in range(int(first), int(last) + 1)]
        total = sum(Decimal(str(v)) for v in column)
        assert total == Decimal(str(checks.cell(at, 2).value))
        assert len(column) == len(s.lines)


def test_the_summary_says_what_is_to_pay() -> None:
    s = statement()
    book = openpyxl.load_workbook(io.BytesIO(statement_bytes(s, "xlsx", "zh", TITLES)))
    said = {r[0].value: r[1].value for r in book["汇总"].iter_rows()}
    assert Decimal(str(said["本次应付"])) == Decimal(s.totals.pay_fen) / 100
    assert Decimal(str(said["应退回"])) == Decimal(s.totals.claw_back_fen) / 100
    assert said["收款方"] == "Studio"
    assert said["停留时长堆积" if "停留时长堆积" in said else TITLES["stay-heaping"]] == \
        s.totals.plays.void["stay-heaping"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
def test_the_same_statement_gives_the_same_bytes(form: Format, lang: Lang) -> None:
    assert statement_bytes(statement(), form, lang, TITLES) == statement_bytes(
        statement(), form, lang, TITLES)


def test_no_text_of_the_data_becomes_a_formula() -> None:
    s = statement(EVIL, name=EVIL)
    book = openpyxl.load_workbook(io.BytesIO(statement_bytes(s, "xlsx", "en", {})))
    formulas = {cell.coordinate for sheet in (book["Summary"], book["Lines"])
                for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"}
    assert formulas == set()
    raw = statement_bytes(s, "csv", "en", {}).decode("utf-8-sig")
    assert all(not field.startswith(("=", "+", "@")) and "\x1b" not in field
               for cells in csv.reader(io.StringIO(raw)) for field in cells)


def test_a_hostile_name_is_set_as_text_in_the_pdf() -> None:
    hostile = statement(EVIL, name='#read("/etc/passwd") $x$ @ref <a> *b* \\ ]')
    assert statement_pdf(hostile, "zh", TITLES).startswith(b"%PDF-1.7")


def test_the_pdf_is_for_archives_with_its_own_fonts_and_the_statements_date() -> None:
    content = statement_pdf(statement(), "zh", TITLES)
    assert b"pdfaid:part" in content
    assert b"NotoSansCJK" in content
    assert b"D:20171031" in content


def test_a_long_statement_is_cut_on_paper_and_adds_up() -> None:
    s = statement()
    more = tuple(Line(period="2017-09", kind="item", item_id=f"i{n}", name=f"i{n}")
                 for n in range(200))
    long = replace(s, lines=(*s.lines, *more))
    whole, cut = (statement_pdf(long, "en", TITLES, most) for most in (300, 5))
    assert len(cut) < len(whole)


def test_a_sheet_that_cannot_hold_a_statement_is_refused() -> None:
    s = statement()
    with pytest.raises(InputError, match="--format csv"):
        statement_xlsx(replace(s, lines=s.lines[:1] * 1_048_576), "en", {})


def test_a_workbook_carries_no_time_of_its_making() -> None:
    packed = zipfile.ZipFile(io.BytesIO(statement_bytes(statement(), "xlsx", "en", {})))
    assert {info.date_time[0] for info in packed.infolist()} == {1980}
    assert packed.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def test_a_file_is_written_in_one_step(tmp_path: Path) -> None:
    ready(["csv", "xlsx", "pdf"])
    path = write_statement(tmp_path / "new" / "s.csv", statement(), "csv", "en", {})
    assert [p.name for p in path.parent.iterdir()] == ["s.csv"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_screen_shows_the_statement_and_no_control_character(lang: Lang) -> None:
    from truetally.report.terminal.cells import printer

    console = printer()
    with console.capture() as captured:
        console.print(statement_view(statement(EVIL, name=EVIL), lang, TITLES, ["out.csv"], 3))
    said = captured.get()
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert exact(statement().lines[0].full_nano) in said
    assert date(2017, 12, 29).isoformat() not in said  # release days stand in the files
