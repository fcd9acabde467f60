"""Standard output: views and JSON, written so that a closed pipe is no error."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from truetally.report.safe import for_json

if TYPE_CHECKING:
    from rich.console import RenderableType


def show(*views: "RenderableType") -> None:
    """Print views on standard output."""
    from truetally.report.terminal.cells import printer

    console = printer()
    with console.capture() as captured:
        for view in views:
            console.print(view, crop=False)
    _write("\n".join(line.rstrip() for line in captured.get().split("\n")))


def show_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on standard output."""
    _write(for_json(value) + "\n")


def _write(text: str) -> None:
    """Write at once; where the reader has closed the pipe (`| head`) there is nothing to tell."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes again at its end: give it a place where that works.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
