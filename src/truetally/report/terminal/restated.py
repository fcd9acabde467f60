"""A restatement: counts, verdicts, items and money before and after."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.restated import ItemChange
from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, table
from truetally.report.words import Lang, say

COUNTS = ("gross", "not_counted", "net", "givt", "total_net", "sivt", "undetermined", "suspect")


def counts_view(before: Mapping[str, int], after: Mapping[str, int], lang: Lang) -> Table:
    """Show each count before and after."""
    made = table(say("restate.count", lang), say("restate.before", lang),
                 say("restate.after", lang), say("restate.change", lang), right=(1, 2, 3))
    for name in COUNTS:
        made.add_row(say(f"count.{name}", lang), grouped(before[name]), grouped(after[name]),
                     change(before[name], after[name]))
    return made


def change(before: int, after: int) -> str:
    """Write a change with its sign; none is empty."""
    return f"{after - before:+,}" if after != before else ""


def moves_view(moves: Sequence[tuple[str, str, int]], lang: Lang) -> RenderableType:
    """Show how many events went from which verdict to which."""
    if not moves:
        return Cell(say("restate.nothing", lang))
    made = table(say("restate.from", lang), say("restate.to", lang), say("restate.events", lang),
                 right=(2,))
    for old, new, events in moves:
        made.add_row(say(f"verdict.{old}", lang), say(f"verdict.{new}", lang), grouped(events))
    return made


def items_view(items: Sequence[ItemChange], limit: int, lang: Lang) -> RenderableType:
    """Show the items that changed most."""
    made = table(say("by.item", lang), say("restate.before", lang), say("restate.after", lang),
                 say("restate.change", lang), say("restate.rank_before", lang),
                 say("restate.rank_after", lang), right=(1, 2, 3, 4, 5))
    for i in items[:limit]:
        made.add_row(cell(i.item), grouped(i.total_net_before), grouped(i.total_net_after),
                     change(i.total_net_before, i.total_net_after), grouped(i.rank_before),
                     grouped(i.rank_after))
    more = len(items) - limit
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made


def money_view(money: Mapping[str, tuple[int, int]], lang: Lang) -> Table:
    """Show what a contract comes to before and after, in its smallest unit."""
    made = table("", say("restate.before", lang), say("restate.after", lang),
                 say("restate.change", lang), right=(1, 2, 3))
    for name, (before, after) in money.items():
        made.add_row(say(f"money.{name}", lang), grouped(before), grouped(after),
                     change(before, after))
    return made
