"""Too few bytes for the stay.

Finds: devices on a local day to which the server sent fewer bytes than the lowest quality of video
needs for the time that they claim to have watched.

Shows: a stay is a claim of the client, bytes are what the server sent. A client that opens the page
and reports a stay without playing saves most of the traffic, for which its owner pays. Added up
over the day, less was sent than the lowest quality needs: at least part of the claimed time was not
watched from this server. It is a sign and not proof.

Innocent causes: delivery from device to device (P2P) or by another network, whose bytes this server
does not see; a repeated play from the browser's store; sound alone; a log that counts the first
answer of a play and not the following ones.
"""

import ibis
import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Page, Parameter, Sum, Values, page

MOST_BYTES = 10**18  # times 8 is below 2**63, and so is MOST_MS times the largest `least_kbps`
MOST_MS = 9 * 10**13


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure plays of some length for which the bytes are known."""
    return ((t.kind == "play") & (t.watched_ms >= p["shortest_ms"])) & t.bytes_sent.notnull()


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the bytes carry less than the least rate; 1 kbit/s is 1 bit a millisecond.

    Both sums are held where their products fit 64 bits: a day and device beyond that is absurd.
    """
    sent = ibis.ifelse(m.sent < 0, 0, m.sent)
    bits = ibis.ifelse(sent > MOST_BYTES, MOST_BYTES, sent) * 8
    needed = ibis.ifelse(m.watched_ms > MOST_MS, MOST_MS, m.watched_ms) * p["least_kbps"]
    return (m.plays >= p["least_plays"]) & (bits < needed)


CRITERION = Criterion(
    code="too-few-bytes", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="day", reads=("device_id", "kind", "watched_ms", "bytes_sent"),
    shape=Group(keys=("device_id",), where=where, flag=flag, measures={
        "plays": Count(), "watched_ms": Sum(column="watched_ms"),
        "sent": Sum(column="bytes_sent")}),
    citation="MRC invalid-traffic standards, SIVT: falsified measurement. The lowest rung of usual "
             "ladders of quality, 145 kbit/s for video at 416 x 234: Apple, HLS Authoring "
             "Specification",
    standard_says="MRC: SIVT, falsified measurement",
    parameters={
        "least_kbps": Parameter(
            default=145, low=1, high=100_000, unit="kbit/s",
            meaning="least rate at which the source delivers video",
            meaning_zh="来源传送视频的最低码率"),
        "least_plays": Parameter(
            default=3, low=1, high=100_000, unit="plays", meaning="fewest measured plays to judge",
            meaning_zh="判断所需最少播放数"),
        "shortest_ms": Parameter(
            default=10_000, low=0, high=600_000, unit="ms",
            meaning="shortest stay that is measured", meaning_zh="计入的最短停留"),
    },
    en=page(__doc__),
    zh=Page(
        title="传送字节不足",
        finds="一个当地日内，服务器向其发送的字节少于最低清晰度在其所称观看时长内所需的设备。",
        shows="停留时长是客户端所称，字节是服务器所发。只打开页面、上报时长而不播放的客户端可省去其"
              "主人须付费的大部分流量。全日合计所发少于最低清晰度所需，则所称时长至少有一部分并未自"
              "该服务器观看。属迹象而非证明。",
        innocent="设备间传送（P2P）或其他网络传送，其字节本服务器不可见；自浏览器缓存重播；纯音频；日"
                 "志只计播放的首个应答。"))
