"""`truetally verify`: check a sealed case, a package or a proof; it writes nothing."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import JsonOption, LangOption

PathArgument = Annotated[Path, typer.Argument(
    metavar="PATH", help="A sealed case, a package (zip) or a proof (JSON).", show_default=False)]
KeysOption = Annotated[list[Path] | None, typer.Option("--key", metavar="FILE", help=(
    "Public key (PEM) that you have from the author and not from the package; may be repeated. "
    "Left out: author unknown."))]
RootsOption = Annotated[list[Path] | None, typer.Option("--tsa-root", metavar="FILE", help=(
    "Root certificate of the time-stamping authority, from the authority itself. Left out: time "
    "unknown."))]
ReplayOption = Annotated[bool, typer.Option("--replay", help=(
    "Also decide every event again from the sources and compare."))]
AllOption = Annotated[bool, typer.Option("--all", help="Show the checks that passed, too.")]


def verify(path: PathArgument, *, key: KeysOption = None, tsa_root: RootsOption = None,
           replay: ReplayOption = False, every: AllOption = False, json: JsonOption = False,
           lang: LangOption = "en") -> None:
    """Verify a sealed case, a package or a proof.

    Every finding, with what was expected and what was found. Exit code 1 if anything is not as it
    must be, or could not be checked though asked for.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.evidence.program import verify_path
    from truetally.report.plain import plain
    from truetally.report.terminal.progress import watched
    from truetally.report.terminal.seal import checks_view
    from truetally.report.words import checked_lang

    tongue = checked_lang(lang)
    report = verify_path(path, key or [], tsa_root or [])
    if replay:
        from truetally.run.replay import replay as decide_again

        with watched(quiet=json) as progress:
            decide_again(path, report, progress)
    if json:
        show_json({"verified": not report.failed, "findings": plain(report.findings)})
    else:
        show(checks_view(report.findings, tongue, everything=every))
    if report.failed:
        raise typer.Exit(1)
