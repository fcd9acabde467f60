"""Draw what is at least fake beside what is more than expected, title by title; never stacked."""

from collections.abc import Sequence
from typing import Any

from truetally.charts.draw import AFTER, BEFORE, REMOVED, Words, altair, data, number_axis

_WIDTH, _ROW = 520, 30
Row = tuple[str, int, int, tuple[int, int, int] | None]  # title, plays, bound, (low, more, high)


def draw_estimate(rows: Sequence[Row], words: Words) -> Any:
    """Draw each title's plays as a bar, the bound as a bar in it, and the interval as a line."""
    alt = altair()
    names = [words["chart_plays"], words["chart_bound"], words["chart_more"]]
    color = alt.Color("kind:N", title=None, legend=alt.Legend(orient="top"),
                      scale=alt.Scale(domain=names, range=[BEFORE, REMOVED, AFTER]))
    place = alt.Y("title:N", sort=[title for title, *_ in rows], title=None,
                  axis=alt.Axis(ticks=False, domain=False))

    def layer(kind: int, values: list[dict[str, object]]) -> Any:
        held = data([{**value, "kind": names[kind]} for value in values])
        return alt.Chart(held, width=_WIDTH, height=alt.Step(_ROW)).encode(y=place, color=color)

    axis = alt.X("plays:Q", title=words["plays"], axis=number_axis(words))
    whole = layer(0, [{"title": t, "plays": plays} for t, plays, _, _ in rows])
    least = layer(1, [{"title": t, "plays": bound} for t, _, bound, _ in rows])
    more = layer(2, [{"title": t, "plays": max(0, m[1]), "low": max(0, m[0]), "high": max(0, m[2])}
                     for t, _, _, m in rows if m])
    return alt.layer(whole.mark_bar(size=18).encode(x=axis),
                     least.mark_bar(size=10).encode(x=axis),
                     more.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q"),
                     more.mark_point(filled=True, size=46, opacity=1).encode(x=axis)).properties(
        title=alt.Title(words["title"], subtitle=[words["subtitle"], words["never_added"]]))
