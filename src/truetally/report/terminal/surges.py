"""The surges of a case and what explains them."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType

from truetally.events.dates import day_text
from truetally.report.shares import grouped, of_permille
from truetally.report.terminal.cells import cell, table
from truetally.report.words import Lang, say

Row = tuple[Mapping[str, str | None], int, int, int, int | None, int]


def surge_view(item: str, days: Sequence[int], numbers: tuple[int, int, int],
               rows: Sequence[Row], lang: Lang) -> RenderableType:
    """Show one item: its days, (events, expected, events before), and its slices.

    A row is: values, share of the surge and of the time before in thousandths, events, risk ratio
    in thousandths (null has no bound), events beyond its share.
    """
    head = table(say("by.item", lang), say("surge.days", lang), say("surge.events", lang),
                 say("surge.expected", lang), say("surge.past", lang), right=(2, 3, 4))
    head.add_row(cell(item), ", ".join(map(day_text, days)),
                 *[grouped(number) for number in numbers])
    made = table(say("surge.slice", lang), say("surge.support", lang), say("surge.before", lang),
                 say("surge.events", lang), say("surge.ratio", lang), say("surge.beyond", lang),
                 right=(1, 2, 3, 4, 5))
    for values, support, before, events, ratio, beyond in rows:
        made.add_row(cell(_values(values, lang), cap=400), of_permille(support),
                     of_permille(before), grouped(events), _ratio(ratio, lang), grouped(beyond))
    if not rows:
        made.add_row(say("surge.nothing", lang), "", "", "", "", "")
    return Group(head, made)


def _values(values: Mapping[str, str | None], lang: Lang) -> str:
    return "; ".join(f"{name} = {say('common.unknown', lang) if text is None else text}"
                     for name, text in values.items())


def _ratio(milli: int | None, lang: Lang) -> str:
    if milli is None:
        return say("surge.unbounded", lang)
    return f"{milli // 1000}.{milli % 1000 // 100}"
