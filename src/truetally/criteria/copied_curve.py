"""One hour curve on several items.

Finds: items whose events fall on the 24 hours of a local day in the same proportions as those of
several other items, more alike than two draws by lot from one and the same curve.

Shows: people who do not arrange with each other make a curve that differs from hour to hour by
chance, even where two audiences keep the same habits. With counts x and y of 24 hours and totals X
and Y, the index of likeness is the sum over the hours of (xY - yX) squared, divided by x + y and by
XY. By lot from one curve it is distributed as chi-square with 23 degrees; where the curves differ
it lies above, and nothing that independent people do makes it smaller. The default limit of 3.5 is
reached by lot by one pair in about a million, and several such pairs of one item are
asked for. An order whose bought curve is kept by quota puts the same curve on every title. It is a
sign and not proof, and where most events are honest it finds nothing.

Innocent causes: items that the same people play one after another, such as the chapters of a
course, a film and its trailer, or a list that plays on by itself; a channel or a page that repeats
itself and starts several items at fixed times; a collector that is full.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import (
    Count,
    Criterion,
    Least,
    Page,
    Parameter,
    Study,
    Total,
    Values,
    page,
)

I64 = NDArray[np.int64]
HOURS = 24
MOST_ITEMS = 1000  # a day: those with the most events, for the work grows with the square
KEYS = ("day", "item_id", "hour")


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep the hours of item-days that have enough events to be judged."""
    return m.day_events >= p["least_events"]


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the hours of the item-days that share their curve, and what was measured.

    `profile` has one row a (day, item_id, hour), sorted, with the column events. Only item-days
    with events in all 24 hours are judged. Added: total, others (how many share the curve) and
    index_milli (of the one that is most alike, rounded down).
    """
    begins, events, day = _full_days(profile)
    rows, said = [], []
    enough = events.sum(axis=1) >= p["least_events"]
    for one_day in np.unique(day):
        held = np.flatnonzero((day == one_day) & enough)
        totals = events[held].sum(axis=1)
        held = np.sort(held[np.argsort(-totals, kind="stable")[:MOST_ITEMS]])
        others, nearest = _alike(events[held], p["index_milli"])
        for at in np.flatnonzero(others >= p["least_others"]).tolist():
            rows.append(int(begins[held[at]]))
            said.append((int(events[held[at]].sum()), int(others[at]), int(nearest[at])))
    hours = np.repeat(np.array(rows, dtype=np.int64), HOURS) + np.tile(np.arange(HOURS), len(rows))
    found = profile.select(list(KEYS)).take(pa.array(hours))
    for n, name in enumerate(("total", "others", "index_milli")):
        column = np.repeat(np.array([s[n] for s in said], dtype=np.int64), HOURS)
        found = found.append_column(name, pa.array(column, pa.int64()))
    return found


def _full_days(profile: pa.Table) -> tuple[I64, I64, I64]:
    """Find the item-days with events in every hour: where they begin, their counts, their days.

    A row's hour is then its distance from the beginning, for rows are sorted.
    """
    day, hour = (profile[name].to_numpy().astype(np.int64) for name in ("day", "hour"))
    item = profile["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    ends = np.arange(len(day)) + HOURS - 1
    begins = np.flatnonzero((hour == 0) & (ends < len(day)))
    same = (day[begins] == day[ends[begins]]) & (item[begins] == item[ends[begins]])
    begins = begins[same]
    counts = profile["events"].to_numpy().astype(np.int64)
    return begins, counts[begins[:, None] + np.arange(HOURS)], day[begins]


def _alike(events: I64, limit: int) -> tuple[I64, I64]:
    """Count, for each item of a day, the others within the limit; and say the smallest index.

    A quick look in floating point leaves out pairs that lie well above the limit; whether one
    is within it is decided in whole numbers.
    """
    others = np.zeros(len(events), dtype=np.int64)
    nearest = np.full(len(events), limit, dtype=np.int64)
    share = events / events.sum(axis=1, keepdims=True)
    for one in range(len(events)):
        x, y = events[one], events[one + 1:]
        apart = (share[one] - share[one + 1:]) ** 2 / (x + y)
        rough = apart.sum(axis=1) * x.sum() * y.sum(axis=1) * 1000
        for other in (np.flatnonzero(rough < limit * 1.01 + 1) + one + 1).tolist():
            index = _index_milli(x.tolist(), events[other].tolist())
            if index <= limit:
                others[[one, other]] += 1
                nearest[[one, other]] = np.minimum(nearest[[one, other]], index)
    return others, nearest


def _index_milli(x: list[int], y: list[int]) -> int:
    """Work out the index of likeness of two curves in thousandths, rounded down."""
    first, second = sum(x), sum(y)
    parts = sum(1000 * (a * second - b * first) ** 2 // (a + b) for a, b in zip(x, y, strict=True))
    return parts // (first * second)


CRITERION = Criterion(
    code="copied-curve", revision=1, klass="SIVT", basis="statistical", family="timing",
    scope="day", reads=("item_id", "hour"),
    shape=Study(keys=("item_id", "hour"), find=find, only=only, least=Least(
        keys=("item_id",), events="least_events"), measures={
        "events": Count(), "day_events": Total(of="events", keys=("item_id",))}),
    citation="(2019) Su Min Zhong 778: the order form sells a daily curve; K. Pearson, Biometrika "
             "8 (1911), 250: whether two samples can be of one population. The limits are this "
             "product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_events": Parameter(
            default=480, low=240, high=1_000_000, unit="events", meaning="fewest events to judge",
            meaning_zh="判断所需最少事件数"),
        "index_milli": Parameter(
            default=3500, low=0, high=13_000, unit="thousandths",
            meaning="largest index of likeness of two items; chance gives 23,000 on average",
            meaning_zh="两项内容相似指数的上限；随机情形平均为 23,000"),
        "least_others": Parameter(
            default=3, low=1, high=1000, unit="items",
            meaning="fewest other items with the same curve",
            meaning_zh="曲线相同的其他内容的最少数目"),
    },
    en=page(__doc__),
    zh=Page(
        title="多项内容共用一条时段曲线",
        finds="某内容的事件在一个当地日 24 小时中的分布比例与另外若干内容相同，其相似程度超过从同一"
              "曲线两次抽签所能达到者。",
        shows="互不约定的真人所成曲线，即使作息相同，各小时亦因随机而有出入。设两项内容各小时计数为"
              " x、y，总数为 X、Y，相似指数为各小时（xY 减 yX）的平方除以 x 加 y 之和，再除以 XY。"
              "从同一曲线抽签时，该指数服从自由度 23 的卡方分布；曲线不同则更大，互相独立的真人"
              "行为无一能使之更小。默认上限 3.5 在抽签情形下约百万对中出现一对，且须与多项内容"
              "均如此。按配额执行所购曲线的订单使每个标的呈同一曲线。属迹象而非证明；多数事件为"
              "真实时无所发现。",
        innocent="同一批人接连播放的内容，如课程各章、影片与预告、自动连播的列表；循环并在固定时"
                 "间启动多项内容的频道或页面；采集端已满。"))
