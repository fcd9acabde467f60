"""The report as one page of HTML that loads nothing and runs nothing."""

import base64
import hashlib
import re
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from truetally.report.document.draw import svg
from truetally.report.document.model import Block, Document, Figure
from truetally.report.words import say


def to_html(document: Document) -> str:
    """Write a document as HTML; every text is escaped, and the style is known by its hash.

    Raises:
        EngineError: there is no font with Chinese for the drawings.
    """
    folder = resources.files(__package__)
    style = (folder / "document.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True).from_string(
        (folder / "document.html").read_text("utf-8"))
    return page.render(d=document, style=Markup(style),  # noqa: S704 - our own style sheet
                       style_hash=f"sha256-{digest}", kind_of=_kind, drawn=_drawn,
                       html_lang=say("page.html_lang", document.lang))


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _drawn(figure: Figure) -> Markup:
    """Draw a figure; its size comes from the style sheet. Vega escapes the texts in it."""
    text = re.sub(r'^<svg ([^>]*?) width="[0-9.]+" height="[0-9.]+"', r"<svg \1",
                  svg(figure.drawing), count=1)
    return Markup(text)  # noqa: S704 - see the docstring
