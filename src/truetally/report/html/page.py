"""Fill the page's templates. Every value that is put in goes through `safe` first: see `_finalize`.

The page states its own policy: no script at all, one style sheet known by its hash, nothing loaded
from anywhere. The same data gives the same bytes: it holds no date of its making.
"""

import base64
import hashlib
import shlex
from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from truetally.report import labels, safe, shares, tables
from truetally.report.data import CriterionView, Line, ReportData, Summary
from truetally.report.html import chart
from truetally.report.html.drawer import svg
from truetally.report.words import Lang, say

SECTIONS = ("counts", "caution", "verdicts", "reasons", "trend", "items", "places", "sources",
            "policy", "reproduce", "criteria")
_LEAST_BAR = 6  # permille
_DAYS_SHOWN = 62  # a quarter's two months; the rest is in the table beside the page


def write_report(case_dir: Path, data: ReportData, lang: Lang, draw: chart.Draw = svg) -> Path:
    """Write ``report/index.html`` and its tables (CSV) into the case folder; return the page.

    Each file is written under another name and moved, so that a reader never sees half of one.
    Raises OSError if the folder cannot be written.
    """
    folder = case_dir / "report"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.sheets(data).items():
        _replace(folder / name, text)
    return _replace(folder / "index.html", render(data, lang, draw))


def _replace(path: Path, text: str) -> Path:
    """Put `text` at `path` in one step."""
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(text, "utf-8", newline="")
        return draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def render(data: ReportData, lang: Lang, draw: chart.Draw = svg) -> str:
    """Write the page in `lang`, as one string of HTML."""
    style = _file("style.css")
    page = templates(lang).get_template("index.html")
    return page.render(
        data=data, s=data.summary, style=_ours(style), style_hash=_ours(_hash(style)),
        case_name=Path(data.summary.case).name or data.summary.case,
        sections=SECTIONS, days_shown=_DAYS_SHOWN, steps=_steps(data.summary),
        top=_top(data.criteria), titles=_titles(data, lang),
        days=[line for line in data.by_day if line.key is not None],
        wide=_ours(chart.trend(data.by_day, lang, chart.WIDE, draw)),
        narrow=_ours(chart.trend(data.by_day, lang, chart.NARROW, draw)),
    )


@cache
def templates(lang: Lang) -> Environment:
    """Compile the page's templates: autoescape always, and nothing undefined passes."""
    folder = resources.files(__package__) / "templates"
    files = {file.name: file.read_text("utf-8") for file in folder.iterdir()
             if file.name.endswith(".html")}
    environment = Environment(autoescape=True, loader=DictLoader(files), undefined=StrictUndefined,
                              finalize=_finalize, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"lang": lang, "say": partial(_say, lang), **_tools(lang)}
    for name in files:
        environment.get_template(name)
    return environment


def _tools(lang: Lang) -> dict[str, Callable[..., Any]]:
    """What templates may call."""
    return {"n": shares.grouped, "pct": shares.percent, "of_permille": shares.of_permille,
            "reach": bar, "block": _block, "value": partial(_value, lang),
            "label": partial(labels.label, lang=lang), "pick": partial(labels.pick, lang=lang),
            "page": partial(labels.page_of, lang=lang), "cut": _cut, "quote": shlex.quote,
            "lost": lost}


def _ours(text: str) -> Markup:
    """Mark what holds no text from data (the style sheet, a drawing of days and numbers)."""
    return Markup(text)  # noqa: S704 - see the docstring


def _finalize(value: object) -> object:
    """Show what is unseen in every value a template prints; Jinja escapes the result after this."""
    if isinstance(value, Markup):
        return value
    return safe.visible(value, None) if isinstance(value, str) else value


def _say(lang: Lang, key: str, /, **values: object) -> Markup:
    """Say words of our own, with values from the data shown safely in them."""
    shown = {name: safe.visible(str(value), None) for name, value in values.items()}
    return escape(say(key, lang, **shown))


def _cut(text: str, cap: int) -> Markup:
    """Show at most `cap` characters of `text`."""
    return Markup(safe.for_html(text, cap))  # noqa: S704 - escaped by for_html


def _block(text: str) -> Markup:
    """Show a text of several lines with its lines kept, each made safe."""
    return Markup("\n").join(escape(safe.visible(line, None)) for line in text.split("\n"))


def _value(lang: Lang, value: object) -> str:
    """Show a parameter's or a measure's value."""
    if value is None:
        return say("common.unknown", lang)
    if isinstance(value, bool):
        return say("common.yes" if value else "common.no", lang)
    if isinstance(value, tuple):
        return ", ".join(str(entry) for entry in value) or say("common.none", lang)
    return shares.grouped(value) if isinstance(value, int) else str(value)


def lost(line: Line) -> int:
    """Return how many of the gross events the total net no longer holds."""
    return line.gross - line.total_net


def _steps(s: Summary) -> list[dict[str, Any]]:
    """List the statement of counts from the rows decided down to the total net.

    A `sum` is what the `less` before it left. `start` and `width` place the step's bar, in permille
    of the rows decided: a `less` is drawn where it was taken away.
    """
    plan = (("sum", "events", s.events, 0), ("less", "not_counted", s.not_counted, s.gross),
            ("sum", "gross", s.gross, 0), ("less", "givt", s.givt, s.net),
            ("sum", "net", s.net, 0), ("less", "sivt", s.sivt, s.total_net),
            ("sum", "total_net", s.total_net, 0))
    return [{"kind": kind, "key": key, "events": events,
             "start": min(shares.permille(start, s.events), 1000 - _LEAST_BAR),
             "width": bar(events, s.events)} for kind, key, events, start in plan]


def bar(part: int, whole: int) -> int:
    """Return how far a bar reaches, in permille of its place; what is there is always seen."""
    return max(_LEAST_BAR, shares.permille(part, whole)) if part else 0


def _top(criteria: tuple[CriterionView, ...]) -> list[CriterionView]:
    """Return the criteria that flagged events, most first."""
    return sorted((view for view in criteria if view.flagged),
                  key=lambda view: (-(view.flagged or 0), view.code))


def _titles(data: ReportData, lang: Lang) -> dict[str, str]:
    return {view.code: labels.page_of(view, lang).title for view in data.criteria}


def _file(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text("utf-8")


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()
