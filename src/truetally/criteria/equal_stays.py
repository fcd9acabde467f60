"""Stays of a device that are all the same.

Finds: devices on a local day all of whose unfinished plays, of which there are several, were
watched for the same time to within a few seconds. Plays that came near the item's end, very short
and long ones are not measured.

Shows: a person stops one film at once, the next after ten minutes. A client that carries out orders
stays for the ordered time, play after play. With the shortest and the longest stay beside it each
reader can check the finding. It is a sign and not proof.

Innocent causes: free previews that end after a fixed time; a screen in a shop that plays a trailer
in a loop; a person who goes through a list of films and looks at the opening of each.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Max, Min, Page, Parameter, Values, page


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure plays of a middling stay that ended before the item did."""
    stay = (t.watched_ms >= p["shortest_ms"]) & (t.watched_ms <= p["longest_ms"])
    return ((t.kind == "play") & stay) & (t.watched_ms < t.length_ms - p["end_ms"])


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether enough stays were measured and all lie within the window."""
    return (m.plays >= p["least_plays"]) & (m.longest_ms - m.shortest_ms <= p["window_ms"])


CRITERION = Criterion(
    code="equal-stays", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="day", reads=("device_id", "kind", "watched_ms", "length_ms"),
    shape=Group(keys=("device_id",), where=where, flag=flag, measures={
        "plays": Count(), "shortest_ms": Min(column="watched_ms"),
        "longest_ms": Max(column="watched_ms")}),
    citation="(2019) Su Min Zhong 778: the order form sells a stay of at most 180 s. The limits "
             "are this product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_plays": Parameter(
            default=6, low=3, high=100_000, unit="plays", meaning="fewest measured plays to judge",
            meaning_zh="判断所需最少播放数"),
        "window_ms": Parameter(
            default=15_000, low=0, high=600_000, unit="ms",
            meaning="longest stay less the shortest, at most",
            meaning_zh="最长与最短停留之差的上限"),
        "shortest_ms": Parameter(
            default=10_000, low=0, high=600_000, unit="ms",
            meaning="shortest stay that is measured", meaning_zh="计入的最短停留"),
        "longest_ms": Parameter(
            default=240_000, low=1000, high=86_400_000, unit="ms",
            meaning="longest stay that is measured: short of usual free previews",
            meaning_zh="计入的最长停留，短于通常的免费试看"),
        "end_ms": Parameter(
            default=15_000, low=0, high=600_000, unit="ms",
            meaning="how near the end a play counts as completed",
            meaning_zh="距片尾多近视为看完"),
    },
    en=page(__doc__),
    zh=Page(
        title="一机停留皆同",
        finds="一个当地日内，其多次未看完的播放观看时长全部相差不过数秒的设备；接近片尾、极短和较长的"
              "播放不计。",
        shows="真人此片一看即停，彼片看十分钟。执行订单的客户端每次都停留所订时长。并列最短与最长停"
              "留，读者均可复核。属迹象而非证明。",
        innocent="固定时长后结束的免费试看；商店屏幕循环播放预告片；逐一浏览片单、每部只看开头的人。"))
