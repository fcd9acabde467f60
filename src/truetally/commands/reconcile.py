"""`truetally reconcile`: why two counters of the same traffic disagree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.drawing import DrawingOption, FromOption, ToOption
from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.figure.page import Sheet
    from truetally.report.reconciled import Reconciliation, Side
    from truetally.report.words import Lang

TheirsOption = Annotated[Path, typer.Option(
    "--theirs", metavar="FILE", show_default=False, help=(
        "Their counts: CSV with day and count, perhaps item; or their raw log."))]
RulesOption = Annotated[Path | None, typer.Option("--their-rules", metavar="FILE", help=(
    "How they count, as TOML (docs/reconcile.md). What it leaves out is taken as ours."))]
LimitOption = Annotated[int, typer.Option(
    "--limit", min=1, metavar="N", help="Most days and items of a table; JSON has them all.")]


def reconcile(case: CaseArgument, *, theirs: TheirsOption, their_rules: RulesOption = None,
              first: FromOption = None, last: ToOption = None, limit: LimitOption = 31,
              out: DrawingOption = None, json: JsonOption = False,
              lang: LangOption = "en") -> None:
    """Compare a case with another counter's counts.

    The gap is divided among time zone, definition, window, de-duplication, robots, prefetch,
    invalid traffic and loss, and an unexplained rest.
    """
    from truetally.commands.drawing import checked_ending
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang
    from truetally.run.custody import manifest_input, named, record
    from truetally.run.period import parse_period
    from truetally.run.reconcile import reconcile as compare
    from truetally.run.theirs import read_rules

    tongue, path = checked_lang(lang), checked_ending(out)
    rules = read_rules(their_rules) if their_rules else None
    with watched(quiet=json) as progress:
        found = compare(case, theirs, rules, parse_period(first, last), progress=progress)
    if path:
        _draw(path, found, tongue)
    record(case, "reconcile", inputs=[*manifest_input(case), named(theirs)])
    if json:
        show_json({"reconciliation": plain(found)})
    else:
        show(*_views(found, limit, tongue))


def _views(found: "Reconciliation", limit: int, lang: "Lang") -> "list[RenderableType]":
    from truetally.report.safe import message
    from truetally.report.terminal import reconciled as view
    from truetally.report.words import say

    shown: list[RenderableType] = [message(_subtitle(found, lang))]
    shown.append(view.sides_view("", [_whole(found)], 1, lang))
    shown.append(view.parts_view(found.parts, found.unexplained_events, found.gap, lang))
    shown.append(view.bands_view(
        (found.within_5_percent, found.within_audit),
        (found.rest_within_5_percent, found.rest_within_audit), lang))
    shown.append(view.sides_view(say("by.day", lang), found.by_day, limit, lang))
    if found.by_item:
        shown.append(view.sides_view(say("by.item", lang), found.by_item, limit, lang))
    return [*shown, *_notes(found, lang)]


def _whole(found: "Reconciliation") -> "Side":
    from truetally.report.reconciled import Side

    return Side(key="", ours=found.ours, theirs=found.theirs, gap_permille=found.gap_permille,
                within_5_percent=found.within_5_percent, within_audit=found.within_audit)


def _subtitle(found: "Reconciliation", lang: "Lang") -> str:
    from truetally.report.safe import visible
    from truetally.report.words import say

    return say("reconcile.subtitle", lang, case=visible(found.case, 60),
               counter=visible(found.counter, 60), first=found.first_day, last=found.last_day,
               days=found.days)


def _notes(found: "Reconciliation", lang: "Lang") -> list[str]:
    from truetally.report.words import say

    notes = [say("reconcile.order", lang)]
    if found.days_only_ours:
        notes.append(say("reconcile.only_ours", lang, days=len(found.days_only_ours)))
    if found.days_only_theirs:
        notes.append(say("reconcile.only_theirs", lang, days=len(found.days_only_theirs)))
    if found.items_only_theirs:
        notes.append(say("reconcile.items_only_theirs", lang, items=len(found.items_only_theirs)))
    return notes


def _draw(path: Path, found: "Reconciliation", lang: "Lang") -> None:
    from truetally.charts.draw_gap import draw_gap
    from truetally.commands.drawing import draw
    from truetally.report.words import say
    from truetally.run.words import chart_words

    words = chart_words(lang) | {"title": say("reconcile.title", lang),
                                 "subtitle": _subtitle(found, lang)}
    parts = [(p.cause, p.events) for p in found.parts if p.differs]
    parts.append(("unexplained", found.unexplained_events))
    labels = {cause: say(f"cause.{cause}", lang) for cause, _ in parts}
    draw(path, lambda: draw_gap(found.ours, found.theirs, parts, labels, words),
         say("reconcile.title", lang), [_subtitle(found, lang), *_notes(found, lang)],
         lambda: _sheets(found, lang), lang)


def _sheets(found: "Reconciliation", lang: "Lang") -> "list[Sheet]":
    from truetally.report.figure.page import Sheet
    from truetally.report.shares import grouped
    from truetally.report.terminal.reconciled import rule_said, share, signed
    from truetally.report.words import say

    rows = [(say(f"cause.{p.cause}", lang), signed(p.events) if p.differs else "",
             rule_said(p, lang), "" if p.alone is None else signed(p.alone)) for p in found.parts]
    rows += [(say("cause.unexplained", lang), signed(found.unexplained_events), "", ""),
             (say("reconcile.gap", lang), signed(found.gap), "", "")]
    heads = (say("reconcile.ours", lang), say("reconcile.theirs", lang),
             say("reconcile.gap", lang), say("reconcile.share", lang))
    made = [Sheet(title=say("reconcile.cause", lang), rows=tuple(rows), left=frozenset({0, 2}),
                  heads=(say("reconcile.cause", lang), say("reconcile.part", lang),
                         say("reconcile.said", lang), say("reconcile.alone", lang)))]
    for by, sides in (("day", found.by_day), ("item", found.by_item)):
        if sides:
            head = say(f"by.{by}", lang)
            made.append(Sheet(title=head, heads=(head, *heads), rows=tuple(
                (s.key, grouped(s.ours), grouped(s.theirs), signed(s.theirs - s.ours),
                 share(s.gap_permille)) for s in sides)))
    return made
