"""The criteria as a list, and one criterion as a page."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.data import CriterionView
from truetally.report.labels import page_of, pick
from truetally.report.shares import grouped
from truetally.report.terminal.cells import CLASS_STYLE, cell, facts, table, value
from truetally.report.words import Lang, say


def criteria_view(views: Sequence[CriterionView], lang: Lang) -> Table:
    """List criteria, one a line."""
    made = table(say("terms.code", lang), say("page.criterion", lang), say("terms.class", lang),
                 say("terms.basis", lang), say("terms.family", lang), say("terms.scope", lang))
    for view in views:
        made.add_row(cell(view.code), cell(page_of(view, lang).title),
                     Cell(say(f"klass.{view.klass}", lang), CLASS_STYLE[view.klass]),
                     say(f"basis.{view.basis}", lang), say(f"family.{view.family}", lang),
                     say(f"scope.{view.scope}", lang))
    return made


def criterion_view(view: CriterionView, lang: Lang) -> RenderableType:
    """Show a criterion's whole page: finds, shows, innocent causes, source, parameters."""
    page, made = page_of(view, lang), facts()
    made.add_row(say("terms.code", lang),
                 cell(f"{view.code}, {say('page.revision', lang, revision=view.revision)}"))
    made.add_row(say("terms.class", lang), say(f"klass.{view.klass}", lang))
    made.add_row(say("terms.basis", lang), say(f"basis.{view.basis}", lang))
    made.add_row(say("terms.family", lang), say(f"family.{view.family}", lang))
    made.add_row(say("terms.scope", lang), say(f"scope.{view.scope}", lang))
    texts = ((say("page.finds", lang), page.finds), (say("page.shows", lang), page.shows),
             (say("page.innocent", lang), page.innocent),
             (say("page.citation", lang), view.citation), ("", view.standard_says),
             (say("page.reads", lang), ", ".join(view.reads)))
    for head, text in texts:
        if text:
            made.add_row(head, cell(" ".join(text.split()), cap=4000))
    parts: list[RenderableType] = [cell(page.title, "bold"), made]
    return Group(*parts, *([_parameters(view, lang)] if view.parameters else []))


def _parameters(view: CriterionView, lang: Lang) -> Table:
    made = table(say("page.parameter", lang), say("page.default", lang), say("page.range", lang),
                 "", right=(2,))
    for one in view.parameters:
        bounded = one.low is not None or one.high is not None
        made.add_row(cell(one.name), cell(f"{value(one.default, lang)} {one.unit}".strip()),
                     f"{grouped(one.low)} – {grouped(one.high)}" if bounded else "",
                     cell(pick(one.meaning, lang), "dim"))
    return made
