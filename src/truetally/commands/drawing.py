"""Where a drawing goes: a file whose ending says its form."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truetally.errors import InputError, problem

if TYPE_CHECKING:
    from truetally.report.figure.page import Sheet
    from truetally.report.words import Lang

DrawingOption = Annotated[Path | None, typer.Option(
    "--out", metavar="FILE", help="Also draw it, into FILE.html, .svg, .png or .pdf.")]
FromOption = Annotated[str | None, typer.Option(
    "--from", metavar="DAY", help="First local day, such as 2017-08-29.")]
ToOption = Annotated[str | None, typer.Option(
    "--to", metavar="DAY", help="Last local day, inclusive.")]
ENDINGS = (".html", ".svg", ".png", ".pdf")


def checked_ending(path: Path | None, endings: Sequence[str] = ENDINGS) -> Path | None:
    """Return the path if its ending names a form. Raises InputError."""
    if path is not None and path.suffix.lower() not in endings:
        raise InputError(problem("unknown kind of drawing", where="--out", found=path.name,
                                 expected=" or ".join(endings), then="choose another ending"))
    return path


def draw(path: Path, chart: Callable[[], Any], title: str, notes: Sequence[str],
         sheets: "Callable[[], Sequence[Sheet]]", lang: "Lang") -> None:
    """Draw a chart into a file: a page with its tables, or the drawing alone."""
    from truetally.charts.render import FORMS, render
    from truetally.report.figure.page import figure_page
    from truetally.run.case import write_aside

    form = path.suffix.lower()[1:]
    known = next((f for f in FORMS if f == form), None)
    if known:
        content = render(chart(), known)
    else:
        content = figure_page(title, notes, render(chart(), "svg"), sheets(), lang).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_aside(path, content)
