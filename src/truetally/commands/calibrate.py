"""`truetally calibrate`: thresholds for a false-positive rate, from events known to be clean."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import JsonOption, LangOption
from truetally.errors import InputError, problem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.words import Lang
    from truetally.run.calibrate import Calibrated

ReferenceArgument = Annotated[list[str], typer.Argument(metavar="REFERENCE...", help=(
    "Events named clean by independent evidence: files or folders, as for `truetally run`."))]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it (JSON).")]
RateOption = Annotated[str, typer.Option("--false-positive-rate", metavar="R", help=(
    "Chance that an honest device, address or title is flagged by any criterion, as 0.001."))]
PolicyOption = Annotated[str, typer.Option("--policy", metavar="NAME|FILE", help=(
    "Policy whose statistical criteria are calibrated."))]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="DAY", help=(
    "Last local day of the reference, such as the day before the campaign."))]
PaidOption = Annotated[bool, typer.Option("--paid-only", help=(
    "Only devices that paid; criteria of titles and addresses then keep their defaults."))]


def calibrate(reference: ReferenceArgument, *, out: OutOption, rate: RateOption,
              policy: PolicyOption = "video", until: UntilOption = None,
              paid_only: PaidOption = False, json: JsonOption = False,
              lang: LangOption = "en") -> None:
    """Set thresholds of the statistical criteria for a false-positive rate.

    Half of the reference's devices set them, the other half checks them. The file that is written
    is named by a policy with its SHA-256; a case decided under that policy is calibrated.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang
    from truetally.run.calibrate import Asked
    from truetally.run.calibrate import calibrate as carry_out
    from truetally.run.case import write_aside
    from truetally.run.period import day_number

    tongue = checked_lang(lang)
    asked = Asked(rate=_rate(rate), policy=policy, paid_only=paid_only,
                  until=None if until is None else day_number(until, "--until"))
    with watched(quiet=json) as progress:
        made = carry_out(reference, asked, progress=progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_aside(out, made.content)
    if json:
        show_json({**made.says, "sha256": made.sha256, "file": str(out)})
    else:
        show(*_views(made, out, tongue))


def _rate(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError(problem("not a false-positive rate", where="--false-positive-rate",
                                 expected="a number such as 0.001", found=repr(text[:40]),
                                 then="correct it")) from None


def _views(made: "Calibrated", out: Path, lang: "Lang") -> "list[RenderableType | str]":
    from rich.text import Text

    from truetally.report.safe import message
    from truetally.report.shares import grouped
    from truetally.report.terminal.cells import cell, table
    from truetally.report.words import say

    heads = ("criterion", "parameter", "default", "value", "unit", "flagged", "checked", "bound")
    shown = table(*[say(f"calibrate.{head}", lang) for head in heads], right=(2, 3, 5, 6, 7))
    for code, one in made.says["criteria"].items():
        shown.add_row(cell(code), cell(one["parameter"]), grouped(one["default"]),
                      grouped(one["value"]), say(f"calibrate.{one['unit']}", lang),
                      f"{grouped(one['flagged'])} / {grouped(one['units'])}",
                      f"{grouped(one['check_flagged'])} / {grouped(one['check_units'])}",
                      f"{grouped(-(-one['guaranteed_ppb'] // 1000))} ppm")
    said = say("calibrate.reached" if made.says["reached"] else "calibrate.not_reached", lang,
               rate=made.says["false_positive_rate"],
               bound=grouped(-(-made.says["guaranteed_ppb"] // 1000)))
    lacking = ", ".join(f"{code} ({', '.join(columns)})"
                        for code, columns in made.says["without_columns"].items())
    return [shown if made.says["criteria"] else Text(say("calibrate.nothing", lang)), Text(said),
            *([Text(say("calibrate.without_columns", lang, criteria=lacking))] if lacking else []),
            *[Text(message(f"! {w}")) for w in made.says["warnings"]],
            Text(say("calibrate.use", lang)), "",
            Text(f'[calibration]\nfile = "{out.name}"\nsha256 = "{made.sha256}"')]
