"""Too many plays at once.

Finds: devices whose claimed watch times of one local hour add up to more than the time between the
first start and the last end of these plays, times the number of plays a device can hold at once.

Shows: the argument of watch-over-wall-time, for all items together: k plays at once fill at most k
x speed of watch time in each unit of real time. Claims beyond this do not fit into the device's
time, so some of these plays did not take place as claimed.

Innocent causes: none for a true device id and true times, as long as `streams` is as large as a
person's use: several windows, a wall of streams. An id that several devices share, and stored plays
stamped with the time of upload, break the premise: a policy for such a source raises `streams` or
leaves this criterion out.
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
    """Say whether the claims need more plays at once than the device can hold."""
    stamps = 1 if p["time_is_start"] else 2
    claimed_ms = ibis.ifelse(m.claimed_ms > MOST_MS, MOST_MS, m.claimed_ms)
    room = (m.last_end_ms - m.first_ms) * (p["streams"] * p["speed_permille"] * stamps)
    return (m.plays > p["streams"]) & (claimed_ms * 1000 > room + p["margin_ms"] * 1000)


CRITERION = Criterion(
    code="simultaneous-plays", revision=1, klass="SIVT", basis="rule", family="timing",
    scope="hour", reads=("device_id", "kind", "time_ms", "watched_ms", "end_ms"),
    shape=Group(keys=("device_id",), where=where, flag=flag, measures={
        "plays": Count(), "claimed_ms": Sum(column="watched_ms"), "first_ms": Min(column="time_ms"),
        "last_end_ms": Max(column="end_ms")}),
    citation="MRC invalid-traffic standards, SIVT: falsified measurement, bots that pass as "
             "people. The argument is in this page; no standard gives the numbers",
    standard_says="MRC: SIVT",
    parameters={
        "streams": Parameter(
            default=4, low=1, high=64, unit="plays",
            meaning="plays that one device id can hold at once",
            meaning_zh="同一设备标识可同时进行的播放数"),
        "speed_permille": Parameter(
            default=2000, low=1000, high=16_000, unit="permille",
            meaning="fastest playing; 1000 if the source claims real time and not content time",
            meaning_zh="最快播放速度；来源所记为真实时间而非内容时间的，取 1000"),
        "time_is_start": Parameter(
            default=0, low=0, high=1, meaning="1: the source logs the start of a play",
            meaning_zh="1：来源记录的是播放开始时间"),
        "margin_ms": Parameter(
            default=60_000, low=0, high=86_400_000, unit="ms", meaning="margin for unsteady clocks",
            meaning_zh="时钟误差余量"),
    },
    en=page(__doc__),
    zh=Page(
        title="同时播放过多",
        finds="设备于一个当地小时内所称观看时长之和，超过这些播放首次开始至末次结束之间的时间乘以"
              "设备可同时承载的播放数。",
        shows="论证同“观看时长超过实际时间”，但合计所有内容：同时进行 k 个播放，单位真实时间内至"
              "多产生 k×倍速 的观看时长。"
              "超出部分无法容纳于该设备的时间之内，故其中有的播放并未如所称发生。",
        innocent="设备标识真实、时间真实且 streams 不小于真人使用（多窗口、多画面）则无。"
                 "多台设备共用标识、离线播放以上传时间标记，均会破坏前提，此类来源应提高 streams "
                 "或不采用本项。"))
