"""Print a drawing as PDF by typst, with the packaged font alone: the same bytes on any machine."""

import re
from pathlib import Path
from typing import Any

from truetally.errors import EngineError, problem

_PAGE = """#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg")
"""


def to_pdf(drawing: str, font_folder: Path) -> bytes:
    """Set an SVG drawing as a page of its own size.

    Raises:
        EngineError: typst is missing, or refuses.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        raise EngineError(problem("typst, which makes a PDF, is not installed", then=(
            "pip install 'truetally[report]', or take svg or png"))) from error
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                        font_paths=[str(font_folder)])
    try:
        made: Any = typst.compile(_PAGE.encode(), font_paths=fonts, format="pdf",
                                  sys_inputs={"drawing": bolder(drawing)})
    except typst.TypstError as error:
        raise EngineError(problem("typst could not print the drawing", found=str(error)[:300],
                                  then="take svg or png, and report this")) from error
    pdf: bytes = made
    return pdf


def bolder(drawing: str) -> str:
    """Thicken a drawing's texts: typst takes the thinnest of a variable font there."""
    return re.sub(r'<text ([^>]*?)fill="(#[0-9a-fA-F]{3,6})"',
                  r'<text \1fill="\2" stroke="\2" stroke-width="0.35"', drawing)
