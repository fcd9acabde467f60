"""The report as PDF/A-2b by typst, with the font embedded; the same document, the same bytes."""

import json
from importlib import resources
from typing import Any, Literal

from truetally.charts.print import bolder
from truetally.charts.render import packaged_font
from truetally.errors import EngineError, problem
from truetally.report.document.draw import svg
from truetally.report.document.model import Block, Document, Figure
from truetally.report.plain import plain
from truetally.report.words import say

STANDARD: Literal["a-2b"] = "a-2b"


def to_pdf(document: Document) -> bytes:
    """Set a document as PDF/A-2b. Its date is the document's fixed time, not the present.

    Texts reach typst as JSON data and are set as strings, so that no markup in them is read.

    Raises:
        EngineError: typst or the Chinese font is missing, or typst refuses.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        raise EngineError(problem("typst is not installed",
                                  then="pip install 'truetally[report]'")) from error
    source = (resources.files(__package__) / "pages.typ").read_bytes()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True,
                        font_paths=[str(packaged_font())])
    try:
        found: Any = typst.compile(
            source, font_paths=fonts, format="pdf", pdf_standards=[STANDARD],
            timestamp=document.made_ms // 1000,
            sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)})
    except typst.TypstError as error:
        raise EngineError(problem("typst could not set the report", found=str(error)[:300],
                                  then="report this, with the case if you can")) from error
    pdf: bytes = found
    return pdf


def _data(document: Document) -> dict[str, Any]:
    """Lay the document out as JSON: every block with its kind, every figure drawn."""
    first, between, last = say("court.page", document.lang, page="\0", pages="\0").split("\0")
    whole = plain(document)
    assert isinstance(whole, dict)
    return whole | {
        "page": [first, between, last],
        "summary": [_block(block) for block in document.summary],
        "sections": [{"title": section.title, "source": section.source,
                      "blocks": [_block(block) for block in section.blocks]}
                     for section in document.sections]}


def _block(block: Block) -> dict[str, Any]:
    shown = plain(block)
    assert isinstance(shown, dict)
    if isinstance(block, Figure):
        shown = {"caption": block.caption, "alt": block.alt, "svg": bolder(svg(block.drawing))}
    return {"kind": type(block).__name__.lower(), **shown}
