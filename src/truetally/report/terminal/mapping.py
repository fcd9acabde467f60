"""A proposed mapping, and what the columns it names can and cannot support."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.data import Claim, MapView
from truetally.report.labels import pick
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say


def mapping_view(view: MapView, lang: Lang) -> RenderableType:
    """Show what was recognised, what it supports, what to collect next, and what to answer."""
    parts: list[RenderableType] = [_columns(view, lang)]
    parts += [_claims([claim for claim in view.claims if claim.about == about],
                      say(f"about.{about}", lang), lang)
              for about in ("criterion", "money", "proof")]
    parts += [_collect(view, lang)] if view.collect else []
    parts += [Cell.assemble(("? ", "bold yellow"), cell(pick(question, lang), cap=600))
              for question in view.questions]
    return Group(*parts)


def _columns(view: MapView, lang: Lang) -> RenderableType:
    made = table(say("map.column", lang), say("map.from", lang))
    for column, origin in view.columns.items():
        made.add_row(cell(column), cell(origin))
    head = facts()
    head.add_row(say("page.source", lang), cell(f"{view.source} ({view.format})", cap=1000))
    if view.unused:
        head.add_row(say("map.unused", lang), cell(", ".join(view.unused), cap=1000))
    return Group(head, made)


def _claims(claims: Sequence[Claim], head: str, lang: Lang) -> Table:
    """Show what is supported first, then what is not and what it lacks."""
    made = table(head, "", say("page.missing", lang))
    for claim in sorted(claims, key=lambda each: bool(each.missing)):
        mark = Cell(say("map.no", lang), "red") if claim.missing else Cell(
            say("map.yes", lang), "green")
        made.add_row(cell(pick(claim.title, lang)), mark, cell(", ".join(claim.missing)))
    return made


def _collect(view: MapView, lang: Lang) -> Table:
    titles = {claim.code: pick(claim.title, lang) for claim in view.claims}
    made = table(say("map.collect", lang), say("map.opens", lang))
    for advice in view.collect:
        made.add_row(cell(advice.column, "bold"),
                     cell("; ".join(titles[code] for code in advice.codes), cap=400))
    return made
