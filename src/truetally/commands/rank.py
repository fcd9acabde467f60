"""`truetally rank`: who was pushed up, and which ranks cannot be told apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.drawing import DrawingOption, FromOption, ToOption
from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from truetally.report.figure.page import Sheet
    from truetally.report.words import Lang
    from truetally.run.rank import Ranked, RankTable

MostOption = Annotated[int, typer.Option(
    "--limit", min=1, max=200, metavar="N",
    help="Items of the table and the drawing; JSON has them all.")]


def rank(case: CaseArgument, *, first: FromOption = None, last: ToOption = None,
         limit: MostOption = 20, out: DrawingOption = None, json: JsonOption = False,
         lang: LangOption = "en") -> None:
    """Show the ranking before and after removal.

    Ranks that the doubtful events leave open are shown as such. With an index of plays and watch
    time.
    """
    from truetally.charts.rank import top
    from truetally.commands.drawing import checked_ending
    from truetally.commands.show_text import show, show_json
    from truetally.report.terminal.charts import rank_view
    from truetally.report.words import checked_lang
    from truetally.run.custody import record_reading
    from truetally.run.period import parse_period
    from truetally.run.rank import rank_case, rank_json, ranked

    tongue, path = checked_lang(lang), checked_ending(out)
    found = rank_case(case, parse_period(first, last))
    shown = ranked(found, top(found.ranks, limit))
    if path:
        _draw(path, found, shown, tongue)
    record_reading(case, "rank")
    if json:
        show_json({"rank": rank_json(found)})
    else:
        rows = [(r.place, r.index.before, r.index.after) for r in shown]
        show(rank_view(rows, len(found.ranks.item), tongue), *_notes(found, shown, tongue))


def _notes(found: "RankTable", shown: Sequence["Ranked"], lang: "Lang") -> list[str]:
    from truetally.report.shares import grouped
    from truetally.report.words import say

    r = found.ranks
    tied = int((r.rank_best != r.rank_worst).sum())
    notes = [say("rank.tied", lang, tied=grouped(tied), all=grouped(len(r.item)))]
    for each in shown[:1]:
        by = say("rank.by_plays" if each.index.by == "plays" else "rank.by_both", lang)
        notes.append(say("rank.index_note", lang, version=each.index.version, by=by))
    return notes


def _draw(path: "DrawingOption", found: "RankTable", shown: Sequence["Ranked"],
          lang: "Lang") -> None:
    from truetally.charts.draw_rank import draw_rank
    from truetally.commands.drawing import draw
    from truetally.report.safe import visible
    from truetally.report.words import say
    from truetally.run.words import chart_words

    assert path is not None
    title = say("rank.title", lang)
    subtitle = say("rank.subtitle", lang, case=visible(found.case, 80), first=found.first_day,
                   last=found.last_day)
    words = chart_words(lang) | {"title": title, "subtitle": subtitle,
                                 "apart": say("rank.apart", lang)}
    labels = {r.place.item: visible(r.place.item, 36) for r in shown}
    draw(path, lambda: draw_rank([r.place for r in shown], labels, words), title,
         [subtitle, *_notes(found, shown, lang)], lambda: [_sheet(shown, lang)], lang)


def _sheet(shown: Sequence["Ranked"], lang: "Lang") -> "Sheet":
    from truetally.report.figure.page import Sheet
    from truetally.report.shares import grouped
    from truetally.report.terminal.charts import moved, ranks
    from truetally.report.words import say

    heads = (say("by.item", lang), say("rank.rank", lang), say("rank.was", lang),
             say("rank.move", lang), say("chart.before", lang), say("chart.after", lang),
             say("rank.low", lang), say("rank.index_before", lang), say("rank.index_after", lang))
    rows = tuple((r.place.item, ranks(r.place), str(r.place.rank_before), moved(r.place),
                  grouped(r.place.before), grouped(r.place.after), grouped(r.place.low),
                  grouped(r.index.before), grouped(r.index.after)) for r in shown)
    return Sheet(title=say("rank.title", lang), heads=heads, rows=rows)
