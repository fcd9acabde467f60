"""An estimate on a terminal: sentences, then tables."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text as Cell

from truetally.report.estimate import Part
from truetally.report.figure.page import Sheet
from truetally.report.terminal.cells import cell, table


def parts_view(parts: Sequence[Part]) -> RenderableType:
    """Show every number under its heading."""
    shown: list[RenderableType] = []
    for part in parts:
        shown += [Cell(), Cell(part.title, style="bold")]
        if part.sheet:
            shown.append(sheet_view(part.sheet))
        shown += [Cell(said) for said in part.says]
    return Group(*shown)


def sheet_view(sheet: Sheet) -> RenderableType:
    """Show a table."""
    made = table(*sheet.heads, right=tuple(n for n in range(len(sheet.heads))
                                           if n not in sheet.left))
    for row in sheet.rows:
        made.add_row(*[cell(text) for text in row])
    return made
