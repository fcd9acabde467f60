"""Drawings of the court report in Vega-Lite: data and a description, drawn by each view.

Colours are those of the report page in print. Values are whole numbers; texts are labels that are
cut, because a hostile one may be as long as it likes.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from truetally.charts.render import FONT
from truetally.report.data import CriterionView, Line
from truetally.report.labels import label, page_of
from truetally.report.safe import visible
from truetally.report.words import Lang, say

WIDTH = 480  # points: the text width of an A4 page
COLOURS = {"total_net": "#24536f", "sivt": "#b23a26", "givt": "#cf9a3a", "gross": "#aab4bc",
           "flagged": "#aab4bc", "voided": "#24536f"}
PARTS = ("total_net", "sivt", "givt")  # from the axis up; together they are gross
_LABEL = 26  # characters
_MOST_BARS = 14


def _legend(names: Mapping[str, str]) -> dict[str, Any]:
    return {"field": "part", "type": "nominal", "sort": list(names.values()),
            "scale": {"domain": list(names.values()), "range": [COLOURS[k] for k in names]},
            "legend": {"title": None, "orient": "top", "direction": "horizontal"}}


def _drawing(values: Sequence[Mapping[str, Any]], height: int, encoding: Mapping[str, Any],
             mark: Mapping[str, Any]) -> dict[str, Any]:
    axis = {"labelColor": "#56636f", "titleColor": "#56636f", "gridColor": "#d4dade",
            "domainColor": "#17212b", "tickColor": "#17212b", "labelFontSize": 9, "title": None}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": WIDTH,
            "height": height, "data": {"values": list(values)}, "mark": dict(mark),
            "encoding": dict(encoding), "autosize": {"type": "fit-x", "contains": "padding"},
            "config": {"font": FONT, "background": "#ffffff", "view": {"stroke": None},
                       "axis": axis, "legend": {"labelFontSize": 9, "labelColor": "#17212b"}}}


def _numbers(lang: Lang) -> dict[str, Any]:
    """Make an axis of counts: grouped digits, in Chinese by ten thousands."""
    axis: dict[str, Any] = {"format": ",d", "tickCount": 5, "tickMinStep": 1}
    if lang == "zh":
        axis["labelExpr"] = ("datum.value >= 10000 ? format(datum.value / 10000, ',') + ' 万' "
                             ": datum.label")
    return axis


def trend(lines: Sequence[Line], lang: Lang) -> dict[str, Any]:
    """Draw gross by local day as columns of total net, SIVT and GIVT. Keys are ISO dates."""
    names = {part: say(f"count.{part}", lang) for part in PARTS}
    values = [{"day": line.key, "part": names[part], "order": order, "events": getattr(line, part)}
              for line in lines for order, part in enumerate(PARTS)]
    days = [date.fromisoformat(line.key or "") for line in lines]
    span = (max(days) - min(days)).days + 1
    step = -(-span // 7)
    ticks = [((min(days) - date(1970, 1, 1)).days + d) * 86_400_000 for d in range(0, span, step)]
    x = {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate",
         "scale": {"type": "utc"},
         "axis": {"format": "%Y-%m-%d", "values": ticks, "grid": False, "labelOverlap": True}}
    y = {"field": "events", "type": "quantitative", "stack": "zero", "axis": _numbers(lang)}
    return _drawing(values, 170, {"x": x, "y": y, "color": _legend(names),
                                  "order": {"field": "order", "type": "quantitative"}},
                    {"type": "bar", "stroke": "#ffffff", "strokeWidth": 0 if span > 60 else 1})


def criteria(views: Sequence[CriterionView], lang: Lang) -> dict[str, Any]:
    """Draw how many events each criterion flagged, and how many of them it decided."""
    names = {part: say(f"court.{part}", lang) for part in ("flagged", "voided")}
    shown = views[:_MOST_BARS]
    values = [{"name": _cut(page_of(view, lang).title), "part": names[part], "place": place,
               "events": getattr(view, part) or 0}
              for place, view in enumerate(shown) for part in names]
    return _bars(values, len(shown), names, lang)


def terminals(lines: Sequence[Line], lang: Lang) -> dict[str, Any]:
    """Draw gross beside total net for each terminal."""
    names = {part: say(f"count.{part}", lang) for part in ("gross", "total_net")}
    shown = lines[:_MOST_BARS]
    values = [{"name": _cut(label("terminal", line.key, lang)), "part": names[part],
               "place": place, "events": getattr(line, part)}
              for place, line in enumerate(shown) for part in names]
    return _bars(values, len(shown), names, lang)


def _bars(values: Sequence[Mapping[str, Any]], groups: int, names: Mapping[str, str],
          lang: Lang) -> dict[str, Any]:
    y = {"field": "name", "type": "nominal", "sort": {"field": "place"},
         "axis": {"labelLimit": 190, "ticks": False, "labelColor": "#17212b"}}
    offset = {"field": "part", "type": "nominal", "sort": list(names.values())}
    x = {"field": "events", "type": "quantitative", "axis": _numbers(lang)}
    return _drawing(values, 16 + 20 * groups,
                    {"x": x, "y": y, "yOffset": offset, "color": _legend(names)}, {"type": "bar"})


def _cut(text: str) -> str:
    return visible(text, _LABEL)
