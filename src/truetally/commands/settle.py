"""`truetally settle`: a contract's statement from valid plays, drafted or issued."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption
from truetally.errors import InputError, problem

if TYPE_CHECKING:
    from truetally.report.statement.files import Format
    from truetally.settlement.statement_data import Statement

ContractOption = Annotated[Path, typer.Option(
    "--contract", metavar="FILE", show_default=False, help="The contract, as TOML.")]
IssueOption = Annotated[bool, typer.Option("--issue", help=(
    "Number the statement and enter it in the register; later ones are netted against it."))]
FormatOption = Annotated[list[str] | None, typer.Option(
    "--format", metavar="csv|xlsx|pdf", help="Write the statement as a file; may be repeated.")]
OutOption = Annotated[Path | None, typer.Option(
    "--out", metavar="DIR", help="Where files go; left out: settlement/ in the case.")]
RegisterOption = Annotated[Path | None, typer.Option("--register", metavar="DIR", help=(
    "Register of issued statements; left out: settlement/issued/ in the case."))]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=(
    "Date of the statement: what is held back is released from its release day on. Left out: the "
    "contract's last day."))]
LimitOption = Annotated[int, typer.Option(
    "--limit", min=1, metavar="N", help="Most lines of a table; JSON and files have them all.")]


def settle(case: CaseArgument, *, contract: ContractOption, issue: IssueOption = False,
           format_: FormatOption = None, out: OutOption = None, register: RegisterOption = None,
           as_of: AsOfOption = None, limit: LimitOption = 20, json: JsonOption = False,
           lang: LangOption = "en") -> None:
    """Settle a contract on a case.

    Gross, void by reason, undetermined, payable, held back and clawed back, for every item and
    period; the sums are checked before anything is written.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.commands.titles import titles
    from truetally.report.terminal.progress import watched
    from truetally.report.terminal.statement import statement_view
    from truetally.report.words import checked_lang
    from truetally.run.custody import manifest_input, named, record
    from truetally.run.settle import issue as issue_statement
    from truetally.run.settle import settle as draft_statement
    from truetally.settlement.contract import read_contract
    from truetally.settlement.statement_data import statement_json

    tongue, forms = checked_lang(lang), _formats(format_ or [])
    terms, day = read_contract(contract), checked_day(as_of, "--as-of")
    with watched(quiet=json) as progress:
        make = issue_statement if issue else draft_statement
        made = make(case, terms, register=register, as_of=day, progress=progress)
        files = _write(made, forms, out or case / "settlement", lang)
    record(case, "settle", inputs=[*manifest_input(case), named(contract)],
           outputs=[Path(file).absolute() for file in files],
           more={"statement": made.number or "draft"})
    if json:
        show_json({**statement_json(made), "files": files})
    else:
        show(statement_view(made, tongue, dict(titles(tongue)), files, limit))


def _formats(given: list[str]) -> list["Format"]:
    from truetally.report.statement import FORMATS, ready

    known = {form: form for form in FORMATS}
    for form in given:
        if form not in FORMATS:
            raise InputError(problem("unknown format", where="--format",
                                     expected=" or ".join(FORMATS), found=repr(form),
                                     then="choose one of them"))
    forms = [known[form] for form in FORMATS if form in given]
    ready(forms)
    return forms


def checked_day(text: str | None, option: str) -> datetime.date | None:
    """Read a date of the command line.

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC).date()
    except ValueError as error:
        raise InputError(problem("not a date", where=option, expected="a date such as 2018-01-31",
                                 found=repr(text), then=f"correct {option}")) from error


def _write(made: "Statement", forms: list["Format"], folder: Path, lang: str) -> list[str]:
    """Write the files, named by the contract's digest and the statement's place, and beside them
    a summary that `truetally report` shows."""
    from truetally.commands.titles import titles
    from truetally.evidence.canonical import canonical
    from truetally.report.statement import write_statement
    from truetally.report.words import checked_lang
    from truetally.run.case import write_aside
    from truetally.settlement.statement_data import statement_summary

    tongue = checked_lang(lang)
    place = made.number.rpartition("/")[2] or "draft"
    name = f"statement-{made.contract.sha256[:12]}-{place}"
    if forms or made.number:
        folder.mkdir(parents=True, exist_ok=True)
        write_aside(folder / f"{name}.json", canonical(statement_summary(made)))
    return [str(write_statement(folder / f"{name}.{form}", made, form, tongue,
                                dict(titles(tongue)))) for form in forms]
