"""`truetally bench`: how good the verdicts are, on simulated logs, beside rivals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from truetally.bench.grids import Grid

QuickOption = Annotated[bool, typer.Option(
    "--quick", help="Smaller logs and one seed each: some minutes instead of most of an hour.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help=(
    "Folder for quality.md, results and plots."))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=1_000_000_000, metavar="S", help=(
    "Seed of all simulated logs."))]


def bench(*, quick: QuickOption = False, out: OutOption = Path("bench"), seed: SeedOption = 7,
          json: JsonOption = False) -> None:
    """Measure how much is found and how much is wrongly voided, on simulated logs.

    Simulates every scenario and placebo, decides each log, and compares the verdicts with the
    labels, beside other methods on the same logs. Needs the optional packages of
    pip install 'truetally[bench]'.
    """
    from truetally.bench.benchmark import run
    from truetally.bench.page import tables, write
    from truetally.bench.results import results
    from truetally.bench.suite import FULL, QUICK
    from truetally.commands.show_text import show, show_json
    from truetally.report.terminal.progress import watched

    with watched(quiet=json) as progress:
        measured = run(QUICK if quick else FULL, out, seed=seed, progress=progress)
        files = write(measured, out)
    if json:
        show_json({**results(measured), "files": [str(path) for path in files]})
    else:
        show(*[_view(grid) for grid in tables(measured)])
        typer.echo("\n".join(str(path) for path in files))


def lines_of(grid: "Grid") -> "Iterator[str]":
    """Lay a table out in lines: title, heads, rows. Wide ones run over the edge of a terminal,
    because a cut figure is no figure.
    """
    rows = [grid.heads, *grid.cells]
    widths = [max(len(row[place]) for row in rows) for place in range(len(grid.heads))]
    yield grid.title
    for name, *rest in rows:
        yield "  ".join([name.ljust(widths[0]), *[
            text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]])


def _view(grid: "Grid") -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    from truetally.report.safe import visible

    title, heads, *rows = [visible(line, 4000) for line in lines_of(grid)]
    return Group(Text(title, "bold"), Text(heads, "dim", no_wrap=True, overflow="ignore"),
                 *[Text(row, no_wrap=True, overflow="ignore") for row in rows], Text())
