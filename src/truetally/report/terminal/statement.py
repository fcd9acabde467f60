"""A royalty statement on a screen: what is to be paid, why, and its largest lines."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.shares import grouped, percent
from truetally.report.statement.cells import kind_title, reason_title
from truetally.report.statement.facts import (
    statement_facts,
    statement_money,
    statement_warnings,
)
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say
from truetally.settlement.money import exact
from truetally.settlement.statement import Line
from truetally.settlement.statement_data import Statement

_HEADS = ("gross", "void", "undetermined", "valid", "full", "held_back", "due", "pay_now",
          "claw_back")


def statement_view(s: Statement, lang: Lang, titles: dict[str, str], files: Sequence[str],
                   limit: int) -> RenderableType:
    """Show a statement: warnings, parties and terms, plays, amounts, `limit` largest lines."""
    warnings = [Cell.assemble(("! ", "bold yellow"), cell(text, cap=600))
                for text in statement_warnings(s, lang)]
    named = facts()
    for name, value in statement_facts(s, lang):
        named.add_row(name, cell(value, cap=600))
    for path in files:
        named.add_row(say("statement.file", lang), cell(path, "bold", cap=4000))
    return Group(*warnings, named, _plays(s, lang, titles), _money(s, lang),
                 _lines(s, lang, limit))


def _plays(s: Statement, lang: Lang, titles: dict[str, str]) -> Table:
    p = s.totals.plays
    made = table(say("statement.plays", lang), say("page.rows", lang), say("page.of_gross", lang),
                 right=(1, 2))
    made.add_row(Cell(say("statement.gross", lang), "bold"), grouped(p.gross), "")
    for code, events in sorted(p.void.items(), key=lambda pair: (-pair[1], pair[0])):
        made.add_row(cell(f"  − {reason_title(code, lang, titles)}"), grouped(events),
                     percent(events, p.gross))
    for name, events in (("undetermined", p.undetermined), ("valid", p.valid),
                         ("suspect", p.suspect)):
        made.add_row(say(f"statement.{name}", lang), grouped(events), percent(events, p.gross))
    return made


def _money(s: Statement, lang: Lang) -> Table:
    made = table(say("statement.amounts", lang), s.contract.currency, right=(1,))
    for name, amount in statement_money(s, lang):
        made.add_row(name, Cell(amount, "bold"))
    return made


def _lines(s: Statement, lang: Lang, limit: int) -> RenderableType:
    """Show the lines that move most money, in the statement's order."""
    largest = sorted(range(len(s.lines)), key=lambda n: (-abs(s.lines[n].full_nano), n))[:limit]
    made = table(say("statement.period", lang), say("statement.item_id", lang),
                 *[say(f"statement.{name}", lang) for name in _HEADS],
                 right=tuple(range(2, len(_HEADS) + 2)))
    for place in sorted(largest):
        made.add_row(*_row(s.lines[place], lang))
    more = len(s.lines) - len(largest)
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made


def _row(line: Line, lang: Lang) -> tuple[str | Cell, ...]:
    p = line.plays
    what = cell(line.name) if line.kind == "item" else Cell(kind_title(line, lang), "dim")
    return (cell(line.period), what, *[grouped(n) for n in (
        p.gross, p.voided, p.undetermined, p.valid)], *[exact(n) for n in (
            line.full_nano, line.held_back_nano, line.due_nano, line.pay_now_nano,
            line.claw_back_nano)])
