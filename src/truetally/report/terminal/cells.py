"""The bricks of a terminal view: a console that reads no markup, cells, plain tables."""

from collections.abc import Mapping

from rich.box import SIMPLE
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.data import Value
from truetally.report.safe import visible
from truetally.report.shares import grouped
from truetally.report.words import Lang, say

_WIDE = 200  # columns where no one looks: a pipe or a file wraps nothing that is shorter
CLASS_STYLE = {"GIVT": "yellow", "SIVT": "red", "givt": "yellow", "sivt": "red",
               "valid": "green", "not_counted": "bright_black", "NOT_COUNTED": "bright_black"}


def printer(*, error: bool = False) -> Console:
    """Open the console on standard output (or error) that takes all text literally."""
    console = Console(stderr=error, markup=False, highlight=False, emoji=False)
    return console if console.is_terminal else Console(
        stderr=error, markup=False, highlight=False, emoji=False, width=_WIDE)


def cell(text: str, style: str = "", cap: int = 200) -> Cell:
    """Show a text from data in a table."""
    return Cell(visible(text, cap), style=style)


def value(what: Value, lang: Lang) -> str:
    """Show a measure, parameter or key; the result still goes through `cell`."""
    if what is None:
        return say("common.unknown", lang)
    if isinstance(what, bool):
        return say("common.yes" if what else "common.no", lang)
    if isinstance(what, tuple):
        return ", ".join(what) or say("common.none", lang)
    return grouped(what) if isinstance(what, int) else what


def pairs(values: Mapping[str, Value], lang: Lang) -> str:
    """Show named values on one line: ``n 60, top 58``."""
    return ", ".join(f"{name} {value(what, lang)}" for name, what in values.items())


def table(*heads: str, right: tuple[int, ...] = ()) -> Table:
    """Make an empty table with these heads; columns named in `right` hold numbers."""
    made = Table(box=SIMPLE, pad_edge=False, header_style=Style(dim=True))
    for place, head in enumerate(heads):
        number = place in right
        made.add_column(head, justify="right" if number else "left", no_wrap=number,
                        overflow="fold")
    return made


def facts() -> Table:
    """Make an empty list of names and values."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style=Style(dim=True), no_wrap=True)
    made.add_column(overflow="fold")
    return made
