"""More watch time than wall time.

Finds: devices whose claimed watch times of one item on one local day add up to more than the time
that passed between the first start and the last end, times what the device can do at once.

Shows: let n plays of a device claim w1 ... wn, and let a play of w take at least w / speed of real
time. If the device shows one play of an item at a time, the plays do not overlap, and if each log
time is its play's start, all of them lie between the first start and the last end: the sum of the
claims is at most speed x span. If the log time may be anywhere in the play (some sources log the
end), at most one play can reach back before the first log time, by no more than the span, which
doubles the bound. A larger sum is impossible whatever the person did: a count of pigeon-holes, not
an estimate.

Innocent causes: none for a true device id and true times. But an id that several devices share (a
fingerprint of equal machines in a school, a hotel, an internet cafe) adds up several people; and a
source that stamps a batch of stored plays with the time of upload gives false times. A policy for
such a source leaves this criterion out or raises `streams`.
"""

import ibis
import ibis.expr.types as ir

from truetally.criterion import (
    Count,
    Criterion,
    Group,
    Max,
    Min,
    Page,
    Parameter,
    Sum,
    Values,
    page,
)

LONGEST_MS = 604_800_000  # a week: a longer single claim is left to impossible-watch
MOST_MS = 9 * 10**15  # a thousand times as much still fits 64 bits


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure plays with a believable claim."""
    return (t.kind == "play") & (t.watched_ms > 0) & (t.watched_ms <= LONGEST_MS)


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the claims exceed what fits between the first start and the last end."""
    stamps = 1 if p["time_is_start"] else 2
    claimed_ms = ibis.ifelse(m.claimed_ms > MOST_MS, MOST_MS, m.claimed_ms)
    room = (m.last_end_ms - m.first_ms) * (p["streams"] * p["speed_permille"] * stamps)
    return (m.plays >= p["least_plays"]) & (claimed_ms * 1000 > room + p["margin_ms"] * 1000)


CRITERION = Criterion(
    code="watch-over-wall-time", revision=1, klass="SIVT", basis="rule", family="timing",
    scope="day", reads=("device_id", "item_id", "kind", "time_ms", "watched_ms", "end_ms"),
    shape=Group(keys=("device_id", "item_id"), where=where, flag=flag, measures={
        "plays": Count(), "claimed_ms": Sum(column="watched_ms"), "first_ms": Min(column="time_ms"),
        "last_end_ms": Max(column="end_ms")}),
    citation="MRC invalid-traffic standards, SIVT: falsified measurement, bots that pass as "
             "people. The argument is in this page; no standard gives the numbers",
    standard_says="MRC: SIVT",
    parameters={
        "streams": Parameter(
            default=1, low=1, high=64, unit="plays",
            meaning="plays of one item that one device id can hold at once",
            meaning_zh="同一设备标识可同时进行的同一内容播放数"),
        "speed_permille": Parameter(
            default=2000, low=1000, high=16_000, unit="permille",
            meaning="fastest playing; 1000 if the source claims real time and not content time",
            meaning_zh="最快播放速度；来源所记为真实时间而非内容时间的，取 1000"),
        "time_is_start": Parameter(
            default=0, low=0, high=1, meaning="1: the source logs the start of a play",
            meaning_zh="1：来源记录的是播放开始时间"),
        "least_plays": Parameter(
            default=2, low=2, high=10_000, unit="plays", meaning="fewest plays to judge",
            meaning_zh="判断所需最少播放数"),
        "margin_ms": Parameter(
            default=60_000, low=0, high=86_400_000, unit="ms", meaning="margin for unsteady clocks",
            meaning_zh="时钟误差余量"),
    },
    en=page(__doc__),
    zh=Page(
        title="观看时长超过实际时间",
        finds="设备于一个当地日内对同一内容所称观看时长之和，超过首次开始至末次结束之间的时间乘以"
              "设备的同时承载能力。",
        shows="设某设备 n 次播放各称 w1…wn，播放 w 至少需要 w÷倍速 的真实时间。若设备同一时间只播"
              "放一次该内容，各次播放互不重叠；"
              "若日志时间均为开始时间，则全部位于首次开始与末次结束之间，合计不超过 倍速×跨度。若"
              "日志时间可在播放中任意位置"
              "（有的来源记录结束时间），至多一次播放可向前超出，且不超过跨度，故上限加倍。更大的"
              "合计无论如何都不可能："
              "这是抽屉原理，不是估计。",
        innocent="设备标识真实、时间真实则无。但多台设备共用的标识（学校、酒店、网吧中相同机器的"
                 "指纹）会将多人合计；"
                 "以上传时间标记离线存储播放的来源会给出不实时间。此类来源的规则应不采用本项或提"
                 "高 streams。"))
