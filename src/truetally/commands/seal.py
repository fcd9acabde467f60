"""`truetally seal` and `truetally key`: put a case under one signed and stamped statement."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption

KeyOption = Annotated[Path | None, typer.Option("--key", metavar="FILE", help=(
    "Private key of the operator (Ed25519, PEM, mode 600, not in the case); left out: the text in "
    "TRUETALLY_KEY, else the seal is not signed."))]
ReviewerOption = Annotated[Path | None, typer.Option("--reviewer-key", metavar="FILE", help=(
    "Private key of a second person who has looked the case through."))]
TsaOption = Annotated[str | None, typer.Option("--tsa", metavar="URL", help=(
    "Time-stamping authority (RFC 3161); local:DIR is a test authority. Where none is reached the "
    "case is sealed untimed, and says so."))]
PackageOption = Annotated[Path | None, typer.Option("--package", metavar="FILE.zip", help=(
    "Also write the case as one file, with the verifier beside it."))]
SourcesOption = Annotated[bool, typer.Option("--with-sources/--without-sources", help=(
    "Whether the package holds the sources; without them only their hashes can be compared."))]


def seal(case: CaseArgument, *, key: KeyOption = None, reviewer_key: ReviewerOption = None,
         tsa: TsaOption = None, package: PackageOption = None,
         with_sources: SourcesOption = True, json: JsonOption = False,
         lang: LangOption = "en") -> None:
    """Seal a case.

    Every source row, decision, finding and file, and the custody log, under one statement.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.progress import watched
    from truetally.report.terminal.seal import sealed_view
    from truetally.report.words import checked_lang
    from truetally.run.seal import seal_case

    tongue = checked_lang(lang)
    with watched(quiet=json) as progress:
        made = seal_case(case, key=key, reviewer_key=reviewer_key, tsa=tsa, package=package,
                         with_sources=with_sources, progress=progress)
    if json:
        show_json({"seal": plain(made)})
    else:
        show(sealed_view(made, str(case), tongue))


def key(*, out: Annotated[Path, typer.Option("--out", metavar="FILE", show_default=False, help=(
        "New file for the private key, outside every case."))]) -> None:
    """Make a key to sign with.

    Writes the private key (mode 600) and beside it FILE.pub, which others need to verify.
    """
    from truetally.commands.show_text import show
    from truetally.evidence.keys import generate
    from truetally.report.terminal.cells import cell

    public = generate(out)
    show(cell(f"private key: {out}", cap=4000),
         cell(f"public key:  {public} (give this one away)", cap=4000))
