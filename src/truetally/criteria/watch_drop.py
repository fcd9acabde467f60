"""Watch time down while plays go up.

Finds: local days on which an item is played much more than on its earlier days and the mean watch
time of a play is much shorter than it was on them.

Shows: the two indicators that the platform's own filter used. People who come in addition stay
about as long as people did before; plays that were bought stay for the ordered time, and pull the
mean down as their number pushes the plays up. It is a sign and not proof, and it says nothing of a
single play.

Innocent causes: a slot on the front page brings many who look in by accident and leave, and so
does any link that promises something else; a trailer put under the item's number; an opening that
many skip. A surge of honest people looks the same, so this never supports a statement about the
item's surge, only what is found of a device by itself.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import Count, Criterion, Page, Parameter, Study, Sum, Total, Values, page

I64 = NDArray[np.int64]


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure plays of which the watch time is known."""
    return (t.kind == "play") & (t.watched_ms >= 0)


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep days of items that have enough plays in all to be judged on any day."""
    return m.item_plays >= p["least_plays"] + p["least_past_plays"]


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the item-days with more plays and less watch time than before.

    `profile` has one row an (item_id, day), sorted, with the columns plays and watched_ms. Added:
    mean_ms, past_mean_ms and past_plays (lower medians of the earlier days).
    """
    plays, watched = profile["plays"].to_numpy(), profile["watched_ms"].to_numpy()
    mean = watched // np.maximum(plays, 1)
    item = profile["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    first = np.searchsorted(item, item)
    rows, said = [], []
    for at in np.flatnonzero(plays >= p["least_plays"]).tolist():
        past = slice(max(int(first[at]), at - p["most_past_days"]), at)
        few = past.stop - past.start < p["least_past_days"]
        if few or int(plays[past].sum()) < p["least_past_plays"]:
            continue
        usual_plays, usual_mean = _median(plays[past]), _median(mean[past])
        if (int(plays[at]) * 1000 >= usual_plays * p["plays_permille"]
                and int(mean[at]) * 1000 <= usual_mean * p["watch_permille"]):
            rows.append(at)
            said.append((int(mean[at]), usual_mean, usual_plays))
    found = profile.select(["item_id", "day"]).take(pa.array(rows, pa.int64()))
    for n, name in enumerate(("mean_ms", "past_mean_ms", "past_plays")):
        found = found.append_column(name, pa.array([s[n] for s in said], pa.int64()))
    return found


def _median(values: I64) -> int:
    return int(np.sort(values)[(len(values) - 1) // 2])


CRITERION = Criterion(
    code="watch-drop", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="case", reads=("item_id", "day", "kind", "watched_ms"),
    shape=Study(keys=("item_id", "day"), find=find, where=where, only=only, measures={
        "plays": Count(), "watched_ms": Sum(column="watched_ms"),
        "item_plays": Total(of="plays", keys=("item_id",))}),
    citation="(2019) Su Min Zhong 778: the platform's indicators, mean watch time per person and "
             "per play; over 20 minutes before, 5.33 to 6.9 on the days of the surge",
    standard_says="MRC: SIVT, together with evidence about the device",
    parameters={
        "least_plays": Parameter(
            default=30, low=5, high=1_000_000, unit="plays", meaning="fewest plays on the day",
            meaning_zh="当日最少播放数"),
        "plays_permille": Parameter(
            default=1400, low=1000, high=1_000_000, unit="permille",
            meaning="least ratio to the plays of an earlier day",
            meaning_zh="播放数与此前之比的下限"),
        "watch_permille": Parameter(
            default=700, low=1, high=1000, unit="permille",
            meaning="largest ratio to the mean watch time of earlier days",
            meaning_zh="平均观看时长与此前之比的上限"),
        "least_past_days": Parameter(
            default=5, low=1, high=1000, unit="days", meaning="fewest earlier days of the item",
            meaning_zh="该内容此前的最少日数"),
        "least_past_plays": Parameter(
            default=100, low=1, high=1_000_000, unit="plays",
            meaning="fewest plays on these days, for a mean of few says little",
            meaning_zh="此前各日的最少播放数，过少则均值无意义"),
        "most_past_days": Parameter(
            default=28, low=1, high=1000, unit="days", meaning="most earlier days that are used",
            meaning_zh="所用此前日数的上限"),
    },
    en=page(__doc__),
    zh=Page(
        title="播放上升而观看时长下降",
        finds="某内容的播放远多于此前各日，而每次播放的平均观看时长远短于此前的当地日。",
        shows="即平台自身过滤所用的两项指标。新增的真人停留时间与此前相仿；购买的播放停留所订时长，数"
              "量推高播放的同时拉低平均时长。属迹象而非证明，且不说明任何单一播放。",
        innocent="首页推荐带来许多误入即离的人，名不副实的链接亦然；预告片置于该内容编号之下；多人跳"
                 "过的片头。真实用户的激增与此相同，故从不支持关于该内容激增的陈述，只支持对某一设"
                 "备自身的发现。"))
