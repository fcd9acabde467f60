"""`truetally bench`: how good the verdicts are, on simulated logs, beside rivals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import JsonOption

if TYPE_CHECKING:
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


def _view(grid: "Grid") -> "RenderableType":
    """Show one table with its title. Wide ones run over the edge: a cut figure is no figure."""
    from rich.console import Group
    from rich.text import Text

    from truetally.report.safe import visible

    lines = [grid.heads, *grid.cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(grid.heads))]
    shown = ["  ".join(text.ljust(width) if place == 0 else text.rjust(width) for place, (text, width)
                       in enumerate(zip(line, widths, strict=True))) for line in lines]
    rows = [Text(visible(line, 4000), "dim" if n == 0 else "", no_wrap=True, overflow="ignore")
            for n, line in enumerate(shown)]
    return Group(Text(grid.title, "bold"), *rows, Text())
