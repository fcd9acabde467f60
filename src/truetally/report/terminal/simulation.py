"""What a simulation wrote."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, facts
from truetally.report.words import Lang, say


def simulation_view(out: Path, files: Sequence[Path], labels: Path, counts: Mapping[str, int],
                    lang: Lang) -> Table:
    """Show the files, how many rows are honest and fake, and how to decide them."""
    made = facts()
    made.add_row("", say("page.synthetic", lang))
    made.add_row(say("simulation.log", lang), cell(_first(files), cap=4000))
    made.add_row(say("simulation.labels", lang), cell(str(labels), cap=4000))
    for name in ("events", "honest", "fake"):
        made.add_row(say(f"simulation.{name}", lang), grouped(counts[name]))
    sources = f"{shlex.quote(str(out / 'events'))}/*"
    made.add_row(say("terms.next", lang), cell(f"truetally run {sources} --case CASE", cap=4000))
    return made


def _first(files: Sequence[Path]) -> str:
    """Name the first file, and how many there are."""
    return f"{files[0]} (1 / {len(files)})" if len(files) > 1 else str(files[0])
