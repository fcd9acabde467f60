"""Impossible watch time.

Finds: single events whose claimed watch time is negative, or longer than the item's length times a
generous factor and a margin.

Shows: one event is one playing of one item. Time cannot be negative; and an item of length L cannot
be watched in one playing for many times L unless it was played again and again. The factor allows
for seeking back, loops and slow motion; beyond it the figure was not measured, it was written.

Innocent causes: seeking back or looping (the reason for the factor); a length that is wrong or was
changed later; a player that adds up several playings in one event, as for songs and children's
films: a source with such a player needs a larger factor. Where the length is unknown only negative
times are found; live streams have no length.
"""

import ibis
import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page

CLAMP_MS = 1_000_000_000_000  # 31 years: keeps the products below 2**63 for any hostile number


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the claim is negative or exceeds the length; null if neither can be known."""
    watched, length = _clamped(t.watched_ms), _clamped(t.length_ms)
    too_long = watched * 1000 > length * p["length_permille"] + p["margin_ms"] * 1000
    return (t.watched_ms < 0) | ((t.length_ms > 0) & too_long)


def _clamped(value: ir.IntegerValue) -> ir.IntegerValue:
    below = ibis.ifelse(value < -CLAMP_MS, ibis.literal(-CLAMP_MS, "int64"), value)
    return ibis.ifelse(value > CLAMP_MS, ibis.literal(CLAMP_MS, "int64"), below)


CRITERION = Criterion(
    code="impossible-watch", revision=1, klass="SIVT", basis="rule", family="behaviour",
    scope="event", reads=("watched_ms", "length_ms"), optional=("length_ms",),
    shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, SIVT: falsified measurement. The factor and the "
             "margin are this product's defaults",
    standard_says="MRC: SIVT",
    parameters={
        "length_permille": Parameter(
            default=3000, low=1000, high=100_000, unit="permille",
            meaning="largest watched time, as a share of the length",
            meaning_zh="观看时长占内容时长的最大比例"),
        "margin_ms": Parameter(
            default=60_000, low=0, high=3_600_000, unit="ms", meaning="margin on top of it",
            meaning_zh="在此之上的余量"),
    },
    en=page(__doc__),
    zh=Page(
        title="不可能的观看时长",
        finds="单个事件所称观看时长为负，或超过内容时长乘以宽松倍数再加余量。",
        shows="一个事件是对一项内容的一次播放。时间不可能为负；时长为 L 的内容，除非反复播放，一"
              "次播放不可能观看数倍于 L。"
              "倍数已顾及回看、循环和慢放；超出者不是测得的，而是写出的。",
        innocent="回看或循环（设倍数的原因）；内容时长有误或后经更改；播放器将多次播放合计为一个"
                 "事件（歌曲、儿童节目），"
                 "此类来源需更大倍数。时长未知时只认定负值；直播没有时长。"))
