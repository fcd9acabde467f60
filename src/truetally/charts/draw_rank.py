"""Draw the ranking before and after: bars, bounds, moves, and sets that cannot be told apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from truetally.charts.draw import AFTER, BEFORE, DARK, REMOVED, Words, altair, data, number_axis
from truetally.charts.rank import Place

_WIDTH, _ROW = 520, 26


def draw_rank(places: Sequence[Place], labels: Mapping[str, str], words: Words) -> Any:
    """Draw places in their order. `labels` are the items' names as they may be shown."""
    alt = altair()
    many = {p.group for p in places if sum(q.group == p.group for q in places) > 1}
    shade = {group: n % 2 == 0 for n, group in enumerate(sorted(many))}
    rows = [_row(n, p, labels[p.item], words, group=shade.get(p.group))
            for n, p in enumerate(places)]
    base = alt.Chart(data(rows), width=_WIDTH, height=alt.Step(_ROW)).encode(y=alt.Y(
        "row:N", sort=[str(r["row"]) for r in rows], title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8)))
    x = alt.X("before:Q", title=words["plays"], axis=number_axis(words))
    key = alt.Color("kind:N", title=None, scale=alt.Scale(
        domain=[words["before"], words["after"]], range=[BEFORE, AFTER]),
        legend=alt.Legend(orient="top", symbolType="square"))
    band = base.transform_filter("datum.shade").mark_rect(color="#f0ede4").encode(
        x=alt.value(0), x2=alt.value(_WIDTH))
    before = base.mark_bar(size=18).transform_calculate(
        kind=_literal(words["before"])).encode(x=x, color=key)
    after = base.mark_bar(size=10).transform_calculate(
        kind=_literal(words["after"])).encode(x="after:Q", color=key)
    bounds = base.transform_filter("datum.high > datum.low").mark_rule(
        color=DARK, strokeWidth=1).encode(x="low:Q", x2="high:Q")
    ends = [base.transform_filter("datum.high > datum.low").mark_tick(
        color=DARK, thickness=1, size=8).encode(x=f"{end}:Q") for end in ("low", "high")]
    said = [base.mark_text(align="left", fontSize=11).encode(
        x=alt.value(_WIDTH + right), text=f"{field}:N", color=alt.Color("tone:N", scale=None))
        for field, right in (("move", 10), ("ranks", 70))]
    return alt.layer(band, before, after, bounds, *ends, *said).properties(
        title=alt.Title(words["title"], subtitle=[words["subtitle"], words["apart"]]))


def _row(number: int, p: Place, label: str, words: Words, *,
         group: bool | None) -> dict[str, object]:
    rank = str(p.rank_after) if p.told_apart else f"{p.rank_best}–{p.rank_worst}"
    arrow = f"▲ {p.move}" if p.move > 0 else f"▼ {-p.move}" if p.move < 0 else "="
    unsure = "" if p.certain or not p.move else words["unsure"]
    if not p.high:
        arrow, rank, unsure = "▼", "–", words["nothing_left"]
    return {"row": f"{number + 1}. {label}", "before": p.before, "after": p.after, "low": p.low,
            "high": p.high, "shade": bool(group), "tone": REMOVED if p.move < 0 else DARK,
            "move": arrow, "ranks": f"{p.rank_before} → {rank} {unsure}".rstrip()}


def _literal(text: str) -> str:
    """Write a word of our own as a Vega expression's text."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
