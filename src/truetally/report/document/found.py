"""Sections 5 to 7: results, opinion, limits (evidence provisions, Art. 36(6))."""

import re
from collections.abc import Sequence

from truetally.report.data import CriterionView, Line
from truetally.report.document import drawings
from truetally.report.document.court import Added, CourtData
from truetally.report.document.model import (
    Block,
    Column,
    Facts,
    Figure,
    Listing,
    Paragraph,
    Section,
    Table,
)
from truetally.report.document.opening import answer, numbered, statement
from truetally.report.labels import label, page_of, pick
from truetally.report.shares import grouped, of_permille, percent
from truetally.report.words import Lang, say

_MOST_ITEMS = 20
_MOST_DAYS = 31
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OBJECTIONS = ("common", "altered", "version", "test", "copy")


def results(data: CourtData, lang: Lang) -> Section:
    """Lay out the counts, by criterion, day, item and terminal, and what other commands found."""
    days = [line for line in data.report.by_day if line.key and _DAY.fullmatch(line.key)]
    blocks: list[Block] = [statement(data, lang), _marks(data, lang)]
    top = sorted((view for view in data.report.criteria if view.flagged),
                 key=lambda view: (-(view.flagged or 0), view.code))
    if top:
        blocks += [_reasons(data, top, lang), _criteria_figure(top, lang)]
    if len(days) > 1:
        blocks.append(_trend(days, lang))
    blocks += _days(data, days, lang)
    if data.report.by_item:
        blocks.append(_items(data, lang))
    known = [line for line in data.report.by_terminal if line.key is not None and line.gross]
    if known:
        blocks.append(_terminals(known, lang))
    for added in data.added:
        blocks += [] if added.sealed else added_blocks(added, lang)
    return Section(title=say("court.results", lang), source="", blocks=tuple(blocks))


def _marks(data: CourtData, lang: Lang) -> Table:
    s = data.report.summary
    marks = [("undetermined", grouped(s.undetermined), percent(s.undetermined, s.gross)),
             ("suspect", grouped(s.suspect), percent(s.suspect, s.gross)),
             ("rate", of_permille(s.sivt_decision_rate_permille), ""),
             ("rejected", grouped(s.rejected_rows), "")]
    if s.unique_items is not None:
        marks.append(("unique", grouped(s.unique_items), ""))
    rows = tuple((f"{say(f'count.{key}', lang)}: {say(f'meaning.{key}', lang)}", events, share,
                  numbered(data, key)) for key, events, share in marks)
    return Table(caption=say("court.marks_caption", lang), rows=rows, heads=_heads(lang),
                 columns=("text", "number", "number", "number"), widths=(7, 2, 2, 2))


def _heads(lang: Lang) -> tuple[str, ...]:
    return (say("court.position", lang), say("court.events", lang), say("court.of_gross", lang),
            say("court.claim", lang))


def _reasons(data: CourtData, top: Sequence[CriterionView], lang: Lang) -> Table:
    rows = tuple((page_of(view, lang).title, grouped(view.flagged), grouped(view.voided),
                  numbered(data, f"reason:{view.code}")) for view in top)
    return Table(caption=say("court.reasons_caption", lang), rows=rows,
                 heads=tuple(say(f"court.{key}", lang)
                             for key in ("criterion", "flagged", "voided", "claim")),
                 columns=("text", "number", "number", "number"), widths=(7, 2, 2, 2))


def _criteria_figure(top: Sequence[CriterionView], lang: Lang) -> Figure:
    alt = say("court.reasons_alt", lang, title=page_of(top[0], lang).title,
              flagged=grouped(top[0].flagged))
    return Figure(caption=say("court.reasons_figure", lang), alt=alt,
                  drawing=drawings.criteria(top, lang))


def _trend(days: Sequence[Line], lang: Lang) -> Figure:
    most = max(days, key=lambda line: (line.gross, line.key or ""))
    alt = say("court.trend_alt", lang, day=most.key, gross=grouped(most.gross),
              removed=grouped(most.gross - most.total_net))
    return Figure(caption=say("court.trend_caption", lang), alt=alt,
                  drawing=drawings.trend(days, lang))


def _terminals(lines: Sequence[Line], lang: Lang) -> Figure:
    most = lines[0]
    alt = say("court.terminals_alt", lang, key=label("terminal", most.key, lang),
              gross=grouped(most.gross), total_net=grouped(most.total_net))
    return Figure(caption=say("court.terminals_figure", lang), alt=alt,
                  drawing=drawings.terminals(lines, lang))


def _days(data: CourtData, days: Sequence[Line], lang: Lang) -> list[Block]:
    if not days:
        return []
    most = sorted(days, key=lambda line: (line.total_net - line.gross, line.key or ""))
    shown = sorted(most[:_MOST_DAYS], key=lambda line: line.key or "")
    caption = f"{say('court.days_caption', lang)} ({numbered(data, 'by_day')})"
    blocks: list[Block] = [_lines(caption, say("by.day", lang), shown, lang)]
    if len(shown) < len(days):
        blocks.append(Paragraph(tone="note", text=say(
            "court.days_short", lang, all=grouped(len(days)), shown=grouped(len(shown)))))
    return blocks


def _items(data: CourtData, lang: Lang) -> Table:
    shown = data.report.by_item[:_MOST_ITEMS]
    caption = say("court.items_caption", lang, shown=grouped(len(shown)),
                  all=grouped(data.report.items_in_all))
    return _lines(f"{caption} ({numbered(data, 'by_item')})", say("by.item", lang), shown, lang)


def _lines(caption: str, head: str, lines: Sequence[Line], lang: Lang) -> Table:
    keys = ("gross", "givt", "sivt", "total_net")
    rows = tuple((say("common.unknown", lang) if line.key is None else line.key,
                  *[grouped(getattr(line, key)) for key in keys],
                  percent(line.gross - line.total_net, line.gross)) for line in lines)
    return Table(caption=caption, rows=rows, widths=(5, 3, 3, 3, 3, 3),
                 heads=(head, *[say(f"count.{key}", lang) for key in keys],
                        say("count.removed", lang)),
                 columns=("text", "number", "number", "number", "number", "number"))


def added_blocks(added: Added, lang: Lang) -> list[Block]:
    """Show what another command of the case found: its facts and tables, and where it stands."""
    blocks: list[Block] = [Paragraph(text=pick(added.title, lang), tone="lead")]
    if added.note:
        blocks.append(Paragraph(text=pick(added.note, lang)))
    if added.facts:
        blocks.append(Facts(rows=tuple((pick(name, lang), pick(text, lang))
                                       for name, text in added.facts)))
    for table in added.tables:
        columns: tuple[Column, ...] = tuple("number" if n else "text" for n in table.numeric)
        rows = tuple(tuple(pick(cell, lang) for cell in row) for row in table.rows)
        blocks.append(Table(caption=pick(table.title, lang), rows=rows, columns=columns,
                            heads=tuple(pick(head, lang) for head in table.heads),
                            widths=_fitting(rows)))
    blocks.append(Paragraph(tone="note", text=say("court.added_file", lang, file=added.file,
                                                  sha256=added.sha256)))
    return blocks


def _fitting(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Give each column a width by its longest text, in steps, none more than six times another."""
    return tuple(min(6, max(2, max(map(len, column)) // 8)) for column in zip(*rows, strict=True))


def opinion(data: CourtData, lang: Lang) -> Section:
    """Give the opinion: the counts, what stays open and in whose favour, and what it rests on."""
    s = data.report.summary
    title = data.report.policy_title
    texts = [answer(s, lang)]
    if s.gross:
        texts = [say("court.opinion_count", lang, policy=pick(title, lang) if title else s.policy,
                     gross=grouped(s.gross), givt=grouped(s.givt), sivt=grouped(s.sivt),
                     total_net=grouped(s.total_net)),
                 say("court.opinion_open", lang, undetermined=grouped(s.undetermined),
                     suspect=grouped(s.suspect))]
    deciding = sorted((view for view in data.report.criteria if view.voided),
                      key=lambda view: (-(view.voided or 0), view.code))[:3]
    if deciding:
        names = ", ".join(f"{page_of(view, lang).title} ({grouped(view.voided)})"
                          for view in deciding)
        texts.append(say("court.opinion_main", lang, names=names))
    texts.append(say("court.opinion_bound", lang))
    return Section(title=say("court.opinion", lang), source=say("source.art36_6", lang),
                   blocks=(Listing(points=tuple(texts), ordered=True),))


def limits(data: CourtData, lang: Lang) -> Section:
    """List what weakens the figures, and where known objections are answered."""
    points = tuple(pick(weakness, lang) for weakness in data.weaknesses)
    first: tuple[Block, ...] = (
        (Paragraph(text=say("court.limits_intro", lang)), Listing(points=points, ordered=True))
        if points else (Paragraph(text=say("court.limits_none", lang)),))
    rows = tuple((say(f"objection.{key}", lang),
                  say(f"objection_answer.{key}", lang)) for key in _OBJECTIONS)
    table = Table(caption=say("court.objections_caption", lang), rows=rows, widths=(1, 1),
                  heads=(say("court.objection", lang), say("court.objection_answer", lang)),
                  columns=("text", "text"))
    return Section(title=say("court.limits", lang), source="", blocks=(*first, table))
