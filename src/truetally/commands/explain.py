"""`truetally explain`: why one event got its verdict."""

from typing import Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption
from truetally.errors import InputError, problem

EventArgument = Annotated[str, typer.Argument(
    metavar="EVENT_ID", help="Number of the event, as in the decisions.")]
_LARGEST = 2**63 - 1  # event ids are int64
_MOST_DIGITS = len(str(_LARGEST))


def explain(case: CaseArgument, event_id: EventArgument, *, json: JsonOption = False,
            lang: LangOption = "en") -> None:
    """Show why one event got its verdict.

    Every signal with its thresholds and measured values, and the original row.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.words import checked_lang

    tongue, number = checked_lang(lang), event_number(event_id)
    from truetally.report.plain import plain
    from truetally.report.terminal.event import explanation_view
    from truetally.run.custody import record_reading
    from truetally.run.explain import explain as explain_event

    found = explain_event(case, number)
    record_reading(case, "explain", {"event_id": str(number)})
    if json:
        show_json({"explanation": plain(found)})
    else:
        show(explanation_view(found, tongue))


def event_number(text: str) -> int:
    """Read an event id. Raises InputError if it is not a whole number of 64 bits."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) <= _LARGEST:
        return int(text)
    raise InputError(problem("not an event id", where="EVENT_ID", found=repr(text),
                             expected="a whole number, as in the decisions",
                             then="take one from the column event_id in the case's decisions/"))
