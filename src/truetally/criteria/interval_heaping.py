"""Intervals that are all the same.

Finds: devices on a local day whose time between one event and the next, in whole seconds, is mostly
one and the same. Gaps of less than a few seconds are not measured.

Shows: people pause for times of all lengths; a timer repeats one. If 97.3 % of the gaps of a device
were 25 s, each reader can count them. A program that waits 31 s to pass a 30 s rule is found like
any other. It is a sign and not proof.

Innocent causes: films of equal length that play one after another; a player that reports at fixed
times and whose reports are logged as events; a kiosk or a page that refreshes itself.
"""

import ibis.expr.types as ir

from truetally.criterion import (
    Count,
    Criterion,
    Group,
    Largest,
    Least,
    Page,
    Parameter,
    Values,
    page,
)


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure events that follow another of the same device and day at some distance."""
    return t.device_gap_s >= p["shortest_gap_s"]


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether enough gaps were measured and the commonest makes up too large a share."""
    enough = m.gaps >= p["least_gaps"]
    return enough & (m.commonest * 1000 >= m.gaps * p["share_permille"])


CRITERION = Criterion(
    code="interval-heaping", revision=1, klass="SIVT", basis="statistical", family="timing",
    scope="day", reads=("device_id", "device_gap_s"),
    shape=Group(keys=("device_id",), where=where, flag=flag, least=Least(
        keys=("device_id",), events="least_gaps"), measures={
        "gaps": Count(), "commonest": Largest(column="device_gap_s")}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people; (2019) Su Min Zhong "
             "778: the order form sells the stay and the spread over the day. The thresholds are "
             "this product's",
    standard_says="MRC: SIVT",
    parameters={
        "least_gaps": Parameter(
            default=20, low=5, high=100_000, unit="gaps", meaning="fewest gaps to judge",
            meaning_zh="判断所需最少间隔数"),
        "share_permille": Parameter(
            default=700, low=100, high=1000, unit="permille",
            meaning="least share of the commonest gap", meaning_zh="最常见间隔的最小占比"),
        "shortest_gap_s": Parameter(
            default=5, low=0, high=3600, unit="s", meaning="shortest gap that is measured",
            meaning_zh="计入的最短间隔"),
    },
    en=page(__doc__),
    zh=Page(
        title="间隔雷同",
        finds="一个当地日内，设备前后事件的时间间隔（整秒）大多为同一数值；短于数秒的间隔不计。",
        shows="真人停顿长短不一，定时器则重复同一间隔。若某设备 97.3% 的间隔为 25 秒，任何读者均"
              "可复核。"
              "等待 31 秒以规避 30 秒规则的程序同样会被发现。属迹象而非证明。",
        innocent="等长影片连续播放；播放器定时上报且上报被记为事件；信息亭或自动刷新的页面。"))
