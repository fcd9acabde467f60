"""Draw the gap between two counters as a waterfall: from our count, cause by cause, to theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from truetally.charts.draw import AFTER, BAND, BEFORE, REMOVED, Words, altair, data, number_axis

_WIDTH, _ROW = 560, 30


def draw_gap(ours: int, theirs: int, parts: Sequence[tuple[str, int]], labels: Mapping[str, str],
             words: Words) -> Any:
    """Draw the steps. `parts` are (cause, whole events) in order and add up to theirs - ours."""
    alt = altair()
    rows: list[dict[str, object]] = [_step(words["ours"], 0, ours, AFTER, f"{ours:,}")]
    at = ours
    for cause, events in parts:
        tone = BEFORE if cause == "unexplained" else BAND if events >= 0 else REMOVED
        rows.append(_step(labels[cause], at, at + events, tone, f"{events:+,}"))
        at += events
    rows.append(_step(words["theirs"], 0, theirs, "#5b5f62", f"{theirs:,}"))
    base = alt.Chart(data(rows), width=_WIDTH, height=alt.Step(_ROW)).encode(y=alt.Y(
        "step:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False)))
    bars = base.mark_bar(size=18).encode(
        x=alt.X("start:Q", title=words["plays"], axis=number_axis(words)), x2="end:Q",
        color=alt.Color("tone:N", scale=None))
    said = base.mark_text(align="left", fontSize=11, dx=5).encode(x="most:Q", text="said:N")
    return alt.layer(bars, said).properties(
        title=alt.Title(words["title"], subtitle=[words["subtitle"]]))


def _step(label: str, start: int, end: int, tone: str, said: str) -> dict[str, object]:
    return {"step": label, "start": start, "end": end, "most": max(start, end), "tone": tone,
            "said": said}
