"""Stays that are all the same.

Finds: plays of an item on a local day that claim exactly the same watched seconds, where this one
value makes up a large share of all plays of the item. Plays that came near the item's end, and very
short ones, are not measured.

Shows: people stop at all points of a film; an order form sells one stay. Many equal stays on one
item are what a program leaves that plays each for the ordered time. It is a sign and not proof.

Innocent causes: the end of a free preview; an advertisement or the end of an opening at which many
leave; a player that reports whole steps of ten or thirty seconds, so that all stays fall on few
values. Completed plays are heaped by nature: they are left out by the item's length, and so plays
of unknown length are not measured unless the policy says so.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Page, Parameter, Total, Values, page


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure plays that ended neither at once nor near the item's end."""
    play = (t.kind == "play") & (t.watched_ms >= p["shortest_ms"])
    unfinished = t.watched_ms < t.length_ms - p["end_ms"]
    if p["unknown_length_is_measured"]:
        unfinished = t.length_ms.isnull() | unfinished
    return play & unfinished


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether many plays, and a large share of the item's, have this stay."""
    enough = m.plays >= p["least_plays"]
    return enough & (m.plays * 1000 >= m.plays_of_item * p["share_permille"])


CRITERION = Criterion(
    code="stay-heaping", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="day", reads=("item_id", "kind", "watched_s", "watched_ms", "length_ms"),
    optional=("length_ms",),
    shape=Group(keys=("item_id", "watched_s"), where=where, flag=flag, measures={
        "plays": Count(), "plays_of_item": Total(of="plays", keys=("item_id",))}),
    citation="(2019) Su Min Zhong 778: the order form sells a stay of at most 180 s; mean watch "
             "time as the platform's own indicator. The thresholds are this product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_plays": Parameter(
            default=50, low=5, high=1_000_000, unit="plays",
            meaning="fewest plays with one and the same stay",
            meaning_zh="相同停留时长的最少播放数"),
        "share_permille": Parameter(
            default=300, low=10, high=1000, unit="permille",
            meaning="least share of these among the item's measured plays",
            meaning_zh="其占该内容计入播放的最小比例"),
        "shortest_ms": Parameter(
            default=5000, low=0, high=600_000, unit="ms", meaning="shortest stay that is measured",
            meaning_zh="计入的最短停留"),
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
        title="停留雷同",
        finds="一个当地日内，某内容的播放所称观看秒数完全相同，且该数值占该内容播放的很大比例；接"
              "近片尾的播放和极短播放不计。",
        shows="真人会停在影片的任何位置，而订单出售的是一个停留时长。同一内容上大量相等的停留，正"
              "是按所订时长播放的程序留下的。属迹象而非证明。",
        innocent="免费试看结束；多人在广告或片头结束处离开；播放器以十秒或三十秒为步长上报，致停"
                 "留集中于少数数值。"
                 "看完的播放天然集中，按内容时长排除；故时长未知的播放除非规则明示，不予计入。"))
