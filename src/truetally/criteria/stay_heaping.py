"""Stays heaped on a few seconds.

Finds: plays of an item on a local day whose watched seconds fall into a short window that holds
many more plays than the stays around it let expect. Plays that came near the item's end, and very
short ones, are not measured.

Shows: people stop at all points of a film, so that a window of a second or of a few holds about its
share of the minute before and the minute after. An order form sells one stay, with a little spread:
its plays stand in one place. With n plays in the window and e expected from the fuller of its
sides, n must be a multiple of e, and n less e is held against the square root of e and one. It is
a sign and not proof, and some plays in the window are always honest ones.

Innocent causes: the end of a free preview; an advertisement or the end of an opening at which many
leave; a player that reports whole steps of ten or thirty seconds, so that all stays fall on few
values. Completed plays are heaped by nature: they are left out by the item's length, and so plays
of unknown length are not measured unless the policy says so.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import Count, Criterion, Least, Page, Parameter, Study, Total, Values, page

I64 = NDArray[np.int64]
SPAN = 1 << 15  # seconds of an item-day laid end to end with those of others: nine hours
WINDOWS = (1, 2, 5, 15)  # seconds
AROUND = 60  # seconds to each side
LEAST_LEFT = 5  # seconds before a window, at least
KEYS = ("day", "item_id", "watched_s")


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure plays that ended neither at once nor near the item's end."""
    play = (t.kind == "play") & (t.watched_ms >= p["shortest_ms"])
    unfinished = t.watched_ms < t.length_ms - p["end_ms"]
    if p["unknown_length_is_measured"]:
        unfinished = t.length_ms.isnull() | unfinished
    return play & unfinished


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep stays of item-days that have enough measured plays."""
    return (m.plays > 0) & (m.plays_of_item >= p["least_plays"])


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the seconds in overfull windows, and what was measured of the clearest window each.

    `profile` has one row a (day, item_id, watched_s), sorted, with the column plays. Added:
    window_s, window_plays, and expected_milli (thousandths of a play, rounded down).
    """
    place, plays = _places(profile), profile["plays"].to_numpy()
    best = np.zeros(len(place), dtype=np.int64)
    said = np.zeros((len(place), 3), dtype=np.int64)
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(plays)])
    start = place // SPAN * SPAN + AROUND + p["shortest_ms"] // 1000
    side = Side(place, sums, np.maximum(place - AROUND, start))
    for width in WINDOWS:
        n, expected = _windows(side, width)
        excess = n * 1000 - expected
        clear = (n >= p["least_plays"]) & (n * 1_000_000 >= expected * p["factor_permille"]) & (
            excess * excess >= p["spreads"] ** 2 * 1000 * (expected + 1000))
        score = np.where(clear, excess * 1000 // np.maximum(_root(expected + 1000), 1), 0)
        _mark(place, width, score, np.stack([np.full(len(n), width), n, expected], axis=1),
              best, said)
    rows = pa.array(np.flatnonzero(best > 0))
    found = profile.select(list(KEYS)).take(rows)
    for n_, name in enumerate(("window_s", "window_plays", "expected_milli")):
        found = found.append_column(name, pa.array(said[:, n_][best > 0], pa.int64()))
    return found


def _places(profile: pa.Table) -> I64:
    """Lay the seconds of all item-days end to end, so that a window is an interval of numbers."""
    day = profile["day"].to_numpy()
    item = profile["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    new = (day[1:] != day[:-1]) | (item[1:] != item[:-1])
    group = np.concatenate([np.zeros(min(1, len(day)), dtype=np.int64), np.cumsum(new)])
    second = np.minimum(profile["watched_s"].to_numpy(), SPAN - 2 * AROUND)
    return np.asarray(group * SPAN + AROUND + second, dtype=np.int64)


class Side:
    """What stands before every row: from where on, and the plays up to there and to the row."""

    def __init__(self, place: I64, sums: I64, before: I64) -> None:
        self.place, self._sums = place, sums
        self.length = place - before
        self.here = self.plays_before(place)
        self.plays = self.here - self.plays_before(before)

    def plays_before(self, place: I64) -> I64:
        """Count the plays of all rows before each place."""
        found: I64 = self._sums[np.searchsorted(self.place, place)]
        return found


def _windows(side: Side, width: int) -> tuple[I64, I64]:
    """Count the plays of the window that starts at each row, and what its fuller side lets expect.

    A window without enough of a side before it is not judged: more people leave early than late.
    """
    after = side.plays_before(side.place + width)
    later = side.plays_before(side.place + width + AROUND)
    left = side.plays * width * 1000 // np.maximum(side.length, 1)
    right = (later - after) * width * 1000 // AROUND
    judged = side.length >= max(width, LEAST_LEFT)
    return np.where(judged, after - side.here, 0), np.maximum(left, right)


def _mark(place: I64, width: int, score: I64, measured: I64, best: I64, said: I64) -> None:
    """Give each row the clearest of the windows that hold it; a second has one row at most."""
    start = np.flatnonzero(score)
    for step in range(width):
        row = start + step
        held = start[(row < len(place)) & (place[np.minimum(row, len(place) - 1)]
                                           < place[start] + width)]
        better = held[score[held] > best[held + step]]
        best[better + step], said[better + step] = score[better], measured[better]


def _root(values: I64) -> I64:
    """Take the whole part of the square root, exactly."""
    found = np.sqrt(values).astype(np.int64)
    found -= found * found > values
    found += (found + 1) * (found + 1) <= values
    return found


CRITERION = Criterion(
    code="stay-heaping", revision=2, klass="SIVT", basis="statistical", family="behaviour",
    scope="day", reads=("item_id", "kind", "watched_s", "watched_ms", "length_ms"),
    optional=("length_ms",),
    shape=Study(keys=("item_id", "watched_s"), where=where, only=only, find=find, least=Least(
        keys=("item_id",), events="least_plays"), measures={
        "plays": Count(), "plays_of_item": Total(of="plays", keys=("item_id",))}),
    citation="(2019) Su Min Zhong 778: the order form sells a stay of at most 180 s; mean watch "
             "time as the platform's own indicator. After N. Shah, FLOCK, WWW 2017: start and "
             "stay against the population. The limits are this product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_plays": Parameter(
            default=8, low=3, high=1_000_000, unit="plays",
            meaning="fewest plays in the window", meaning_zh="时间窗内的最少播放数"),
        "factor_permille": Parameter(
            default=2000, low=1000, high=1_000_000, unit="permille",
            meaning="least ratio to what is expected", meaning_zh="与预期之比的下限"),
        "spreads": Parameter(
            default=7, low=1, high=1000, unit="spreads",
            meaning="least distance from what is expected, in square roots of it and one",
            meaning_zh="偏离预期的最小倍数，以预期加一的平方根计"),
        "shortest_ms": Parameter(
            default=10_000, low=0, high=600_000, unit="ms",
            meaning="shortest stay that is measured", meaning_zh="计入的最短停留"),
        "end_ms": Parameter(
            default=15_000, low=0, high=600_000, unit="ms",
            meaning="how near the end a play counts as completed",
            meaning_zh="距片尾多近视为看完"),
        "unknown_length_is_measured": Parameter(
            default=0, low=0, high=1,
            meaning="1: plays of items of unknown length are measured too, completed or not",
            meaning_zh="1：内容时长未知的播放亦计入，无论是否看完"),
    },
    en=page(__doc__),
    zh=Page(
        title="停留集中于数秒",
        finds="一个当地日内，某内容的播放所称观看秒数落入一个短时间窗，其中播放远多于前后停留所能预期"
              "者；接近片尾的播放和极短播放不计。",
        shows="真人会停在影片的任何位置，故一秒或数秒的窗内约占其前后一分钟的相应份额。"
              "订单出售的是一个停留时长，略有出入，其播放集于一处。设窗内 n 次、由较密的一侧预期 "
              "e 次，n 须为 e 的数倍，并以 n 减 e 与 e 加一的平方根相比。属迹象而非证明，"
              "且窗内总有真实播放。",
        innocent="免费试看结束；多人在广告或片头结束处离开；播放器以十秒或三十秒为步长上报，致停"
                 "留集中于少数数值。"
                 "看完的播放天然集中，按内容时长排除；故时长未知的播放除非规则明示，不予计入。"))
