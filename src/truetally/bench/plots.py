"""Two plots, as SVG and PNG: how much is found at which dose, and how much is wrongly voided."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from truetally.bench.benchmark import Benchmark
from truetally.bench.grids import titles
from truetally.bench.table import Row, pooled
from truetally.bench.variants import OURS

_BLUE, _RED, _GREY = "#31688e", "#b5422c", "#8a8a8a"
_PER_PPB_PERCENT = 10_000_000
_PER_PPB_PPM = 1000
_WITHOUT = f"{OURS}-without-"
_FLOOR_PPM = 0.3  # a logarithmic axis has no zero: none found stands here


def plots(bench: Benchmark, rows: Sequence[Row], folder: Path) -> tuple[Path, ...]:
    """Draw both plots into a folder that exists; returns the files."""
    made = []
    log = "video" if "video" in bench.levels else next(iter(bench.levels))
    for name, chart in (("recall", recall(rows)), ("wrong", wrong(bench, log))):
        for form in ("svg", "png"):
            path = folder / f"{name}.{form}"
            chart.save(str(path), **({"ppi": 120} if form == "png" else {}))
            made.append(path)
    return tuple(made)


def recall(rows: Sequence[Row]) -> Any:
    """Draw ours by scenario and dose: voided with its interval, and voided or suspect."""
    import altair

    alt: Any = altair

    values = []
    for row in rows:
        if row.method == OURS and row.group == "attack":
            for kind, share in (("voided", row.figures.recall),
                                ("voided or suspect", row.figures.recall_suspect)):
                bounds = share.of_events()
                values.append({"scenario": row.scenario.upper(), "dose": row.dose, "kind": kind,
                               "recall": share.found * 100 / max(1, share.n),
                               "low": bounds.lower / _PER_PPB_PERCENT,
                               "high": bounds.upper / _PER_PPB_PERCENT})
    color = alt.Color("kind:N", title=None, scale=alt.Scale(range=[_BLUE, _GREY]),
                      legend=alt.Legend(orient="top"))
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("dose:O", title="dose", sort=["0.1", "1", "10"],
                axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("kind:N"), color=color)
    bars = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title="percent of fakes",
                scale=alt.Scale(domain=[0, 100])), y2="high:Q")
    points = base.mark_point(filled=True, opacity=1, size=46).encode(y="recall:Q")
    return alt.layer(bars, points, width=96, height=110).facet(
        facet=alt.Facet("scenario:N", title=None), columns=4,
        title=alt.Title("Found in simulated logs (not field recall)", subtitle=(
            "Dose: fakes for each honest play. Lines: 95 % intervals, drawing whole devices")))


def wrong(bench: Benchmark, log: str) -> Any:
    """Draw each method's share of honest events voided, with its interval, in parts per million."""
    import altair

    alt: Any = altair

    names = titles()
    values = []
    held = {name: f for name, f in pooled(bench, log).items() if _WITHOUT not in name}
    for name, figures in held.items():
        for kind, share in (("all reasons", figures.wrong), ("as SIVT", figures.wrong_sivt)):
            bounds = share.of_events()
            values.append({
                "method": names[name].removesuffix(" *"), "kind": kind,
                "ppm": max(_FLOOR_PPM, share.found * 1_000_000 / max(1, share.n)),
                "low": max(_FLOOR_PPM, bounds.lower / _PER_PPB_PPM),
                "high": max(_FLOOR_PPM, bounds.upper / _PER_PPB_PPM)})
    order = [title.removesuffix(" *") for title in names.values()]
    base = alt.Chart(alt.Data(values=values), width=430, height=alt.Step(11), title=(
        f"Honest events voided, simulated {log} logs")).encode(
        y=alt.Y("method:N", title=None, sort=order, axis=alt.Axis(labelLimit=330)),
        yOffset=alt.YOffset("kind:N"),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(range=[_BLUE, _RED]),
                        legend=alt.Legend(orient="top")))
    scale = alt.Scale(type="log", domainMin=_FLOOR_PPM)
    axis = alt.Axis(tickCount=6, gridColor="#e4e4e4")
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, axis=axis,
                title="parts per million of honest events, 95 % interval"), x2="high:Q")
    return bars + base.mark_point(filled=True, opacity=1, size=36).encode(x="ppm:Q")
