"""Ranks, trends and shares as tables of text: all that the drawings show, without a drawing."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text as Cell

from truetally.charts.rank import Place
from truetally.charts.shares import Share
from truetally.charts.trend import TrendDay
from truetally.report.data import By
from truetally.report.labels import label
from truetally.report.shares import duration, grouped, of_permille
from truetally.report.terminal.cells import cell, table
from truetally.report.words import Lang, say

Row = tuple[Place, int, int]  # an item's place, its index before and after


def ranks(place: Place) -> str:
    """Write a rank, or the ranks that cannot be told apart: ``2–4``."""
    if place.told_apart:
        return str(place.rank_after)
    return f"{place.rank_best}–{place.rank_worst}"


def moved(place: Place) -> str:
    """Write a move: ``+3``, ``-1``, ``=``; a question mark where it is not certain."""
    if not place.move:
        return "="
    return f"{place.move:+d}" + ("" if place.certain else " ?")


def rank_view(rows: Sequence[Row], all_items: int, lang: Lang) -> RenderableType:
    """Show places in their order; of more items the number left out."""
    made = table(say("rank.rank", lang), say("rank.was", lang), say("rank.move", lang),
                 say("by.item", lang), say("chart.before", lang), say("chart.after", lang),
                 say("rank.low", lang), say("rank.index_before", lang),
                 say("rank.index_after", lang), right=(0, 1, 2, 4, 5, 6, 7, 8))
    for place, before, after in rows:
        tone = "red" if place.move < 0 else "green" if place.move > 0 else ""
        made.add_row(ranks(place), str(place.rank_before), Cell(moved(place), tone),
                     cell(place.item), grouped(place.before),
                     Cell(grouped(place.after), "bold"), grouped(place.low), grouped(before),
                     grouped(after))
    more = all_items - len(rows)
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made


def trend_view(days: Sequence[TrendDay], lang: Lang) -> RenderableType:
    """Show days in their order, sessions where no persons are known."""
    who = any(d.count.persons_before is not None for d in days)
    watch = any(d.per_play_before_ms is not None for d in days)
    heads = [say("by.day", lang), say("chart.before", lang), say("chart.after", lang)]
    heads += [say("trend.persons_before", lang), say("trend.persons_after", lang)] if who else [
        say("trend.sessions_before", lang), say("trend.sessions_after", lang)]
    heads += [say("trend.per_person_before", lang),
              say("trend.per_person_after", lang)] if who and watch else []
    heads += [say("trend.per_play_before", lang),
              say("trend.per_play_after", lang)] if watch else []
    made = table(*heads, say("trend.flags", lang), right=tuple(range(1, len(heads))))
    for d in days:
        cells = [d.count.day, grouped(d.count.before), grouped(d.count.after)]
        cells += [grouped(d.count.persons_before), grouped(d.count.persons_after)] if who else [
            grouped(d.count.sessions_before), grouped(d.count.sessions_after)]
        cells += [duration(d.per_person_before_ms),
                  duration(d.per_person_after_ms)] if who and watch else []
        cells += [duration(d.per_play_before_ms), duration(d.per_play_after_ms)] if watch else []
        made.add_row(*cells, Cell(flags(d, lang), "red"))
    return made


def flags(day: TrendDay, lang: Lang) -> str:
    """Say why a day should be looked at."""
    return ", ".join(say(f"flag.{flag}", lang) for flag in day.flags)


def shares_view(by: By, found: Sequence[Share], lang: Lang, limit: int = 50) -> RenderableType:
    """Show shares before and after."""
    made = table(say(f"by.{by}", lang), say("chart.before", lang), say("count.share", lang),
                 say("chart.after", lang), say("count.share", lang), right=(1, 2, 3, 4))
    for s in found[:limit]:
        made.add_row(cell(label(by, s.key, lang)), grouped(s.before),
                     of_permille(s.before_permille), grouped(s.after),
                     of_permille(s.after_permille))
    return made
