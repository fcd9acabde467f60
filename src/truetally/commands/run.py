"""`truetally run`: decide every event of the sources, restate the counts, write the case."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import JsonOption, LangOption

if TYPE_CHECKING:
    from truetally.report.progress import Progress
    from truetally.report.words import Lang
    from truetally.run.totals import Counted

SourceArgument = Annotated[list[str], typer.Argument(
    metavar="SOURCE", help="Parquet, CSV, JSON lines or access logs (plain, gz, zst); a glob in "
    "quotes; with Spark, spark_table:DB.NAME.", show_default=False)]
CaseOption = Annotated[Path, typer.Option("--case", metavar="DIR", show_default=False, help=(
    "Folder of the case. One that exists takes the sources that are new to it."))]
PolicyOption = Annotated[str | None, typer.Option("--policy", metavar="NAME|FILE", help=(
    "video, click, counter-r5.1, podcast-2.3, or a policy file. Left out: for a new case what the "
    "sources suggest, else the case's own."))]
MappingOption = Annotated[Path | None, typer.Option("--mapping", metavar="FILE", help=(
    "TOML that names the source's columns; `truetally map SOURCE` proposes one."))]
EngineOption = Annotated[str, typer.Option("--engine", metavar="ENGINE", help=(
    "duckdb, spark, spark://HOST:PORT or sc://HOST:PORT."))]
OffsetOption = Annotated[str | None, typer.Option("--offset", metavar="+HH:MM", help=(
    "Offset from UTC that makes the case's local days, fixed for a case. Left out: +08:00 for a "
    "new case."))]
MemoryOption = Annotated[str | None, typer.Option("--memory", metavar="SIZE", help=(
    "Most memory the engine may take, such as 2GB; past it, it spills to disk."))]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, metavar="N", help=(
    "Threads of the engine; left out: as many as the machine has. Changes no result."))]
TempOption = Annotated[Path | None, typer.Option("--temp", metavar="DIR", help=(
    "Where the engine spills; left out: inside the case."))]
DuplicatesOption = Annotated[bool, typer.Option("--allow-duplicates", help=(
    "Count a source again that has the same SHA-256 as another. Otherwise it is refused."))]

AcquisitionOption = Annotated[Path | None, typer.Option("--acquisition", metavar="FILE", help=(
    "TOML that says where the sources come from, by what method, and what was filtered before; it "
    "goes into the case's custody log."))]


def run(sources: SourceArgument, *, case: CaseOption,
        policy: PolicyOption = None, mapping: MappingOption = None,
        engine: EngineOption = "duckdb", offset: OffsetOption = None,
        memory: MemoryOption = None, threads: ThreadsOption = None, temp: TempOption = None,
        allow_duplicates: DuplicatesOption = False, acquisition: AcquisitionOption = None,
        json: JsonOption = False,
        lang: LangOption = "en") -> None:
    """Decide every event and restate the counts.

    Writes the case folder. Run it again with new sources: only what they touch is decided again.
    """
    from truetally.commands.lean import is_spark, loading, without
    from truetally.report.words import checked_lang

    tongue = checked_lang(lang)
    with nullcontext() if is_spark(engine, case) else without("pandas"):
        with loading():  # no more than what reads: the rest can be loaded while that is at it
            from truetally.report.html.drawer import Drawer
            from truetally.run import decide_case

        counted: list[Counted] = []
        with Drawer() as drawer:
            with _watched(quiet=json) as progress:
                decide_case(
                    sources, case, policy=policy, mapping=mapping, engine=engine, offset=offset,
                    memory=memory, threads=threads, temp=temp, allow_duplicates=allow_duplicates,
                    acquisition=acquisition, progress=progress, on_days=drawer.for_days,
                    counted=counted, meanwhile=partial(_ready, tongue))
            from truetally.commands.outcome import show_outcome, write_page

            page, summary = write_page(case, tongue, drawer, counted)
        show_outcome(summary, page, case, tongue, as_json=json)


def _ready(lang: "Lang") -> None:
    """Load what shows the outcome."""
    from truetally.commands.outcome import ready_page

    ready_page(lang)


@contextmanager
def _watched(*, quiet: bool) -> Iterator["Progress"]:
    """Show progress; a quiet run does not even load what would show it."""
    from truetally.report.progress import Silent

    if quiet:
        yield Silent()
        return
    from truetally.report.terminal.progress import watched

    with watched() as progress:
        yield progress
