"""Two counters side by side: the gap, its causes, and the days or items it lies in."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.reconciled import Part, Side
from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, table
from truetally.report.words import Lang, say


def signed(events: int) -> str:
    """Write a number with its sign; nothing as 0."""
    return f"{events:+,}" if events else "0"


def share(permille: int | None) -> str:
    """Write a gap as a percentage with its sign."""
    if permille is None:
        return "–"
    size = abs(permille)
    return f"{'-' if permille < 0 else '+' if permille else ''}{size // 10}.{size % 10} %"


def rule_said(part: Part, lang: Lang) -> str:
    """Say how the other counter's rule stands to ours."""
    if part.differs:
        return say("reconcile.differs", lang)
    return say("reconcile.same" if part.declared else "reconcile.undeclared", lang)


def yes(good: bool, lang: Lang) -> Cell:  # noqa: FBT001  # the value that is said
    """Say yes or no, in a colour."""
    return Cell(say("common.yes" if good else "common.no", lang), "green" if good else "red")


def parts_view(parts: Sequence[Part], unexplained: int, gap: int, lang: Lang) -> Table:
    """Show what each cause adds; they add up to the gap."""
    made = table(say("reconcile.cause", lang), say("reconcile.part", lang),
                 say("reconcile.said", lang), say("reconcile.alone", lang), right=(1, 3))
    for part in parts:
        made.add_row(say(f"cause.{part.cause}", lang),
                     signed(part.events) if part.differs else "", rule_said(part, lang),
                     "" if part.alone is None else signed(part.alone))
    made.add_row(say("cause.unexplained", lang), signed(unexplained), "", "")
    made.add_section()
    made.add_row(say("reconcile.gap", lang), Cell(signed(gap), "bold"), "", "")
    return made


def bands_view(whole: tuple[bool, bool], rest: tuple[bool, bool], lang: Lang) -> Table:
    """Show whether the gap, and what is left of it, lies within the standards' bands."""
    made = table("", say("reconcile.within", lang), say("reconcile.audit", lang))
    for name, bands in (("whole_gap", whole), ("rest", rest)):
        made.add_row(say(f"reconcile.{name}", lang), *[yes(good, lang) for good in bands])
    return made


def sides_view(head: str, sides: Sequence[Side], limit: int, lang: Lang) -> RenderableType:
    """Show both counts by day or by item."""
    made = table(head, say("reconcile.ours", lang), say("reconcile.theirs", lang),
                 say("reconcile.gap", lang), say("reconcile.share", lang),
                 say("reconcile.within", lang), right=(1, 2, 3, 4))
    for s in sides[:limit]:
        made.add_row(cell(s.key), grouped(s.ours), grouped(s.theirs), signed(s.theirs - s.ours),
                     share(s.gap_permille), yes(s.within_5_percent, lang))
    more = len(sides) - limit
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made
