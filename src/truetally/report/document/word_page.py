"""The page of a Word report: size, fonts, header and footer, and runs of text set in them."""

from datetime import UTC, datetime
from typing import Any

from truetally.report.document.model import Document
from truetally.report.words import say

LATIN = "Arial"
EAST_ASIAN = "Noto Sans CJK SC"
FIXED = "DejaVu Sans Mono"
SEAL, QUIET = "B23A26", "56636F"


def xml(text: str) -> str:
    """Keep what XML 1.0 can hold; `cleaned` has made everything else visible already."""
    return "".join(c for c in text if c in "\t\n" or c >= " ")


def set_up(word: Any, document: Document) -> None:
    """Set page, fonts, header, footer and the properties, whose times are the document's."""
    from docx.shared import Cm, Pt

    for style in word.styles:
        if (style.type in {1, 2} and style.element.rPr is not None) or style.name == "Normal":
            _fonts(style.font, LATIN)
    word.styles["Normal"].font.size = Pt(10)
    for level in (1, 2):
        _colour(word.styles[f"Heading {level}"].font, "17212B")
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(2.4), Cm(2.2)
    _header(page, document)
    _footer(page, document)
    made = datetime.fromtimestamp(document.made_ms // 1000, UTC).replace(tzinfo=None)
    core = word.core_properties
    core.title, core.author, core.last_modified_by = xml(document.title), "", ""
    core.comments, core.language = "", document.lang
    core.created = core.modified = made


def _fonts(font: Any, latin: str) -> None:
    """Name a font for Latin and one for East Asian characters (w:eastAsia)."""
    from docx.oxml.ns import qn

    font.name = latin
    fonts = font.element.rPr.rFonts
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), EAST_ASIAN)
    fonts.set(qn("w:cs"), latin)


def _colour(font: Any, colour: str) -> None:
    from docx.shared import RGBColor

    font.color.rgb = RGBColor.from_string(colour)


def _header(page: Any, document: Document) -> None:
    paragraph = page.header.paragraphs[0]
    if document.mark:
        add_run(paragraph, document.mark, 8, colour=SEAL, bold=True)
        paragraph.add_run().add_break()
    add_run(paragraph, f"{document.title} · {document.kind} · {document.scope}", 8, colour=QUIET)


def _footer(page: Any, document: Document) -> None:
    paragraph = page.footer.paragraphs[0]
    add_run(paragraph, f"{document.digest_label} {document.digest}", 7, colour=QUIET)
    paragraph.add_run().add_break()
    first, between, last = say("court.page", document.lang, page="\0", pages="\0").split("\0")
    add_run(paragraph, first, 7, colour=QUIET)
    _field(paragraph, "PAGE")
    add_run(paragraph, between, 7, colour=QUIET)
    _field(paragraph, "NUMPAGES")
    add_run(paragraph, last, 7, colour=QUIET)


def _field(paragraph: Any, code: str) -> None:
    """Put in a field that Word computes: the page, the number of pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    size, text = OxmlElement("w:sz"), OxmlElement("w:t")
    size.set(qn("w:val"), "14")  # half points
    look = OxmlElement("w:rPr")
    look.append(size)
    text.text = "1"
    run.extend((look, text))
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no call for fields


def add_run(paragraph: Any, text: str, points: int, *, colour: str = "", bold: bool = False,
            latin: str = LATIN) -> None:
    """Add a run of text, set in a Latin and an East Asian font."""
    from docx.shared import Pt

    run = paragraph.add_run(xml(text))
    run.font.size, run.font.bold = Pt(points), bold or None
    _fonts(run.font, latin)
    if colour:
        _colour(run.font, colour)


def cm(length: float) -> Any:
    """Give a length in centimetres as Word counts it."""
    from docx.shared import Cm

    return Cm(length)
