"""`truetally export` and `truetally open`: the other side's copy, and fields opened later."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help=(
    "The zip to write; with --open the JSON file."))]
ClearOption = Annotated[list[str] | None, typer.Option("--clear", metavar="FIELD", help=(
    "Give this personal field as it is; once for each."))]
QuickOption = Annotated[bool, typer.Option("--no-sensitivity", help=(
    "Leave out how the counts move with each threshold, which decides the case many times."))]
OpenOption = Annotated[list[str] | None, typer.Option("--open", metavar="EVENT_ID:FIELD", help=(
    "Write value and salt of a withheld field instead; once for each."))]
CopyArgument = Annotated[Path, typer.Argument(metavar="COPY", help="A zip from truetally export.")]
OpeningArgument = Annotated[Path, typer.Argument(metavar="OPENING", help=(
    "JSON from truetally export --open."))]


def export(case: CaseArgument, out: OutOption, *, clear: ClearOption = None,
           no_sensitivity: QuickOption = False, open_: OpenOption = None,
           json: JsonOption = False) -> None:
    """Write a copy for the other side.

    All rows with personal fields replaced by keyed hashes and committed to one by one, every
    decision, the policy with its lists, the weaknesses, and how each count moves with each
    threshold. Run on the copy, truetally gives every event the same verdict.
    """
    from truetally.commands.show_text import show_json
    from truetally.report.terminal.progress import watched
    from truetally.run.disclose import export_copy
    from truetally.run.openings import open_fields, parse_asked

    if open_:
        told: dict[str, object] = {"file": str(out),
                                   "opened": open_fields(case, parse_asked(open_), out)}
    else:
        with watched(quiet=json) as progress:
            made = export_copy(case, out, clear=clear or (), moved=not no_sensitivity,
                               progress=progress)
        told = {"file": str(out), "sha256": made.sha256, "rows": made.rows,
                "withheld": list(made.withheld), "points": made.points}
    if json:
        show_json(told)
    else:
        typer.echo("\n".join(f"{name}: {value}" for name, value in told.items()))


def open_(copy: CopyArgument, opening: OpeningArgument, *, json: JsonOption = False) -> None:
    """Check fields that were opened later against a copy.

    Each opened value, with its salt, must be the one that the copy committed to.
    """
    from truetally.commands.show_text import show_json
    from truetally.report.safe import message
    from truetally.run.openings import check_openings

    found = check_openings(copy, opening)
    if json:
        show_json({"opened": [dict(each) for each in found]})
    else:
        typer.echo("\n".join(message(f"{each['event_id']} {each['field']}: {each['value']}")
                             for each in found))
