"""`truetally trend`: an item day by day, before and after, with its shares."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truetally.commands.drawing import DrawingOption, FromOption, ToOption
from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from truetally.report.figure.page import Sheet
    from truetally.report.words import Lang
    from truetally.run.trend import TrendTable

ItemOption = Annotated[str | None, typer.Option(
    "--item", metavar="ID", help="One item; left out: all together, without persons.")]
PersonsOption = Annotated[bool, typer.Option(
    "--persons/--no-persons", help="Count the item's persons, which reads the sources again.")]


def trend(case: CaseArgument, *, item: ItemOption = None, first: FromOption = None,
          last: ToOption = None, persons: PersonsOption = True, out: DrawingOption = None,
          json: JsonOption = False, lang: LangOption = "en") -> None:
    """Show an item day by day, before and after removal.

    Events, persons, mean watch time per person and per event, shares of terminals and regions, and
    the days that a person should look at.
    """
    from truetally.commands.drawing import checked_ending
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.charts import shares_view, trend_view
    from truetally.report.words import checked_lang
    from truetally.run.custody import record_reading
    from truetally.run.period import parse_period
    from truetally.run.trend import trend_case

    tongue, path = checked_lang(lang), checked_ending(out)
    found = trend_case(case, item, parse_period(first, last), with_persons=persons)
    if path:
        _draw(path, found, tongue)
    record_reading(case, "trend")
    if json:
        show_json({"trend": plain(found)})
    else:
        show(trend_view(found.days, tongue), *_notes(found, tongue),
             shares_view("terminal", found.terminals, tongue),
             shares_view("region", found.regions, tongue))


def _notes(found: "TrendTable", lang: "Lang") -> list[str]:
    from truetally.report.safe import message
    from truetally.report.words import say

    if not found.persons_unknown:
        return []
    return [say("trend.persons_unknown", lang, why=message(found.persons_unknown))]


def _subtitle(found: "TrendTable", lang: "Lang") -> str:
    from truetally.report.safe import visible
    from truetally.report.words import say

    item = say("trend.all_items", lang) if found.item is None else visible(found.item, 60)
    return say("trend.subtitle", lang, case=visible(found.case, 80), item=item,
               first=found.days[0].count.day, last=found.days[-1].count.day)


def _draw(path: Path, found: "TrendTable", lang: "Lang") -> None:
    from truetally.commands.drawing import draw
    from truetally.report.words import say

    draw(path, lambda: _chart(found, lang), say("trend.title", lang),
         [_subtitle(found, lang), *_notes(found, lang)], lambda: _sheets(found, lang), lang)


def _chart(found: "TrendTable", lang: "Lang") -> Any:
    """Put the days over the shares, in one drawing."""
    from truetally.charts.draw import altair
    from truetally.charts.draw_shares import draw_shares
    from truetally.charts.draw_trend import draw_trend
    from truetally.report.labels import label
    from truetally.report.safe import visible
    from truetally.report.words import say
    from truetally.run.words import chart_words

    words = chart_words(lang) | {"title": say("trend.title", lang),
                                 "subtitle": _subtitle(found, lang),
                                 "flagged": say("trend.flagged", lang)}
    terminals = {s.key: visible(label("terminal", s.key, lang), 24) for s in found.terminals}
    regions = {s.key: visible(label("region", s.key, lang), 24) for s in found.regions}
    parts = [draw_shares(shares, labels, words, title) for shares, labels, title in (
        (found.terminals, terminals, say("page.terminals", lang)),
        (found.regions, regions, say("page.regions", lang))) if shares]
    days = draw_trend(found.days, words)
    if not parts:
        return days
    alt = altair()
    return alt.vconcat(days, alt.hconcat(*parts, spacing=40), spacing=30).resolve_scale(
        color="independent")


def _sheets(found: "TrendTable", lang: "Lang") -> "list[Sheet]":
    from truetally.report.figure.page import Sheet
    from truetally.report.labels import label
    from truetally.report.shares import duration, grouped, of_permille
    from truetally.report.terminal.charts import flags
    from truetally.report.words import say

    heads = (say("by.day", lang), say("chart.before", lang), say("chart.after", lang),
             say("trend.persons_before", lang), say("trend.persons_after", lang),
             say("trend.per_person_before", lang), say("trend.per_person_after", lang),
             say("trend.per_play_before", lang), say("trend.per_play_after", lang),
             say("trend.flags", lang))
    rows = tuple((d.count.day, grouped(d.count.before), grouped(d.count.after),
                  grouped(d.count.persons_before), grouped(d.count.persons_after),
                  duration(d.per_person_before_ms), duration(d.per_person_after_ms),
                  duration(d.per_play_before_ms), duration(d.per_play_after_ms), flags(d, lang))
                 for d in found.days)
    made = [Sheet(title=say("trend.title", lang), heads=heads, rows=rows,
                  left=frozenset({0, 9}))]
    columns = (say("chart.before", lang), say("count.share", lang), say("chart.after", lang),
               say("count.share", lang))
    made += [Sheet(title=say("page.terminals", lang), heads=(say("by.terminal", lang), *columns),
                   rows=tuple((label("terminal", s.key, lang), grouped(s.before),
                               of_permille(s.before_permille), grouped(s.after),
                               of_permille(s.after_permille)) for s in found.terminals))]
    made += [Sheet(title=say("page.regions", lang), heads=(say("by.region", lang), *columns),
                   rows=tuple((label("region", s.key, lang), grouped(s.before),
                               of_permille(s.before_permille), grouped(s.after),
                               of_permille(s.after_permille)) for s in found.regions))]
    return made
