"""The trend before and after, as SVG inside the page: Vega-Lite drawn when the report is written.

Colours are the page's CSS variables, so that the drawing follows its light, dark and print themes;
text stays text and takes the reader's own font, so that Chinese needs none here.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from truetally.report.data import Line
from truetally.report.html.drawer import svg
from truetally.report.words import Lang

Draw = Callable[[dict[str, Any]], str]  # a Vega-Lite description in, SVG out

Size = tuple[int, int]  # width and height, in pixels
WIDE: Size = (820, 240)
NARROW: Size = (320, 220)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTS = ("total_net", "sivt", "givt")  # from the axis up; together they are gross
_TEN_THOUSANDS = "datum.value >= 10000 ? format(datum.value / 10000, ',') + ' 万' : datum.label"


def described(lines: Sequence[Line], lang: Lang, size: Size) -> dict[str, Any] | None:
    """Describe gross by day as stacked bars of total net, SIVT and GIVT; None for one day alone.

    Lines whose key is not a day as ``2017-08-31`` are left out: nothing else may enter the drawing.
    """
    days = [line for line in lines if line.key is not None and _DAY.fullmatch(line.key)]
    return _spec(days, lang, *size) if len(days) > 1 else None


def trend(lines: Sequence[Line], lang: Lang, size: Size, draw: Draw = svg) -> str:
    """Draw what `described` says; "" for fewer than two days."""
    spec = described(lines, lang, size)
    if spec is None:
        return ""
    # Dimensions from the style sheet; the description is in the page's own words.
    return re.sub(r'^<svg ([^>]*?) width="[0-9.]+" height="[0-9.]+"', r"<svg \1", draw(spec),
                  count=1)


def _spec(days: Sequence[Line], lang: Lang, width: int, height: int) -> dict[str, Any]:
    """Describe the drawing in Vega-Lite."""
    values = [{"day": line.key, "part": part, "order": order, "events": getattr(line, part)}
              for line in days for order, part in enumerate(_PARTS)]
    dates = [_date(line) for line in days]
    first, last = min(dates), max(dates)
    span = (last - first).days + 1
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width, "height": height, "data": {"values": values}, "padding": 4,
        "mark": {"type": "bar", "stroke": "var(--paper)", "strokeWidth": 1 if span < 120 else 0},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate",
                  "scale": {"type": "utc"}, "axis": _time_axis(first, span, width)},
            "y": {"field": "events", "type": "quantitative", "stack": "zero", "axis": _axis(lang)},
            "color": {"field": "part", "type": "nominal", "legend": None,
                      "scale": {"domain": list(_PARTS),
                                "range": [f"var(--{part})" for part in _PARTS]}},
            "order": {"field": "order", "type": "quantitative"},
        },
        "config": {"background": None, "view": {"stroke": None},
                   "axis": {"labelColor": "var(--quiet)", "labelFontSize": 11, "title": None}},
    }


def _date(line: Line) -> date:
    return date.fromisoformat(line.key or "")


def _time_axis(first: date, span: int, width: int) -> dict[str, Any]:
    """Name every so many days, in the middle of the day's bar."""
    step = -(-span // max(2, width // 110))
    ticks = [(first - date(1970, 1, 1)).days + each for each in range(0, span, step)]
    middle = width / span / 2
    return {"format": "%Y-%m-%d", "values": [each * 86_400_000 for each in ticks], "grid": False,
            "tickOffset": middle, "labelOverlap": True, "labelFlush": False,
            "domainColor": "var(--ink)", "tickColor": "var(--ink)"}


def _axis(lang: Lang) -> dict[str, Any]:
    axis: dict[str, Any] = {"format": ",d", "tickCount": 4, "domain": False, "ticks": False,
                            "gridColor": "var(--rule)", "labelPadding": 6}
    return axis | ({"labelExpr": _TEN_THOUSANDS} if lang == "zh" else {})
