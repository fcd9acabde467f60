"""Surge of an item.

Finds: local days on which an item has many more events than its own past and the items of its size
let expect. Days of items without enough past are not judged: a premiere is no surge.

Shows: with n events of an item on earlier days, and the index of a day being the median, over items
of about the same size, of a day's events as a share of the item's median day, the item's
usual number is the median of its earlier days each divided by that day's index, and what is
expected today is that number times today's index. Week, holidays and the growth of the platform are
in the index. Flagged is what lies above by a factor, by a number, and by several times the wider of
two spreads: what the item's own past shows (median absolute deviation) and what chance alone makes
(square root). Orders that are delivered in days make such days. It is a sign and not proof, and it
says nothing of a single event: every surge has honest events in it.

Innocent causes: a slot on the front page, news, a holiday, homework, the death of a star, a repeat
on television: each makes a surge of honest people. So a surge supports what is found of a device by
itself; it never supports a trait that many honest people share, nor another statement about the
same item and day.
"""

from math import isqrt

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import Count, Criterion, Page, Parameter, Study, Total, Values, page

I64 = NDArray[np.int64]
Whole = NDArray[np.int32] | NDArray[np.int64]
NARROW = 1 << 31  # below it numbers fit 32 bits
MILLI = 1000
USUAL = 8  # median events a day from which an item is matched with others
FEWEST_MATCHED = 5
FEWEST_ALIKE = 40


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep days of items that have enough events in all to be judged on any day."""
    return m.item_events >= p["least_events"]


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the item-days above what is expected, and what was expected.

    `profile` has one row an (item_id, day), sorted, with the column events; a day without a row has
    no events. Added: expected (rounded down), past_days, index_permille. Whole numbers throughout.
    """
    table, row = _grid(profile)
    judged = np.flatnonzero((table >= p["least_events"]).any(axis=1))
    events, index = table[judged].astype(np.int64), _index(table, judged)
    begin = (events > 0).argmax(axis=1) if events.size else np.zeros(0, dtype=np.int64)
    days = np.flatnonzero((events >= p["least_events"]).any(axis=0)).tolist()
    found = [_surges(events, index, begin, at, p) for at in days]
    flagged = np.concatenate([np.zeros((0, 5), dtype=np.int64), *found])
    flagged = flagged[np.lexsort((flagged[:, 1], flagged[:, 0]))]
    rows = row[judged[flagged[:, 0]], flagged[:, 1]]
    result = profile.select(["item_id", "day"]).take(pa.array(rows, pa.int64()))
    for n, name in enumerate(("expected", "past_days", "index_permille")):
        result = result.append_column(name, pa.array(flagged[:, n + 2], pa.int64()))
    return result


def _grid(profile: pa.Table) -> tuple[Whole, Whole]:
    """Lay the events out as one row an item and one column a day; and their rows in `profile`.

    There are many more items than are judged: numbers are as narrow as these allow.
    """
    item = profile["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    day = profile["day"].to_numpy().astype(np.int64)
    if not len(day):
        return np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
    events = profile["events"].to_numpy()
    narrow = max(int(events.max()), len(day)) < NARROW
    kind = np.int32 if narrow else np.int64
    table = np.zeros((int(item.max()) + 1, int(day.max() - day.min()) + 1), dtype=kind)
    row = np.full(table.shape, -1, dtype=kind)
    table[item, day - day.min()] = events
    row[item, day - day.min()] = np.arange(len(day))
    return table, row


def _index(table: Whole, judged: I64) -> I64:
    """Work out every day's index, in thousandths, of the items `judged` from others of their size.

    Only items with a median of some events a day are matched; sizes are orders of magnitude in
    base two. Where too few items have a size, all matched ones stand in; with next to none, 1000.
    """
    index = np.full((len(judged), table.shape[1]), MILLI, dtype=np.int64)
    if not table.size:
        return index
    usual = _median(table, 1).astype(np.int64)
    matched = np.flatnonzero(usual >= USUAL)
    share = table[matched].astype(np.int64) * MILLI // usual[matched, None]
    if len(share) < FEWEST_MATCHED:
        return index
    index[:] = np.maximum(_median(share, 0), 1)
    size, own = _sizes(usual[matched]), _sizes(usual[judged])
    for each in np.unique(size):
        alike = share[size == each]
        if len(alike) >= FEWEST_ALIKE:
            index[own == each] = np.maximum(_median(alike, 0), 1)
    return index


def _sizes(usual: I64) -> I64:
    """Give the order of magnitude in base two of each number."""
    return np.array([int(m).bit_length() for m in usual], dtype=np.int64)


def _median(values: Whole, axis: int) -> Whole:
    """Take the lower median, which is a whole number."""
    ordered = np.sort(values, axis=axis)
    found: Whole = np.take(ordered, (values.shape[axis] - 1) // 2, axis=axis)
    return found


def _surges(events: I64, index: I64, begin: I64, at: int, p: Values) -> I64:
    """Judge one day of every item against the item's days before it, from `begin` on.

    Returns a row a surge: place of the item, day, expected, past days, index.
    """
    first = max(0, at - p["most_past_days"])
    begin = np.maximum(begin, first)
    who = np.flatnonzero((events[:, at] >= p["least_events"])
                         & (at - begin >= p["least_past_days"]))
    if not len(who):
        return np.zeros((0, 5), dtype=np.int64)
    level = events[who, first:at] * MILLI // index[who, first:at]  # as on an ordinary day
    apart = np.arange(first, at) < begin[who, None]  # before the item was there
    past = at - begin[who]
    usual = _lower_median(level, apart, past)
    off = _lower_median(np.abs(level - usual[:, None]), apart, past)
    now, today = events[who, at], index[who, at]
    expected = usual // MILLI * today + usual % MILLI * today // MILLI  # no product is too large
    large = np.flatnonzero((now - expected >= p["least_excess"])
                           & (now * MILLI >= expected * p["factor_permille"]))
    wide = [n for n in large.tolist() if _beyond_chance(
        int(now[n] - expected[n]) * MILLI, int(expected[n]),
        1483 * int(off[n]) * int(today[n]) // MILLI, p["spreads"])]
    place = np.full(len(wide), at, dtype=np.int64)
    return np.stack([who[wide], place, expected[wide], past[wide], today[wide]], axis=1)


def _lower_median(values: I64, apart: NDArray[np.bool_], count: I64) -> I64:
    """Take the lower median of each row, without what stands apart; `count` values are left."""
    ordered = np.sort(np.where(apart, np.iinfo(np.int64).max, values), axis=1)
    found: I64 = np.take_along_axis(ordered, (count[:, None] - 1) // 2, axis=1)[:, 0]
    return found


def _beyond_chance(excess_milli: int, expected: int, spread_milli: int, spreads: int) -> bool:
    """Say whether an excess is several spreads: the item's own, or what chance alone makes."""
    return excess_milli >= spreads * max(spread_milli, isqrt(1_000_000 * (expected + 1)))


CRITERION = Criterion(
    code="item-surge", revision=1, klass="SIVT", basis="statistical", family="timing",
    scope="case", reads=("item_id", "day"),
    shape=Study(keys=("item_id", "day"), find=find, only=only, measures={
        "events": Count(), "item_events": Total(of="events", keys=("item_id",))}),
    citation="(2019) Su Min Zhong 778: 40,000 plays a day for ten days, then up to two million; "
             "COUNTER Code of Practice R5.1: spikes prompt a person and never cut. The median "
             "absolute deviation is scaled by 1.483 as usual. The limits are this product's",
    standard_says="MRC: SIVT, together with evidence about the device",
    parameters={
        "least_events": Parameter(
            default=30, low=5, high=1_000_000, unit="events", meaning="fewest events on the day",
            meaning_zh="当日最少事件数"),
        "least_excess": Parameter(
            default=20, low=1, high=1_000_000, unit="events",
            meaning="fewest events above what is expected", meaning_zh="超出预期的最少事件数"),
        "factor_permille": Parameter(
            default=1400, low=1000, high=1_000_000, unit="permille",
            meaning="least ratio to what is expected", meaning_zh="与预期之比的下限"),
        "spreads": Parameter(
            default=4, low=1, high=1000, unit="spreads",
            meaning="least distance from what is expected, in spreads",
            meaning_zh="偏离预期的最小离散倍数"),
        "least_past_days": Parameter(
            default=5, low=1, high=1000, unit="days", meaning="fewest earlier days of the item",
            meaning_zh="该内容此前的最少日数"),
        "most_past_days": Parameter(
            default=28, low=1, high=1000, unit="days", meaning="most earlier days that are used",
            meaning_zh="所用此前日数的上限"),
    },
    en=page(__doc__),
    zh=Page(
        title="内容激增",
        finds="某内容的事件远多于其自身过往及同等规模内容所能预期的当地日。过往不足的内容不作判断：首"
              "播不属激增。",
        shows="以同等规模各内容当日事件数占其通常数之比的中位数为当日指数；该内容的通常数为此前各日"
              "事件数除以当日指数后的中位数，今日预期为通常数乘以今日指数，星期、节假日及平台增长均"
              "在指数之内。标记者须同时在比例、数量和离散程度上超出；离散取自身过往的绝对中位差与随"
              "机涨落（平方根）之大者。按日交付的订单即形成此类日子。属迹象而非证明，且不说明任何单"
              "一事件：每次激增中都有真实事件。",
        innocent="首页推荐、新闻、节假日、作业、明星离世、电视重播均造成真实用户的激增。故激增只支持"
                 "对某一设备自身的发现，从不支持众多真实用户共有的特征，亦不支持关于同一内容同一日"
                 "的另一陈述。"))
