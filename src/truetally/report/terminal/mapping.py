"""A proposed mapping, and what the columns it yields can and cannot support."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.events.propose import Comments, Guess, Note, Proposal
from truetally.events.sufficiency import Collect, Sufficiency, Support
from truetally.report.shares import grouped, of_permille
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say

_MOST_ADVICE = 8  # columns to collect next


def mapping_view(source: str, proposal: Proposal, support: Sufficiency, lang: Lang,
                 titles: Mapping[str, str]) -> RenderableType:
    """Show what was recognised, what it supports, what to collect next, and what to check.

    `titles` names criteria and claims by their codes.
    """
    parts: list[RenderableType] = [_head(source, proposal, lang)]
    parts += [_guesses(proposal.guesses, lang)] if proposal.guesses else []
    parts += [_supported(support.criteria, say("about.criteria", lang), lang, titles),
              _supported(support.money, say("about.money", lang), lang, titles),
              _supported(support.proof, say("about.proof", lang), lang, titles)]
    parts += [_collect(support.collect, lang, titles)] if support.collect else []
    parts += [Cell.assemble(("? ", "bold yellow"), cell(noted(note, lang), cap=600))
              for note in proposal.notes]
    return Group(*parts)


def _head(source: str, proposal: Proposal, lang: Lang) -> Table:
    made = facts()
    made.add_row(say("page.source", lang), cell(f"{source} ({proposal.kind})", cap=1000))
    made.add_row(say("map.present", lang), cell(", ".join(proposal.present), cap=1000))
    if proposal.missing:
        made.add_row(say("map.lacking", lang), cell(", ".join(proposal.missing), "bold red"))
    return made


def _guesses(guesses: Sequence[Guess], lang: Lang) -> Table:
    made = table(say("map.column", lang), say("map.target", lang), say("map.sure", lang),
                 say("map.why", lang), right=(2,))
    for guess in guesses:
        sure = of_permille(guess.confidence_permille) if guess.target else ""
        made.add_row(cell(guess.column), cell(guess.target, "bold"), sure,
                     cell(because(guess.why, lang), "dim"))
    return made


def _supported(found: Sequence[Support], head: str, lang: Lang,
               titles: Mapping[str, str]) -> Table:
    """Show what is supported first, then what is not and the fewest columns it lacks."""
    made = table(head, "", say("page.missing", lang))
    for one in sorted(found, key=lambda each: not each.supported):
        word = Cell(say("map.yes", lang), "green") if one.supported else Cell(
            say("map.no", lang), "red")
        made.add_row(cell(titles.get(one.name, one.name)), word, cell(", ".join(one.missing)))
    return made


def _collect(columns: Sequence[Collect], lang: Lang, titles: Mapping[str, str]) -> Table:
    made = table(say("map.collect", lang), say("map.helps", lang), say("map.opens", lang),
                 right=(1,))
    for one in columns[:_MOST_ADVICE]:
        opened = "; ".join(titles.get(name, name) for name in one.unlocks)
        made.add_row(cell(one.column, "bold"), grouped(one.helps), cell(opened, cap=400))
    return made


def noted(note: Note, lang: Lang) -> str:
    """Say what a person must check or state."""
    return say(f"map_note.{note.code}", lang, **note.values)


def because(why: Note, lang: Lang) -> str:
    """Say why a column is taken for what it is."""
    return say(f"map_why.{why.code}", lang, **why.values)


def proposal_json(proposal: Proposal) -> dict[str, object]:
    """Give a proposal as JSON values, notes and reasons as codes and in English."""
    return {
        "kind": proposal.kind, "toml": proposal.toml, "present": list(proposal.present),
        "missing": list(proposal.missing), "notes": [noted(n, "en") for n in proposal.notes],
        "note_codes": [n.code for n in proposal.notes],
        "guesses": [{"column": g.column, "target": g.target, "why": because(g.why, "en"),
                     "confidence_permille": g.confidence_permille} for g in proposal.guesses]}


def comments(lang: Lang) -> Comments:
    """Give the comments of the proposed mapping."""
    return Comments(zone=say("map.zone", lang), value=say("map.value", lang))


def claim_titles(support: Sufficiency, lang: Lang) -> dict[str, str]:
    """Name the sums of money and the proofs."""
    return {one.name: say(f"claim.{one.name}", lang) for one in (*support.money, *support.proof)}
