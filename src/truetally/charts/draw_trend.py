"""Draw an item day by day, before and after: plays, persons, watch time; flagged days marked."""

from collections.abc import Callable, Sequence
from typing import Any

from truetally.charts.draw import (
    AFTER,
    BAND,
    REMOVED,
    Words,
    altair,
    data,
    legend_scale,
    number_axis,
)
from truetally.charts.trend import TrendDay

_WIDTH, _HEIGHT = 700, 150
_MINUTE_MS = 60_000


def draw_trend(days: Sequence[TrendDay], words: Words) -> Any:
    """Draw the days' plays, and where they are known persons and mean watch time below."""
    alt = altair()
    panels = [_plays(days, words)]
    if any(d.count.persons_before is not None for d in days):
        panels.append(_lines(days, words, "persons", lambda d: (
            d.count.persons_before, d.count.persons_after), number_axis(words)))
    minutes = alt.Axis(format=".0f", tickCount=4)
    if any(d.per_person_before_ms is not None for d in days):
        panels.append(_lines(days, words, "per_person", lambda d: (
            _minutes(d.per_person_before_ms), _minutes(d.per_person_after_ms)), minutes))
    if any(d.per_play_before_ms is not None for d in days):
        panels.append(_lines(days, words, "per_play", lambda d: (
            _minutes(d.per_play_before_ms), _minutes(d.per_play_after_ms)), minutes))
    return alt.vconcat(*panels, spacing=14).properties(
        title=alt.Title(words["title"], subtitle=[words["subtitle"], words["flagged"]]))


def _minutes(time_ms: int | None) -> float | None:
    return None if time_ms is None else time_ms / _MINUTE_MS


def _plays(days: Sequence[TrendDay], words: Words) -> Any:
    """Draw gross as grey bars, what remains in blue before them, and flagged days marked."""
    alt = altair()
    rows = [{"day": d.count.day, "before": d.count.before, "after": d.count.after,
             "low": d.count.low, "high": d.count.high, "flagged": bool(d.flags)} for d in days]
    base = alt.Chart(data(rows), width=_WIDTH, height=_HEIGHT).encode(x=_day(days))
    y = alt.Y("before:Q", title=words["plays"], axis=number_axis(words))
    size = max(1, min(40, _WIDTH // (len(days) + 1) - 1))
    key = alt.Color("kind:N", title=None, legend=alt.Legend(orient="top"),
                    scale=legend_scale(words, "before", "after"))
    before = base.transform_calculate(kind=f"'{words['before']}'").mark_bar(size=size).encode(
        y=y, color=key)
    after = base.transform_calculate(kind=f"'{words['after']}'").mark_bar(
        size=max(1, size * 2 // 3)).encode(y="after:Q", color=key)
    doubt = base.transform_filter("datum.high > datum.low").mark_bar(
        size=max(1, size * 2 // 3), color=BAND).encode(y="low:Q", y2="high:Q")
    mark = base.transform_filter("datum.flagged").mark_point(
        shape="triangle-down", filled=True, color=REMOVED, size=38, opacity=1, yOffset=-7,
        ).encode(y="before:Q")
    return alt.layer(before, after, doubt, mark)


def _lines(days: Sequence[TrendDay], words: Words, title: str,
           pair: Callable[[TrendDay], tuple[float | None, float | None]], axis: Any) -> Any:
    """Draw two lines, before and after; an unknown value leaves a gap."""
    alt = altair()
    rows = [{"day": d.count.day, "kind": words[kind], "value": value} for d in days
            for kind, value in zip(("before", "after"), pair(d), strict=True)]
    base = alt.Chart(data(rows), width=_WIDTH, height=_HEIGHT * 2 // 3)
    return base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=18)).encode(
        x=_day(days), y=alt.Y("value:Q", title=words[title], axis=axis),
        color=alt.Color("kind:N", scale=alt.Scale(
            domain=[words["before"], words["after"]], range=["#8d9295", AFTER]), legend=None))


def _day(days: Sequence[TrendDay]) -> Any:
    """Make the axis of local days: dates as they are, in no time zone but the case's."""
    alt = altair()
    few = min(len(days), 9)
    return alt.X("day:T", title=None, scale=alt.Scale(type="utc", padding=14),
                 axis=alt.Axis(format="%m-%d", tickCount=few, grid=False, labelOverlap=True))


