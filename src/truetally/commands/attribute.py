"""`truetally attribute`: tie a case's fake traffic to the software that made it."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption

ArtefactsOption = Annotated[Path, typer.Option("--artefacts", metavar="DIR", show_default=False,
    help="Folder or zip of the seized client. It is read; nothing in it is executed.")]
SignatureOption = Annotated[list[str] | None, typer.Option("--signature", metavar="F.toml|NAME",
    help="A signature file, or video-case or video-case-referrer; may be given several times. Left "
         "out: one is proposed from the artefacts.")]
ProposeOption = Annotated[bool, typer.Option("--propose-signature", help=(
    "Run the signature that the artefacts suggest too; it is frozen before the log is opened."))]
CaptureOption = Annotated[list[Path] | None, typer.Option("--capture", metavar="F", help=(
    "A capture of the running client: pcap, pcapng or HAR."))]
OrdersOption = Annotated[list[Path] | None, typer.Option("--orders", metavar="F", help=(
    "The vendor's order ledger: CSV or XLSX."))]
TasksOption = Annotated[list[Path] | None, typer.Option("--tasks", metavar="F", help=(
    "A client's task log: CSV, XLSX or SQLite."))]
TestOrdersOption = Annotated[list[Path] | None, typer.Option("--test-orders", metavar="F.csv",
    help="Orders the investigator placed: order, target, start, end, number done.")]
ClockOption = Annotated[int, typer.Option("--clock-offset-ms", min=0, max=86_400_000, metavar="N",
    help="The greatest difference between the clocks of the log and of captures and tasks.")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DAY", help=(
    "First local day of the period. Left out: the signature's own, else the log's."))]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DAY", help=(
    "Last local day of the period, included."))]
BeforeOption = Annotated[str | None, typer.Option("--before", metavar="DAY", help=(
    "The first day on which the vendor existed: what came earlier is the reference for the base "
    "rate. Left out: the period's first day."))]
ReferenceOption = Annotated[list[Path] | None, typer.Option("--reference", metavar="CASE", help=(
    "A case of another site's log, for the base rate."))]
SpotsOption = Annotated[int, typer.Option("--spot-checks", min=0, max=10_000, metavar="N", help=(
    "Events drawn and printed with their look-ups."))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, metavar="S", help=(
    "Seed of the spot checks and the decoys."))]
CsvOption = Annotated[bool, typer.Option("--csv", help="Write every set as CSV too.")]
MemoryOption = Annotated[str, typer.Option("--memory", metavar="SIZE", help=(
    "Most memory the engine may take, such as 2GB."))]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, metavar="N", help=(
    "Threads of the engine. Changes no result."))]


def attribute(case: CaseArgument, *, artefacts: ArtefactsOption,
              signature: SignatureOption = None, propose_signature: ProposeOption = False,
              capture: CaptureOption = None, orders: OrdersOption = None,
              tasks: TasksOption = None, test_orders: TestOrdersOption = None,
              clock_offset_ms: ClockOption = 5_000, from_: FromOption = None,
              to: ToOption = None, before: BeforeOption = None,
              reference: ReferenceOption = None, spot_checks: SpotsOption = 20,
              seed: SeedOption = 1, csv: CsvOption = False, memory: MemoryOption = "",
              threads: ThreadsOption = None, json: JsonOption = False,
              lang: LangOption = "en") -> None:
    """Tie the fake traffic to the software that made it, and say how strong that is.

    Signature -> devices -> all their events, and back to the artefacts; controls, base rate and
    likelihood ratio; an answer to each argument. Verdicts are not changed.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.attribution import attribution_view
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang
    from truetally.run.attribute import attribute as carry_out
    from truetally.run.attribute_options import Options, checked_day

    tongue = checked_lang(lang)
    options = Options(
        artefacts=artefacts, signatures=tuple(signature or ()), proposed=propose_signature,
        captures=tuple(capture or ()), orders=tuple(orders or ()), tasks=tuple(tasks or ()),
        test_orders=tuple(test_orders or ()), clock_offset_ms=clock_offset_ms,
        first_day=checked_day(from_, "--from"), last_day=checked_day(to, "--to"),
        before=checked_day(before, "--before"), references=tuple(reference or ()),
        spot_checks=spot_checks, seed=seed, csv=csv, memory=memory, threads=threads or 0)
    with watched(quiet=json) as progress:
        results = carry_out(case, options, progress)
    if json:
        show_json({str(k): v for k, v in results.items()} | {"log": plain(results["log"])})
    else:
        show(attribution_view(results, tongue))
