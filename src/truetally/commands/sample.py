"""`truetally sample`: a random sample of the verdicts that anyone can draw again."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption
from truetally.errors import InputError, problem

_WHOLE = 1000  # permille
SizeOption = Annotated[int | None, typer.Option("--size", min=1, max=1_000_000, metavar="N", help=(
    "Commit to a new sample of so many events."))]
SeedOption = Annotated[list[str] | None, typer.Option("--seed-from", metavar="TEXT", help=(
    "Draw with a seed made of this text; once for each contribution, in order."))]
CommitOption = Annotated[list[str] | None, typer.Option(
    "--seed-commitment", metavar="SHA256", help=(
    "With --size: what each party has committed to; --seed-from must reveal it."))]
PartsOption = Annotated[int, typer.Option("--parts", min=1, max=50, metavar="P", help=(
    "With --size: cut each verdict's events into so many spans of days."))]
ExpectOption = Annotated[list[str] | None, typer.Option(
    "--expect", metavar="VERDICT=PERMILLE", help=(
    "With --size: expected error shares, for Neyman's allocation instead of a proportional one."))]
ResultsOption = Annotated[list[Path] | None, typer.Option("--results", metavar="CSV", help=(
    "A sheet that came back; once for each examiner, a third where they differ."))]
SensitivityOption = Annotated[int, typer.Option("--examiner-sensitivity", min=1, max=1000, help=(
    "With --results: of known invalid events, permille that the examiners find."))]
SpecificityOption = Annotated[int, typer.Option("--examiner-specificity", min=1, max=1000, help=(
    "With --results: of known valid events, permille that the examiners leave."))]


def sample(case: CaseArgument, *, size: SizeOption = None, seed_from: SeedOption = None,
           seed_commitment: CommitOption = None, parts: PartsOption = 1,
           expect: ExpectOption = None, results: ResultsOption = None,
           sensitivity: SensitivityOption = 1000, specificity: SpecificityOption = 1000,
           json: JsonOption = False, lang: LangOption = "en") -> None:
    """Sample the verdicts for two blind examiners.

    Three steps: --size commits to a frame; --seed-from draws from it and writes the sheets;
    --results takes the filled sheets and restates the count with an interval. --size and
    --seed-from in one command show nobody that the frame came first.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.terminal.sample import drawn_view, frame_view, outcome_view
    from truetally.report.words import checked_lang
    from truetally.run.sample import Plan, commit, draw_sample, newest
    from truetally.run.sample_results import examine, outcome_json, write_sheets

    tongue, shown = checked_lang(lang), []
    told: dict[str, object] = {}
    if not (size or seed_from or results):
        raise InputError(problem("nothing to do", expected="--size, --seed-from or --results",
                                 then="begin with --size N"))
    if size:
        made = commit(case, Plan(size=size, parts=parts, expected=_expected(expect),
                                 committed=tuple(seed_commitment or ())))
        shown.append(frame_view(made.frame, made.frame_sha256, tongue))
        told |= {"frame": dict(made.frame), "frame_sha256": made.frame_sha256}
    if seed_from:
        made = draw_sample(case, newest(case), seed_from)
        files = [str(path) for path in write_sheets(case, made, tongue)]
        shown.append(drawn_view(made.seed, files, tongue, sealed_first=made.sealed_first))
        told |= {"seed": made.seed, "sealed_first": made.sealed_first, "sheets": files}
    if results:
        found = examine(case, newest(case), results, sensitivity_permille=sensitivity,
                        specificity_permille=specificity)
        shown.append(outcome_view(found.agreement, found.outcome, tongue))
        told |= {"outcome": outcome_json(found)}
    if json:
        show_json(told)
    else:
        show(*shown)


def _expected(texts: list[str] | None) -> dict[str, int] | None:
    """Read VERDICT=PERMILLE. Raises InputError."""
    from truetally.run.sample_frame import NAMES

    found = {}
    for text in texts or ():
        name, _, share = text.partition("=")
        if name not in NAMES or not (share.isascii() and share.isdigit()) or int(share) > _WHOLE:
            raise InputError(problem("not an expected error share", where="--expect",
                                     expected=f"one of {', '.join(NAMES)}, = and 0 to 1000",
                                     found=repr(text), then="correct it"))
        found[name] = int(share)
    return found or None
