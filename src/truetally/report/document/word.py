"""The report as Word: real headings, tables and images, in fonts that hold Chinese."""

import io
import zipfile
from typing import Any

from truetally.errors import EngineError, problem
from truetally.report.document.draw import png
from truetally.report.document.model import (
    Block,
    Code,
    Document,
    Facts,
    Figure,
    Listing,
    Paragraph,
    Signing,
    Table,
)
from truetally.report.document.word_page import (
    FIXED,
    LATIN,
    QUIET,
    SEAL,
    add_run,
    cm,
    set_up,
    xml,
)

_PAGE_CM = 16.6
_KEPT = 12  # rows: a table up to here stays on one page
_POINTS = {"body": 10, "lead": 11, "note": 9, "mark": 10}


def to_word(document: Document) -> bytes:
    """Write a document as DOCX; the same document, the same bytes.

    Raises:
        EngineError: python-docx or the Chinese font is missing.
    """
    try:
        import docx
    except ModuleNotFoundError as error:
        raise EngineError(problem("python-docx is not installed",
                                  then="pip install 'truetally[report]'")) from error
    word = docx.Document()
    set_up(word, document)
    _cover(word, document)
    for block in document.summary:
        _add(word, block)
    for place, section in enumerate(document.sections, 1):
        heading = word.add_heading(f"{place}  {xml(section.title)}", level=1)
        if place == 1 and document.summary:
            heading.paragraph_format.page_break_before = True
        if section.source:
            _paragraph(word, section.source, 8, colour=QUIET)
        for block in section.blocks:
            _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return _same_bytes(out.getvalue())


def _cover(word: Any, document: Document) -> None:
    _paragraph(word, document.brand, 9, colour=QUIET)
    _paragraph(word, document.title, 20, bold=True)
    _paragraph(word, document.kind, 12, colour=QUIET)
    if document.mark:
        _paragraph(word, document.mark, 10, colour=SEAL, bold=True)
    if document.summary:
        word.add_heading(xml(document.summary_title), level=1)


def _paragraph(word: Any, text: str, points: int, **looks: Any) -> Any:
    from docx.shared import Pt

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(5)
    add_run(paragraph, text, points, **looks)
    return paragraph


def _add(word: Any, block: Block) -> None:
    """Add one block."""
    match block:
        case Paragraph():
            made = _paragraph(word, block.text, _POINTS[block.tone],
                              bold=block.tone in {"lead", "mark"},
                              colour={"note": QUIET, "mark": SEAL}.get(block.tone, ""))
            made.paragraph_format.keep_with_next = block.tone == "lead"
        case Facts():
            _table(word, (), block.rows, (1, 4), ("text", "text"))
        case Listing():
            _listing(word, block)
        case Table():
            if block.caption:
                _caption(word, block.caption)
            _table(word, block.heads, block.rows, block.widths, block.columns, block.strong)
        case Figure():
            _figure(word, block)
        case Code() | Signing():
            _lines(word, block)


def _listing(word: Any, block: Listing) -> None:
    for number, point in enumerate(block.points, 1):
        made = _paragraph(word, (f"{number}. " if block.ordered else "• ") + point, 10)
        made.paragraph_format.left_indent = cm(0.6)
        made.paragraph_format.first_line_indent = cm(-0.6)


def _lines(word: Any, block: Code | Signing) -> None:
    for line in block.lines:
        if isinstance(block, Code):
            _paragraph(word, line, 7, latin=FIXED).paragraph_format.space_after = 0
        else:
            made = _paragraph(word, f"{line}  {'_' * 36}", 10)
            made.paragraph_format.space_before = cm(0.6)


def _caption(word: Any, text: str) -> None:
    _paragraph(word, text, 9, bold=True).paragraph_format.keep_with_next = True


def _figure(word: Any, block: Figure) -> None:
    """Put a drawing in, with its words for those who cannot see it."""
    _caption(word, block.caption)
    word.add_picture(io.BytesIO(png(block.drawing)), width=cm(_PAGE_CM))
    picture = word.inline_shapes[-1]._inline.docPr  # noqa: SLF001 - no call for alternative text
    picture.set("descr", xml(block.alt))


def _table(word: Any, heads: tuple[str, ...],
           rows: tuple[tuple[str, ...], ...], widths: tuple[int, ...], columns: tuple[str, ...],
           strong: tuple[int, ...] = ()) -> None:
    """Lay a table out; its head repeats on every page, and no row breaks across two."""
    table = word.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = ("Table Grid" if heads else "Normal Table"), False
    shares = [cm(_PAGE_CM * width / sum(widths)) for width in widths]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = share
    if heads:
        aligned = tuple("number" if each == "number" else "text" for each in columns)
        _row(table, heads, aligned, shares, bold=True, head=True, keep=True)
    for place, row in enumerate(rows):
        _row(table, row, columns, shares, bold=place in strong,
             keep=len(rows) <= _KEPT and place + 1 < len(rows))
    _paragraph(word, "", 4)


def _row(table: Any, cells: tuple[str, ...],  # noqa: PLR0913 - what a row is made of
         columns: tuple[str, ...], shares: list[Any], *, bold: bool, head: bool = False,
         keep: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    row = table.add_row()
    made = row._tr.get_or_add_trPr()  # noqa: SLF001 - no call for repeated heads
    made.append(OxmlElement("w:cantSplit"))
    if head:
        made.append(OxmlElement("w:tblHeader"))
    for cell, text, kind, share in zip(row.cells, cells, columns, shares, strict=True):
        cell.width = share
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        paragraph.paragraph_format.keep_with_next = keep
        if kind == "number":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        add_run(paragraph, text, 7 if kind == "code" else 9, bold=bold,
             latin=FIXED if kind == "code" else LATIN)


def _same_bytes(content: bytes) -> bytes:
    """Pack the parts again in one order with one date: a ZIP otherwise holds the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            after.writestr(part, before.read(name))
    return out.getvalue()
