"""`truetally map`: a user's first hour: what the columns mean, and what they can support."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text as Cell

from truetally.commands.options import JsonOption, LangOption
from truetally.errors import InputError, problem
from truetally.report.terminal.cells import cell, facts
from truetally.report.words import Lang, say

FileArgument = Annotated[Path, typer.Argument(
    metavar="FILE", help="A source: Parquet, CSV, JSON lines or an access log.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=(
    "Write the proposed mapping here; a file that exists is kept. Left out: it is printed."))]


def map_(file: FileArgument, *, out: OutOption = None, json: JsonOption = False,
         lang: LangOption = "en") -> None:
    """Propose a mapping, and say what the columns support.

    Says which criteria, money and proof claims the source can support, which it cannot, and which
    columns to collect next. Reads the first 2,000 records; writes nothing unless --out is given.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.commands.titles import titles
    from truetally.criteria import all_criteria
    from truetally.events.propose import propose
    from truetally.events.sufficiency import sufficiency
    from truetally.report.plain import plain
    from truetally.report.terminal.mapping import (
        claim_titles,
        comments,
        mapping_view,
        proposal_json,
    )
    from truetally.report.words import checked_lang

    tongue = checked_lang(lang)
    proposal = propose(file, comments=comments(tongue))
    criteria = all_criteria()
    support = sufficiency(proposal.present, {
        code: [name for name in each.reads if name not in each.optional]
        for code, each in criteria.items()}, {c: each.one_of for c, each in criteria.items()})
    if out is not None and proposal.toml:
        _write(out, proposal.toml)
    if json:
        show_json({"source": str(file), "proposal": proposal_json(proposal),
                   "support": plain(support)})
        return
    names = {**titles(tongue), **claim_titles(support, tongue)}
    show(mapping_view(str(file), proposal, support, tongue, names),
         _mapping(proposal.toml, file, out, tongue))


def _mapping(toml: str, file: Path, out: Path | None, lang: Lang) -> RenderableType:
    """Show the mapping or where it is written, and the command that uses it."""
    made = facts()
    path = out or Path("mapping.toml")
    if toml and out is not None:
        made.add_row(say("map.written", lang), cell(str(out), "bold", cap=4000))
    option = f" --mapping {shlex.quote(str(path))}" if toml else ""
    made.add_row(say("terms.next", lang), cell(
        f"truetally run {shlex.quote(str(file))}{option} --case CASE", cap=4000))
    lines = [cell(line, cap=1000) for line in toml.split("\n")] if out is None else []
    return Group(Cell(), *lines, made)


def _write(out: Path, toml: str) -> None:
    """Write the mapping. Raises InputError if the file is there: it may hold a person's work."""
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(toml)
    except FileExistsError as error:
        raise InputError(problem("the mapping is there already", where=out,
                                 then="name another file, or remove it")) from error
