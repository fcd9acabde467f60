"""`truetally restate`: what a rule change or an appeal does to counts, money and ranks."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.restated import Restatement
    from truetally.report.words import Lang

PolicyOption = Annotated[str | None, typer.Option("--policy", metavar="NAME|FILE", help=(
    "The policy to restate under; left out: the case's own, for an appeal."))]
AppealOption = Annotated[list[Path] | None, typer.Option("--appeal", metavar="FILE", help=(
    "A decided appeal, as TOML (docs/restate.md); may be repeated."))]
IntoOption = Annotated[Path | None, typer.Option("--into", metavar="DIR", help=(
    "Folder of the restated case; left out: restated/… in the case."))]
ContractOption = Annotated[Path | None, typer.Option("--contract", metavar="FILE", help=(
    "Also show what this contract comes to, before and after."))]
LimitOption = Annotated[int, typer.Option(
    "--limit", min=1, metavar="N", help="Most items of the table; JSON has them all.")]


def restate(case: CaseArgument, *, policy: PolicyOption = None, appeal: AppealOption = None,
            into: IntoOption = None, contract: ContractOption = None, limit: LimitOption = 20,
            json: JsonOption = False, lang: LangOption = "en") -> None:
    """Restate a case under another policy, or after appeals.

    Shows what changes in counts, ranks and money, and for whom. The decisions of the past stay as
    they are: the restatement is a case of its own, which every command can read.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang
    from truetally.run.appeal import read_appeal
    from truetally.run.restate import Asked
    from truetally.run.restate import restate as restate_case
    from truetally.run.restated import compare, money, note

    tongue = checked_lang(lang)
    asked = Asked(policy=policy, appeals=tuple(read_appeal(path) for path in appeal or ()))
    with watched(quiet=json) as progress:
        made = restate_case(case, asked, into=into, progress=progress)
        found = compare(case, made)
        note(case.absolute(), made, appeal or ())
        if contract:
            found = replace(found, money=money(case, made, contract))
    if json:
        show_json({"restatement": plain(found)})
    else:
        show(*_views(found, limit, tongue))


def _views(found: "Restatement", limit: int, lang: "Lang") -> "list[RenderableType]":
    from truetally.report.safe import message
    from truetally.report.shares import grouped
    from truetally.report.terminal import restated as view
    from truetally.report.words import say

    because = found.decided_again_because
    shown: list[RenderableType] = [
        say("restate.decided_again", lang, why=message(because)) if because
        else say("restate.judged_again", lang)]
    shown += [message(say("restate.appeal", lang, id=a["id"], party=a["party"],
                          who=a["decided_by"], day=a["decided_on"], why=a["why"]))
              for a in found.appeals]
    shown += [view.counts_view(found.before, found.after, lang), view.moves_view(found.moves, lang)]
    if found.items:
        shown.append(view.items_view(found.items, limit, lang))
    shown.append(say("restate.items_changed", lang, items=grouped(len(found.items)),
                     ranks=grouped(found.ranks_changed)))
    if found.money is not None:
        shown.append(view.money_view(found.money, lang))
    return [*shown, message(say("restate.kept_at", lang, folder=found.restated))]
