"""Draw shares of terminals or regions before and after, as paired bars.

Regions are bars, not a map: a bar can be read to the tenth of a percent, and a map of China needs
a reviewed base map that no package brings.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from truetally.charts.draw import Words, altair, data, legend_scale
from truetally.charts.shares import Share

_WIDTH, _MOST = 300, 15


def draw_shares(found: Sequence[Share], labels: Mapping[str | None, str], words: Words,
                title: str) -> Any:
    """Draw at most 15 keys, largest before first, and the rest as one."""
    alt = altair()
    rows = []
    for share in together(found):
        label = labels.get(share.key, words["rest"]) if share.key != "" else words["rest"]
        rows += [{"key": label, "kind": words[kind], "share": part / 10, "said": f"{part / 10:.1f}"}
                 for kind, part in (("before", share.before_permille),
                                    ("after", share.after_permille))]
    base = alt.Chart(data(rows), width=_WIDTH, height=alt.Step(11)).encode(
        y=alt.Y("key:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False)),
        yOffset=alt.YOffset("kind:N", sort=[words["before"], words["after"]]))
    bars = base.mark_bar().encode(
        x=alt.X("share:Q", title=words["percent"], axis=alt.Axis(tickCount=5)),
        color=alt.Color("kind:N", title=None, legend=alt.Legend(orient="top"),
                        scale=legend_scale(words, "before", "after")))
    said = base.mark_text(align="left", dx=3, fontSize=9, color="#555").encode(
        x="share:Q", text="said:N")
    return alt.layer(bars, said).properties(title=title)


def together(found: Sequence[Share]) -> list[Share]:
    """Keep the first 15; join the others under the key ""."""
    if len(found) <= _MOST:
        return list(found)
    head, tail = found[:_MOST - 1], found[_MOST - 1:]
    return [*head, Share(key="", before=sum(s.before for s in tail),
                         after=sum(s.after for s in tail),
                         before_permille=sum(s.before_permille for s in tail),
                         after_permille=sum(s.after_permille for s in tail))]
