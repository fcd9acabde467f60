"""`truetally report`: a case as a court reads it."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption
from truetally.errors import InputError, problem

FormatOption = Annotated[str, typer.Option("--format", metavar="html|pdf|docx|case", help=(
    "Web page, PDF/A-2b, Word, or CASE/UCO JSON-LD for other forensic tools."))]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=(
    "Where to write; left out: the case's report/. A sealed case needs a place outside it."))]
PublicOption = Annotated[bool, typer.Option("--public", help=(
    "Leave out thresholds, lists, signatures and policy, and commit to them by a digest."))]
AnnexOption = Annotated[bool, typer.Option("--annex", help=(
    "Write what --public leaves out, bound apart."))]
MatterOption = Annotated[Path | None, typer.Option("--matter", metavar="TOML", help=(
    "What a party states: court, number, commission, how its systems ran (docs/report.md)."))]


def report(case: CaseArgument, *, format_: FormatOption = "html", out: OutOption = None,
           public: PublicOption = False, annex: AnnexOption = False, matter: MatterOption = None,
           json: JsonOption = False, lang: LangOption = "en") -> None:
    """Write a report for a court.

    One page for the judge, then what the rules on expert opinions and electronic data ask for:
    material, method, process, results, limits, numbered exhibits, and every figure with the
    digests of its query and result.
    """
    from truetally.commands.show_text import show_json
    from truetally.report.document import Scope
    from truetally.report.words import checked_lang
    from truetally.run.report_case import checked_format, report_case

    tongue, form = checked_lang(lang), checked_format(format_)
    if public and annex:
        raise InputError(problem("two scopes at once", where="--public, --annex",
                                 expected="one of them", then="run the command twice"))
    scope: Scope = "public" if public else "annex" if annex else "parties"
    files = report_case(case, out, lang=tongue, form=form, scope=scope, matter=matter)
    if json:
        show_json({"scope": scope, "format": form, "files": [str(path) for path in files]})
    else:
        typer.echo("\n".join(str(path) for path in files))
