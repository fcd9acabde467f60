"""One event: its verdict, every signal with measured value and threshold, and the original row."""

from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.events.dates import day_text
from truetally.report.data import AttributedTo, Explanation, Signal, Value
from truetally.report.labels import pick
from truetally.report.shares import grouped
from truetally.report.terminal.cells import CLASS_STYLE, cell, facts, pairs, table, value
from truetally.report.words import Lang, say

_STATUS_STYLE = {"flagged": "bold red", "not flagged": "green", "unknown": "yellow",
                 "not applicable": "dim"}
_WHOLE_ROW = 100_000  # characters of an original row that are shown


def explanation_view(e: Explanation, lang: Lang) -> RenderableType:
    """Show why an event got its verdict."""
    row = cell(e.original, cap=_WHOLE_ROW)
    row.no_wrap, row.overflow = True, "ignore"  # not a character more or less than the row has
    more = [part for a in e.attribution for part in (_attributed(a, lang), Cell())]
    return Group(_head(e, lang), Cell(), _signals(e, lang), *more, _columns(e, lang), Cell(),
                 Cell(say("terms.original", lang), "dim"), row)


def _attributed(a: AttributedTo, lang: Lang) -> RenderableType:
    """Show by which signature the event is attributed, and where the artefacts have its values."""
    made = table(say("attribution.attributed", lang), "", say("attribution.artefact", lang),
                 "SHA-256", say("attribution.place", lang))
    for match in a.matches:
        where = (cell(match.file, cap=400), cell(match.sha256), cell(match.place)) if match.file \
            else (Cell(say("attribution.not_in_artefacts", lang), "yellow"), "", "")
        made.add_row(cell(match.column), cell(match.text or match.value, cap=400), *where)
    notes = [say(f"verbal.{a.verbal}", lang), say(f"attribution.{a.evidence}", lang)]
    notes += [say("attribution.changed", lang)] if a.changed else []
    notes += [say("attribution.stale", lang)] if a.stale else []
    return Group(cell(f"{say('attribution.attributed', lang)} {a.signature}  {a.sha256}", "bold"),
                 *[Cell(note, "yellow") for note in notes], made)


def _head(e: Explanation, lang: Lang) -> Table:
    made = facts()
    made.add_row(say("terms.event", lang), cell(e.event_id))
    verdict = say(f"verdict.{e.verdict}", lang) + (
        f", {say('verdict.suspect', lang)}" if e.suspect else "")
    style = "bold " + CLASS_STYLE.get(e.verdict, "")
    made.add_row(say("terms.verdict", lang), Cell(verdict, style))
    made.add_row(say("terms.primary", lang), cell(_primary(e, lang)))
    made.add_row(say("page.source", lang), cell(e.source, cap=1000))
    made.add_row("SHA-256", cell(e.source_sha256))
    made.add_row(say("terms.row", lang), grouped(e.row))
    return made


def _primary(e: Explanation, lang: Lang) -> str:
    """Name the criterion that decided."""
    titles = {signal.code: pick(signal.title, lang) for signal in e.signals}
    if not e.primary:
        return say("common.none", lang)
    return f"{titles.get(e.primary, '')} ({e.primary})".strip()


def _signals(e: Explanation, lang: Lang) -> Table:
    """Show what was flagged first, then the rest in policy order."""
    made = table(say("page.criterion", lang), say("terms.status", lang),
                 say("terms.measured", lang), say("terms.threshold", lang))
    for signal in sorted(e.signals, key=lambda each: each.status != "flagged"):
        status = say("status." + signal.status.replace(" ", "_"), lang)
        made.add_row(_name(signal, lang), Cell(status, _STATUS_STYLE[signal.status]),
                     _measured(signal, lang), cell(pairs(signal.thresholds, lang), cap=400))
    return made


def _name(signal: Signal, lang: Lang) -> Cell:
    words = (say(f"klass.{signal.klass}", lang), say(f"basis.{signal.basis}", lang),
             say(f"family.{signal.family}", lang), signal.stage)
    return Cell.assemble(cell(pick(signal.title, lang)), "\n",
                         cell(f"{signal.code} · " + " · ".join(filter(None, words)), "dim"))


def _measured(signal: Signal, lang: Lang) -> Cell:
    """Show the values, the group they were measured over, and the list entry that matched."""
    over = ", ".join(f"{name} {_key(name, part)}" for name, part in signal.key.items())
    lines = [cell(pairs(signal.measured, lang), cap=400)] if signal.measured else []
    lines += [cell(say("terms.over", lang, key=over), "dim", cap=400)] if over else []
    lines += [cell(say("terms.entry", lang, entry=signal.entry), "dim", cap=400)] \
        if signal.entry else []
    return Cell("\n").join(lines)


def _key(name: str, part: Value) -> str:
    """Say one part of a group's key; a day number as its date."""
    if name == "day" and isinstance(part, int):
        return day_text(part)
    return str(part)


def _columns(e: Explanation, lang: Lang) -> Table:
    """Show the event's columns that are known."""
    made = facts()
    for name, what in e.event.items():
        whole = isinstance(what, int) and not isinstance(what, bool)
        shown = str(what) if whole else value(what, lang)
        made.add_row(cell(name), cell(shown + (_utc(what) if name == "time_ms" else ""), cap=1000))
    return made


def _utc(time_ms: Value) -> str:
    """Say UTC milliseconds as a date and time too."""
    if not isinstance(time_ms, int):
        return ""
    moment = datetime(1970, 1, 1) + timedelta(milliseconds=time_ms)  # noqa: DTZ001 - is UTC
    return f" ({moment.isoformat(timespec='milliseconds')}Z)"
