"""Clicks at one and the same pace.

Finds: visits with several clicks on one item, at a pace that a large share of all such visits to
the item on the day have to within a fraction of a second. The pace is the time from the first click
to the last, divided by the number of steps. Paces below a second, as of a hand that clicks twice,
and of minutes are not measured. Where it is known of at least half of the visits at that pace
whether a real gesture caused their clicks, most of these must lack one.

Shows: people who do not arrange with each other pause for times of all lengths. A script that
clicks again after a fixed time does so in every browser it runs in, so that the same pause stands
in the visits of people who have nothing in common. It is a sign and not proof.

Innocent causes: a page that loads a second step by itself after a fixed time and logs it as a
click, where the gesture that opened it is not recorded (where it is, such visits are not found); a
player or a game that asks for confirmation at the end of an animation.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import (
    Count,
    Criterion,
    Max,
    Min,
    Page,
    Parameter,
    Study,
    Values,
    page,
)

I64 = NDArray[np.int64]
KEYS = ("day", "item_id", "session_id")


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure clicks."""
    return t.kind == "click"


def act(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether a real gesture caused the click."""
    return t.interacted


def known(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether it is known if a gesture caused the click."""
    return t.interacted.notnull()


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep visits whose pace is measured."""
    span, steps = m.last_ms - m.first_ms, m.clicks - 1
    return (steps >= 1) & (span >= steps * p["shortest_ms"]) & (span <= steps * p["longest_ms"])


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the visits within their item-day's fullest window of paces, if it is overfull.

    `profile` has one row a (day, item_id, session_id), sorted. Added: pace_ms, how many visits have
    this pace (alike), how many were measured (measured), and of how many at this pace it is known
    whether a gesture caused a click (alike_known) and one did (alike_by_hand).
    """
    clicks = profile["clicks"].to_numpy()
    span = profile["last_ms"].to_numpy() - profile["first_ms"].to_numpy()
    keep = (clicks > 1) & (span >= (clicks - 1) * p["shortest_ms"]) & (
        span <= (clicks - 1) * p["longest_ms"])
    rows = np.flatnonzero(keep)
    pace = span[rows] // np.maximum(clicks[rows] - 1, 1)
    hands = np.stack([profile[name].to_numpy()[rows] > 0 for name in ("known", "acts")])
    hits: list[I64] = []
    counts: list[I64] = []
    for group in _item_days(profile, rows):
        inside = group[_fullest(pace[group], p["window_ms"])]
        said = [len(inside), len(group), *hands[:, inside].sum(axis=1).tolist()]
        if _overfull(said, p):
            hits.append(inside)
            counts.append(np.tile(said, (len(inside), 1)))
    chosen = np.concatenate([np.zeros(0, dtype=np.int64), *hits])
    found = profile.select(list(KEYS)).take(pa.array(rows[chosen]))
    figures = np.concatenate([np.zeros((0, 4), dtype=np.int64), *counts])
    for name, values in (("pace_ms", pace[chosen]), ("alike", figures[:, 0]),
                         ("measured", figures[:, 1]), ("alike_known", figures[:, 2]),
                         ("alike_by_hand", figures[:, 3])):
        found = found.append_column(name, pa.array(values, pa.int64()))
    return found


def _overfull(figures: list[int], p: Values) -> bool:
    """Say whether a window is overfull, and no page's second step after a gesture.

    A few visits with a gesture acquit no window of which next to nothing is known.
    """
    alike, measured, known, by_hand = figures
    page_steps = 2 * known >= alike and by_hand * 1000 > known * p["by_hand_permille"]
    return bool(alike >= p["least_visits"] and not page_steps
                and alike * 1000 >= measured * p["share_permille"])


def _item_days(profile: pa.Table, rows: I64) -> list[I64]:
    """Cut the chosen rows into item-days; each holds places in `rows`."""
    if not len(rows):
        return []
    kept = profile.select(["day", "item_id"]).take(pa.array(rows))
    day = kept["day"].to_numpy()
    item = kept["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    edges = np.flatnonzero((day[1:] != day[:-1]) | (item[1:] != item[:-1])) + 1
    return [np.asarray(part, dtype=np.int64) for part in np.split(np.arange(len(rows)), edges)]


def _fullest(pace: I64, window: int) -> NDArray[np.bool_]:
    """Mark the paces in the fullest window of this length; the first if several."""
    ordered = np.sort(pace)
    inside = np.searchsorted(ordered, ordered + window, side="left") - np.arange(len(ordered))
    start = int(ordered[int(inside.argmax())])
    return (pace >= start) & (pace < start + window)


CRITERION = Criterion(
    code="same-pace", revision=2, klass="SIVT", basis="statistical", family="timing", scope="day",
    reads=("item_id", "session_id", "kind", "time_ms", "interacted"), optional=("interacted",),
    shape=Study(keys=("item_id", "session_id"), find=find, where=where, only=only, measures={
        "clicks": Count(), "first_ms": Min(column="time_ms"), "last_ms": Max(column="time_ms"),
        "known": Count(where=known), "acts": Count(where=act)}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people, hijacked sessions; "
             "Beijing Internet Court, 2019-05-23: clicks made by hidden JavaScript. The limits "
             "are this product's",
    standard_says="MRC: SIVT",
    parameters={
        "least_visits": Parameter(
            default=10, low=3, high=1_000_000, unit="visits",
            meaning="fewest visits at one pace", meaning_zh="同一节奏的最少访问数"),
        "share_permille": Parameter(
            default=400, low=10, high=1000, unit="permille",
            meaning="least share of these among the item-day's measured visits",
            meaning_zh="其占该内容当日计入访问的最小比例"),
        "by_hand_permille": Parameter(
            default=500, low=0, high=1000, unit="permille",
            meaning="largest share of visits with a gesture among those at the pace for which it "
                    "is known",
            meaning_zh="同一节奏且已知有无手势的访问中，有手势者的最大比例"),
        "window_ms": Parameter(
            default=200, low=1, high=10_000, unit="ms",
            meaning="length of the window within which paces are the same",
            meaning_zh="视为同一节奏的时间窗长度"),
        "shortest_ms": Parameter(
            default=1000, low=0, high=60_000, unit="ms", meaning="shortest pace that is measured",
            meaning_zh="计入的最短节奏"),
        "longest_ms": Parameter(
            default=30_000, low=1, high=3_600_000, unit="ms",
            meaning="longest pace that is measured", meaning_zh="计入的最长节奏"),
    },
    en=page(__doc__),
    zh=Page(
        title="点击节奏雷同",
        finds="对同一内容多次点击的访问，其节奏与当日该内容此类访问中的很大一部分相差不到零点几秒；节"
              "奏为首末点击的间隔除以步数。手快双击的不足一秒者和以分钟计者不计。该节奏的访问至少半数"
              "已知有无手势的，其中须多数没有手势。",
        shows="互不约定的真人停顿长短不一。脚本每隔固定时间再点一次，在其运行的每个浏览器中皆然，故"
              "毫不相干者的访问中出现同一停顿。属迹象而非证明。",
        innocent="页面在固定时间后自动加载第二步并记为点击，而未记录打开页面的手势（有记录的不会被认"
                 "定）；播放器或游戏在动画结束时要求确认。"))
