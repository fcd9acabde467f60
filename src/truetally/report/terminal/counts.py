"""A case's counts: the statement from decided rows to total net, its reasons, its breakdowns."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.data import By, Line, Summary
from truetally.report.labels import label, pick
from truetally.report.shares import duration, grouped, of_permille, percent
from truetally.report.terminal.cells import CLASS_STYLE, cell, facts, table
from truetally.report.words import Lang, say


def summary_view(s: Summary, lang: Lang, titles: Mapping[str, str]) -> RenderableType:
    """Show what a case comes to. `titles` names criteria by their codes."""
    parts: list[RenderableType] = [_warnings(s, lang), _statement(s, lang)]
    parts += [_reasons(s, lang, titles)] if s.reasons else []
    parts += [_not_applied(s, lang, titles)] if s.not_applicable else []
    return Group(*parts, _identity(s, lang))


def _warnings(s: Summary, lang: Lang) -> RenderableType:
    """Show first what a reader must know before the figures."""
    said = [say("page.synthetic", lang)] if s.synthetic else []
    said += [say("page.uncalibrated", lang)] if s.uncalibrated else []
    said += [pick(warning, lang) for warning in s.warnings]
    return Group(*[Cell.assemble(("! ", "bold yellow"), cell(text, cap=600)) for text in said])


def _statement(s: Summary, lang: Lang) -> Table:
    """Show the counts from the rows decided down to the total net, then the marks."""
    made = table("", say("page.rows", lang), say("page.of_gross", lang), "", right=(1, 2))
    steps = (("events", s.events, "bold", False), ("not_counted", s.not_counted, "", False),
             ("gross", s.gross, "bold", True), ("givt", s.givt, "yellow", True),
             ("net", s.net, "bold", True), ("sivt", s.sivt, "red", True),
             ("total_net", s.total_net, "bold green", True))
    for key, events, style, share in steps:
        less = "  − " if key in ("not_counted", "givt", "sivt") else ""
        made.add_row(Cell(less + say(f"count.{key}", lang), style), Cell(grouped(events), style),
                     percent(events, s.gross) if share else "",
                     Cell(say(f"meaning.{key}", lang), "dim"))
    made.add_section()
    for key, events in (("undetermined", s.undetermined), ("suspect", s.suspect)):
        made.add_row(say(f"count.{key}", lang), grouped(events), percent(events, s.gross),
                     Cell(say(f"meaning.{key}", lang), "dim"))
    made.add_row(say("count.rate", lang), of_permille(s.sivt_decision_rate_permille), "",
                 Cell(say("meaning.rate", lang), "dim"))
    made.add_row(say("count.rejected", lang), grouped(s.rejected_rows), "",
                 Cell(say("meaning.rejected", lang), "dim"))
    if s.unique_items is not None:
        made.add_row(say("count.unique", lang), grouped(s.unique_items), "",
                     Cell(say("meaning.unique", lang), "dim"))
    return made


def windows_view(calendar: int, first_touch: int, last_touch: int, lang: Lang) -> RenderableType:
    """Show podcast downloads under each window type (IAB Podcast Technical Measurement v2.3)."""
    made = table(say("windows.title", lang), say("windows.downloads", lang), right=(1,))
    for key, events in (("calendar", calendar), ("first_touch", first_touch),
                        ("last_touch", last_touch)):
        made.add_row(say(f"windows.{key}", lang), grouped(events))
    return made


def _reasons(s: Summary, lang: Lang, titles: Mapping[str, str]) -> Table:
    """Show every criterion that flagged, most events first."""
    made = table(say("by.reason", lang), "", say("page.flagged", lang), right=(2,))
    for code, events in sorted(s.reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        made.add_row(cell(code), cell(titles.get(code, "")), grouped(events))
    return made


def _not_applied(s: Summary, lang: Lang, titles: Mapping[str, str]) -> Table:
    """Show the criteria that the sources cannot feed: what they would find is not in the count."""
    made = table(say("page.not_applied", lang), "", say("page.missing", lang))
    for code, columns in s.not_applicable.items():
        made.add_row(cell(code), cell(titles.get(code, "")), cell(", ".join(columns)))
    return made


def _identity(s: Summary, lang: Lang) -> Table:
    """Name what the figures belong to."""
    made = facts()
    made.add_row(say("terms.case", lang), cell(s.case, cap=1000))
    made.add_row(say("page.policy", lang), cell(f"{s.policy}  {s.policy_sha256}"))
    for source in s.sources[:10]:
        made.add_row(say("page.source", lang), cell(f"{source.name}  {source.sha256}", cap=600))
    if len(s.sources) > 10:
        made.add_row("", say("terms.more", lang, number=grouped(len(s.sources) - 10)))
    made.add_row(say("page.engine", lang), cell(s.engine))
    if s.elapsed_ms is not None:
        made.add_row(say("terms.elapsed", lang), duration(s.elapsed_ms))
    made.add_row(say("terms.digest", lang), cell(s.digest))
    return made


def lines_view(by: By, lines: Sequence[Line], lang: Lang, titles: Mapping[str, str],
               limit: int = 50) -> RenderableType:
    """Show a breakdown; of more than `limit` lines the first, and how many there are.

    Columns that no line knows, or that are 0 in every line, are left out.
    """
    extra = [name for name in ("not_counted", "undetermined", "suspect", "unique", "watched_ms")
             if any(getattr(line, name) for line in lines)]
    heads = ["gross", "givt", "sivt", "total_net", "removed", *extra]
    made = table(say(f"by.{by}", lang), *[say(f"count.{name}", lang) for name in heads],
                 right=tuple(range(1, len(heads) + 1)))
    for line in lines[:limit]:
        made.add_row(cell(label(by, line.key, lang, titles)), *_figures(line, extra))
    more = len(lines) - limit
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made


def _figures(line: Line, extra: Sequence[str]) -> list[Cell | str]:
    """Show a line's counts, then the columns in `extra`."""
    shown = [duration(line.watched_ms) if name == "watched_ms" else grouped(getattr(line, name))
             for name in extra]
    return [grouped(line.gross), Cell(grouped(line.givt), CLASS_STYLE["givt"]),
            Cell(grouped(line.sivt), CLASS_STYLE["sivt"]), Cell(grouped(line.total_net), "bold"),
            percent(line.gross - line.total_net, line.gross), *shown]
