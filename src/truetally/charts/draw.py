"""What the drawings share: colours that survive grey printing, axes, and numbers in each language.

A drawing is an Altair chart made of plain rows; `words` are its labels, `zh` or `en` their manner
of numbers. Texts from data come in safe for showing (see `report.safe`); Vega-Lite takes a text for
nothing but a text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

BEFORE, AFTER, REMOVED, BAND, DARK = "#c4c7c9", "#2b6c8f", "#b5422c", "#9cc4d8", "#1d2b33"
Words = Mapping[str, str]
_TEN_THOUSANDS = "datum.value >= 10000 ? format(datum.value / 10000, ',') + ' 万' : datum.label"


def altair() -> Any:
    """Import Altair, which takes long and has types that say little."""
    import altair as alt

    return alt


def data(rows: Sequence[Mapping[str, object]]) -> Any:
    """Give rows to a chart as they are."""
    return altair().Data(values=[dict(row) for row in rows])


def number_axis(words: Words, **more: object) -> Any:
    """Make an axis of counts: whole numbers, in Chinese by the ten thousand."""
    expression = {"labelExpr": _TEN_THOUSANDS} if words["number_manner"] == "万" else {}
    return altair().Axis(format=",d", tickCount=5,
                         **(expression | more))


def legend_scale(words: Words, *keys: str) -> Any:
    """Give before and after (and more) their colours, in the order of `keys`."""
    colours = {"before": BEFORE, "after": AFTER, "removed": REMOVED}
    return altair().Scale(domain=[words[k] for k in keys], range=[colours[k] for k in keys])
