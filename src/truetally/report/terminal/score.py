"""What was found of a simulated log, against its labels."""

from rich.console import Group, RenderableType
from rich.text import Text as Cell

from truetally.report.data import FleetScore, Score
from truetally.report.shares import grouped, percent
from truetally.report.terminal.cells import cell, table
from truetally.report.words import Lang, say


def score_view(score: Score, lang: Lang) -> RenderableType:
    """Show each fleet and the honest audience, then how much was found and how much was wrong."""
    heads = ("events", "voided", "found", "suspect", "not_counted", "valid")
    made = table(say("score.who", lang), *[say(f"score.{head}", lang) for head in heads],
                 right=tuple(range(1, 7)))
    for one in score.fleets:
        made.add_row(cell(one.fleet), *_figures(one))
    made.add_section()
    made.add_row(say("score.honest", lang), *_figures(score.honest))
    return Group(Cell(say("score.title", lang), "bold"), made, _said(score, lang))


def _figures(one: FleetScore) -> tuple[str, ...]:
    return (grouped(one.events), grouped(one.voided), percent(one.voided, one.events),
            grouped(one.suspect), grouped(one.not_counted), grouped(one.valid))


def _said(score: Score, lang: Lang) -> Cell:
    """Say in words how much of the fake was voided, and how much of the voided was honest."""
    fake = sum(one.events for one in score.fleets)
    voided = sum(one.voided for one in score.fleets)
    every = voided + score.honest.voided
    return Cell(say(
        "score.said", lang, fake=grouped(fake), voided=grouped(voided),
        recall=percent(voided, fake), every=grouped(every), precision=percent(voided, every),
        honest=grouped(score.honest.voided), share=percent(score.honest.voided,
                                                           score.honest.events)))
