"""`truetally surges`: which items surged, and what the additional events have in common."""

from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.words import Lang
    from truetally.run.surges import Surge

ItemOption = Annotated[str | None, typer.Option("--item", metavar="ID", help="One item alone.")]
MostOption = Annotated[int, typer.Option(
    "--limit", min=1, metavar="N", help="Most items to explain, the largest first.")]


def surges(case: CaseArgument, item: ItemOption = None, limit: MostOption = 20, *,
           json: JsonOption = False, lang: LangOption = "en") -> None:
    """Explain the surges of a case.

    Which combinations of up to three of plugin list, referring host, terminal, region, browser
    family and network the events of a surge have in common and the item's past has not.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.plain import plain
    from truetally.report.words import checked_lang, say
    from truetally.run.custody import record_reading
    from truetally.run.surges import surges as explained

    tongue = checked_lang(lang)
    found = explained(case, item, limit)
    record_reading(case, "surges")
    if json:
        show_json({"surges": plain(found)})
    elif found:
        show(*[_view(surge, tongue) for surge in found], say("surge.caution", tongue))
    else:
        show(say("surge.none", tongue))


def _view(surge: "Surge", lang: "Lang") -> "RenderableType":
    from truetally.report.terminal.surges import surge_view

    rows = [(s.values, s.support_permille, s.control * 1000 // max(1, surge.past_events), s.test,
             s.ratio_milli, s.beyond) for s in surge.slices]
    numbers = (surge.events, surge.expected, surge.past_events)
    return surge_view(surge.item_id, surge.days, numbers, rows, lang)
