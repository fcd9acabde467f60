"""`truetally damages`: what to claim, from a case, a matter's facts, or a few numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import JsonOption, LangOption
from truetally.commands.settle import checked_day
from truetally.errors import InputError, problem

if TYPE_CHECKING:
    from truetally.settlement.damages.assess import Damages

CaseArgument = Annotated[Path | None, typer.Argument(
    metavar="[CASE]", show_default=False, help="Folder of a case: its void plays are counted.")]
MatterOption = Annotated[str | None, typer.Option("--matter", metavar="NAME|FILE", help=(
    "Facts of a matter: video-case, click-case, or a TOML file (docs/damages.md)."))]
PlaysOption = Annotated[int | None, typer.Option(
    "--plays", min=0, max=10**15, metavar="N", help="Fake plays, as counted.")]
PriceOption = Annotated[str | None, typer.Option(
    "--price-per-thousand", metavar="P", help="Lowest price for a thousand plays, in yuan.")]
ClaimOption = Annotated[str | None, typer.Option(
    "--claim", metavar="C", help="Amount in dispute, in yuan, for the court fee.")]
AwardOption = Annotated[str | None, typer.Option(
    "--award", metavar="A", help="Amount awarded, in yuan, for the division of the fee.")]
OrdersOption = Annotated[Path | None, typer.Option(
    "--orders", metavar="F.csv", help="The seller's order ledger.")]
PaymentsOption = Annotated[Path | None, typer.Option(
    "--payments", metavar="F.csv", help="A payment ledger.")]
ReceiptsOption = Annotated[Path | None, typer.Option(
    "--receipts", metavar="F.csv", help="Costs with their receipts.")]
ContractOption = Annotated[Path | None, typer.Option("--contract", metavar="F.toml", help=(
    "With a case: what this royalty contract overpaid is the loss."))]
ReasonOption = Annotated[list[str] | None, typer.Option("--reason", metavar="CODE", help=(
    "With a case: count void plays with this reason; may be repeated. Left out: all that were "
    "voided as sophisticated invalid traffic."))]
FromOption = Annotated[str | None, typer.Option(
    "--from", metavar="YYYY-MM-DD", help="First day of the conduct.")]
ToOption = Annotated[str | None, typer.Option(
    "--to", metavar="YYYY-MM-DD", help="Last day of the conduct: it chooses the law.")]
JudgedOption = Annotated[str | None, typer.Option(
    "--judged", metavar="YYYY-MM-DD", help="Day of the final judgment.")]


def damages(case: CaseArgument = None, *, matter: MatterOption = None, plays: PlaysOption = None,
            price_per_thousand: PriceOption = None, claim: ClaimOption = None,
            award: AwardOption = None, orders: OrdersOption = None,
            payments: PaymentsOption = None, receipts: ReceiptsOption = None,
            contract: ContractOption = None, reason: ReasonOption = None,
            from_: FromOption = None, to: ToOption = None, judged: JudgedOption = None,
            json: JsonOption = False, lang: LangOption = "en") -> None:
    """Compute what to claim: gains, losses, costs, the law of the dates, the court fee.

    Scenarios stand side by side, each with its formula in words and what every input moves.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.damages import damages_json
    from truetally.report.terminal.damages import damages_view
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang
    from truetally.run.damages import Asked
    from truetally.run.damages import damages as compute
    from truetally.settlement.contract import read_contract

    tongue = checked_lang(lang)
    if (contract or reason) and case is None:
        raise InputError(problem("a contract or a reason without a case", expected="CASE",
                                 then="name the case"))
    asked = Asked(
        case=case, matter=matter, plays=plays,
        price_nano=_yuan(price_per_thousand, "--price-per-thousand", 6, 10**6),
        claim_fen=_fen(claim, "--claim"), award_fen=_fen(award, "--award"), orders=orders,
        payments=payments, receipts=receipts,
        contract=read_contract(contract) if contract else None, reasons=tuple(reason or ()),
        first=checked_day(from_, "--from"), last=checked_day(to, "--to"),
        judged=checked_day(judged, "--judged"))
    with watched(quiet=json) as progress:
        found = compute(asked, progress)
    if case:
        _keep(case, found)
    if json:
        show_json(damages_json(found))
    else:
        show(damages_view(found, tongue))


def _keep(case: Path, found: "Damages") -> None:
    """Write the summary into the case, where a report finds it."""
    from truetally.evidence.canonical import canonical
    from truetally.report.damages import damages_summary
    from truetally.run.case import write_aside
    from truetally.run.custody import manifest_input, record

    (case / "settlement").mkdir(exist_ok=True)
    write_aside(case / "settlement" / "damages.json", canonical(damages_summary(found)))
    record(case, "damages", inputs=manifest_input(case), outputs=["settlement/damages.json"])


def _yuan(text: str | None, option: str, decimals: int, most: int) -> int | None:
    """Read money of the command line in nano-units.

    Raises:
        InputError: it is none.
    """
    from truetally.settlement.money import NANO_PER_UNIT, parse_nano

    if text is None:
        return None
    nano = parse_nano(text.replace(",", ""), decimals=decimals)
    if nano is None or nano > most * NANO_PER_UNIT:
        raise InputError(problem("not an amount of money", where=option,
                                 expected=f"yuan such as 1.5, 0 to {most}, at most {decimals} "
                                 "decimals", found=repr(text)[:100], then=f"correct {option}"))
    return nano


def _fen(text: str | None, option: str) -> int | None:
    from truetally.settlement.money import NANO_PER_FEN

    nano = _yuan(text, option, 2, 10**12)
    return None if nano is None else nano // NANO_PER_FEN
