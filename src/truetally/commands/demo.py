"""`truetally demo`: the video case in small, from simulation to report."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import JsonOption, LangOption

OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help=(
    "Folder for the simulated log, the case and the report."))]
EventsOption = Annotated[int, typer.Option("--events", min=1000, max=5_000_000, metavar="N", help=(
    "Events of the simulated log, honest and fake."))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, metavar="S", help=(
    "Seed of the simulation; the same seed gives the same bytes."))]


def demo(*, out: OutOption = Path("demo"), events: EventsOption = 200_000, seed: SeedOption = 7,
         json: JsonOption = False, lang: LangOption = "en") -> None:
    """Show it all on a simulated log.

    Simulates honest plays and bought ones after a published court case, decides them as any log
    is decided, compares the verdicts with the labels, seals the case, and says where the report is.
    """
    from truetally.commands.outcome import next_steps, verify_step
    from truetally.commands.show_text import show, show_json
    from truetally.commands.titles import titles
    from truetally.report.plain import plain, summary_json
    from truetally.report.terminal.counts import summary_view
    from truetally.report.terminal.progress import watched
    from truetally.report.terminal.score import score_view
    from truetally.report.words import checked_lang
    from truetally.run.demo import demo as run_demo

    tongue = checked_lang(lang)
    with watched(quiet=json) as progress:
        made = run_demo(out, events=events, seed=seed, lang=tongue, progress=progress)
    if json:
        show_json({**summary_json(made.summary), "score": plain(made.score)})
    else:
        show(summary_view(made.summary, tongue, titles(tongue)), score_view(made.score, tongue),
             next_steps(made.page, made.case, tongue), verify_step(made, tongue))
