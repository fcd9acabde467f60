"""The plot sheet: honest and fake side by side on every column, so that a reader sees what is
easy.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from truetally.simulate.features import BINS, Compared, compared
from truetally.simulate.generate import simulate
from truetally.simulate.realism import Realism

SCENARIOS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "h1", "h2", "h3")
_MOST_BARS = 14
_LABEL = 28
_COLUMNS = 4


def plot_sheet(out: Path, *, scenarios: Sequence[str] = SCENARIOS, events: int = 400_000,
               seed: int = 7, forms: Sequence[str] = ("png", "svg", "html")) -> tuple[Path, ...]:
    """Simulate each scenario below `out` and draw its sheet there in each form.

    A sheet has one small chart for each column: the share of honest and of fake plays (of the same
    items on the same days) at each value. Returns the sheets.
    """
    made = []
    for name in scenarios:
        folder = out / "data" / name
        simulate(name, folder, events=events, seed=seed)
        chart = sheet(compared(folder), f"{name}: honest and fake, seed {seed}, synthetic data")
        for form in forms:
            path = out / f"sheet-{name}.{form}"
            chart.save(str(path), **({"inline": True} if form == "html" else {}))
            made.append(path)
    return tuple(made)


def sheet(read: Compared, title: str) -> Any:
    """Draw the sheet of one simulation as an Altair chart."""
    import altair as alt

    charts = [_one(alt, read, name) for name in read.columns]
    return alt.concat(*charts, columns=_COLUMNS, title=title).resolve_scale(y="independent")


def bars(read: Compared, name: str) -> list[dict[str, Any]]:
    """Return the share (per thousand) of each value of a column among honest and fake plays.

    Numbers keep the order of their bins; of texts the commonest stand alone, the rest together.
    """
    codes, names = read.columns[name], read.names[name]
    few = len(names) <= BINS + 2
    rows = []
    for label, held in (("honest", ~read.fake), ("fake", read.fake)):
        counts = np.bincount(codes[held], minlength=len(names))
        shown = counts if few else np.append(counts[:_MOST_BARS], counts[_MOST_BARS:].sum())
        texts = names if few else (*names[:_MOST_BARS], "all others")
        rows += [{"value": f"{place:02d} {text[:_LABEL]}", "who": label,
                  "permille": round(int(n) * 1000 / int(held.sum()), 1)}
                 for place, (text, n) in enumerate(zip(texts, shown, strict=False))]
    used = {r["value"] for r in rows if r["permille"]}
    return [r for r in rows if r["value"] in used]


def _one(alt: Any, read: Compared, name: str) -> Any:
    return alt.Chart(alt.Data(values=bars(read, name)), title=name, width=210, height=120).mark_bar(
    ).encode(x=alt.X("value:N", title=None, axis=alt.Axis(labelLimit=70, labelFontSize=7)),
             xOffset=alt.XOffset("who:N", sort=["honest", "fake"]),
             y=alt.Y("permille:Q", title="per thousand"),
             color=alt.Color("who:N", sort=["honest", "fake"], title=None,
                             scale=alt.Scale(range=["#4c78a8", "#e45756"])))


def areas(found: Mapping[str, Realism], title: str) -> Any:
    """Draw how far each column alone separates each scenario, as an Altair chart."""
    import altair

    alt: Any = altair
    rows = [{"scenario": name, "column": column, "auc": float(area)}
            for name, made in found.items()
            for column, area in {**made.column, "ALL": made.every, "ALL SOLD": made.sold}.items()
            if area is not None]
    base = alt.Chart(alt.Data(values=rows), title=title).encode(
        x=alt.X("scenario:N", title=None, sort=list(found)), y=alt.Y("column:N", title=None))
    return base.mark_rect().encode(color=alt.Color(
        "auc:Q", title="AUC", scale=alt.Scale(domain=[0.5, 1], scheme="reds"))) + base.mark_text(
        fontSize=9).encode(text=alt.Text("auc:Q", format=".2f"))
