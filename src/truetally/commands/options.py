"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option(
    "--json", help="Print one JSON object on standard output and nothing else.")]
LangOption = Annotated[str, typer.Option(
    "--lang", metavar="en|zh", envvar="TRUETALLY_LANG",
    help="Language of tables and report: English or Chinese.")]
CaseArgument = Annotated[Path, typer.Argument(
    metavar="CASE", help="Folder of a case that `truetally run` wrote.")]
