"""What follows a run: the page, the summary, and where to go from here."""

import shlex
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from truetally.commands.show_text import show, show_json
from truetally.commands.titles import titles
from truetally.report.data import Line, Summary
from truetally.report.plain import summary_json
from truetally.report.words import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.html.drawer import Drawer
    from truetally.run.demo import Demo
    from truetally.run.totals import Counted


def write_page(case: Path, lang: Lang, drawer: "Drawer | None" = None,
               counted: "Sequence[Counted]" = ()) -> tuple[Path, Summary]:
    """Write the case's report page; return its path and the counts that it shows.

    `drawer` makes its charts, beside what else is done; what a run has `counted` just now is not
    read again.
    """
    from truetally.report.html import chart
    from truetally.report.html.drawer import Drawer
    from truetally.report.html.page import write_report
    from truetally.run.report_data import report_data

    drawing = drawer or Drawer()  # one that is not begun draws here

    def ahead(days: Sequence[Line]) -> None:
        for size in (chart.WIDE, chart.NARROW):
            if spec := chart.described(days, lang, size):
                drawing.ahead(spec)

    data = report_data(case.absolute(), counted, ahead)  # of the case `.`, too, we say the name
    return write_report(case, data, lang, drawing.svg), data.summary


def ready_page(lang: Lang) -> None:
    """Load what `write_page` is going to need."""
    from truetally.report.html.page import templates

    import_module("truetally.run.report_data")
    templates(lang)
    say("terms.report", lang)  # any word: with the first, all are read


def show_outcome(summary: Summary, page: Path, case: Path, lang: Lang, *, as_json: bool) -> None:
    """Print what a run came to, as JSON or as tables with the next commands."""
    if as_json:
        show_json(summary_json(summary))
        return
    from truetally.report.terminal.counts import summary_view

    show(summary_view(summary, lang, titles(lang)), next_steps(page, case, lang))


def next_steps(page: Path, case: Path, lang: Lang) -> "RenderableType":
    """Say where the page is and which commands look further."""
    from rich.console import Group
    from rich.text import Text as Cell

    from truetally.report.terminal.cells import cell, facts

    made = facts()
    made.add_row(say("terms.report", lang), cell(str(page), "bold", cap=4000))
    name = shlex.quote(str(case))
    for place, command in enumerate((f"truetally show {name} --by item",
                                     f"truetally explain {name} EVENT_ID",
                                     "truetally criteria")):
        made.add_row(say("terms.next", lang) if place == 0 else "", cell(command, cap=4000))
    return Group(Cell(), made)


def verify_step(made: "Demo", lang: Lang) -> "RenderableType":
    """Say how anybody verifies what the demo sealed."""
    from truetally.report.terminal.cells import cell, facts

    step = facts()
    root = f" --tsa-root {shlex.quote(made.root)}" if made.root else ""
    step.add_row(say("seal.verify", lang), cell(
        f"truetally verify {shlex.quote(str(made.case))} --key {shlex.quote(str(made.key))}{root}",
        cap=4000))
    return step
