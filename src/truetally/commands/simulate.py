"""`truetally simulate`: write labelled log records of a scenario; nothing is ever sent."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import JsonOption, LangOption
from truetally.errors import InputError, problem

ScenarioArgument = Annotated[str, typer.Argument(
    metavar="SCENARIO", help="video-case, or another built-in one, or a scenario file (TOML).")]
OutOption = Annotated[Path, typer.Option(
    "--out", metavar="DIR", show_default=False, help="A new folder for the log and its labels.")]
EventsOption = Annotated[int | None, typer.Option(
    "--events", min=1, metavar="N", help="Events in all, honest and fake.")]
ScaleOption = Annotated[str | None, typer.Option(
    "--scale", metavar="X", help="Share of the scenario's own size, such as 0.001.")]
SeedOption = Annotated[int, typer.Option(
    "--seed", min=0, metavar="S", show_default=False,
    help="The same scenario, size and seed give the same bytes.")]
DoseOption = Annotated[str | None, typer.Option(
    "--dose", metavar="X", help="Fakes for each honest play of a target item, where the scenario "
    "has doses.")]
ThreadsOption = Annotated[int, typer.Option(
    "--threads", min=1, max=64, metavar="N", help="Threads; they change no byte.")]


def simulate(scenario: ScenarioArgument, *, out: OutOption, seed: SeedOption,
             events: EventsOption = None, scale: ScaleOption = None, dose: DoseOption = None,
             threads: ThreadsOption = 2, json: JsonOption = False,
             lang: LangOption = "en") -> None:
    """Write labelled log records of honest and fake traffic.

    Only records are written, in files; nothing is ever sent to anyone. One of --events and
    --scale says how many.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.progress import Steps
    from truetally.report.terminal.progress import watched
    from truetally.report.terminal.simulation import simulation_view
    from truetally.report.words import checked_lang
    from truetally.simulate import simulate as write

    tongue = checked_lang(lang)
    if (events is None) == (scale is None):
        raise InputError(problem("the size is not said once", expected="--events or --scale",
                                 found="both" if events else "neither",
                                 then="give one of them"))
    with watched(quiet=json) as progress:
        progress.stage("simulate", events)
        written = write(scenario, out, events=events, scale=scale, seed=seed, dose=dose,
                        threads=threads, progress=Steps(progress))
    if json:
        show_json({"out": str(out), "files": [str(path) for path in written.files],
                   "labels": str(written.labels), "counts": dict(written.counts)})
    else:
        show(simulation_view(out, written.files, written.labels, written.counts, tongue))
