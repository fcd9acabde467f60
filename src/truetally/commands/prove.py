"""`truetally prove`: write the proof of one event, a small file that stands alone."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.explain import EventArgument, event_number
from truetally.commands.options import CaseArgument, JsonOption, LangOption

OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", show_default=False, help=(
    "File for the proof; left out: proof-EVENT_ID.json here."))]


def prove(case: CaseArgument, event_id: EventArgument, *, out: OutOption = None,
          json: JsonOption = False, lang: LangOption = "en") -> None:
    """Prove one event.

    The original row, the decision with its reasons and what was measured, tied to the seal; it
    shows no other row. `truetally verify FILE` checks it alone.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.terminal.cells import cell, facts
    from truetally.report.words import checked_lang, say
    from truetally.run.prove import prove as prove_event

    tongue, number = checked_lang(lang), event_number(event_id)
    said = prove_event(case, number, out or Path(f"proof-{number}.json"))
    if json:
        show_json({"proof": plain(said)})
        return
    made = facts()
    made.add_row(say("seal.proof", tongue), cell(said.file, "bold", cap=4000))
    made.add_row(say("seal.decision", tongue), cell(f"{said.verdict} {said.primary}"))
    made.add_row(say("seal.reasons", tongue), cell(", ".join(said.reasons), cap=4000))
    for code, values in said.measured.items():
        made.add_row(cell(code), cell(", ".join(f"{k} {v}" for k, v in values.items()), cap=4000))
    made.add_row(say("seal.row", tongue), cell(said.original, cap=40_000))
    made.add_row(say("terms.next", tongue), cell(f"truetally verify {said.file}", cap=4000))
    show(made)
