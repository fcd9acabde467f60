"""Fill a page's template. Every text is made visible, then escaped; nothing is loaded or run."""

import base64
import hashlib
from collections.abc import Mapping
from functools import partial
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from truetally.report.safe import visible
from truetally.report.words import Lang, say


def fill(template: str, lang: Lang, values: Mapping[str, object]) -> str:
    """Write the page `template` (a file beside this one) in `lang`, as one string of HTML."""
    folder = resources.files(__package__) / "templates"
    files = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".html")}
    style = (folder / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(autoescape=True, loader=DictLoader(files), undefined=StrictUndefined,
                              finalize=_finalize, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"lang": lang, "say": partial(_say, lang)}
    page: str = environment.get_template(template).render(
        **values, style=ours(style), style_hash=ours(f"sha256-{digest}"))
    return page


def ours(text: str) -> Markup:
    """Mark what is ours or was escaped by the renderer: a style sheet, a drawing."""
    return Markup(text)  # noqa: S704 - see the docstring


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return visible(value, None) if isinstance(value, str) else value


def _say(lang: Lang, key: str, /, **values: object) -> Markup:
    return escape(say(key, lang, **{k: visible(str(v), None) for k, v in values.items()}))
