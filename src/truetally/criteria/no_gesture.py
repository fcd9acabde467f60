"""Many plays and no gesture.

Finds: devices on a local day with many plays, of which the page measured whether a real gesture
began each, and no gesture at all; neither did the device convert, search, comment or touch an ad.

Shows: a person starts at least the first play of a visit by hand, and over a day does something
besides. A program opens addresses. It is a sign and not proof.

Innocent causes: channels that play on by themselves, screens in shops and waiting rooms; autoplay
of a series through the night; players embedded in other software that do not pass gestures on;
televisions, whose remote controls report no gesture, are not measured where this is unknown.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Page, Parameter, Values, page


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure plays for which it is known whether a gesture began them."""
    return (t.kind == "play") & t.interacted.notnull()


def act(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether a person did something."""
    return t.interacted | t.value_action.notnull()


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether there are enough plays and no act."""
    return (m.plays >= p["least_plays"]) & (m.acts == 0)


CRITERION = Criterion(
    code="no-gesture", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="day", reads=("device_id", "kind", "interacted", "value_action"),
    optional=("value_action",),
    shape=Group(keys=("device_id",), where=where, flag=flag, measures={
        "plays": Count(), "acts": Count(where=act)}),
    citation="Beijing Internet Court, 2019-05-23: real traffic is formed by users' real acts; MRC "
             "invalid-traffic standards, SIVT: bots that pass as people. The threshold is this "
             "product's",
    standard_says="MRC: SIVT",
    parameters={"least_plays": Parameter(
        default=16, low=3, high=100_000, unit="plays", meaning="fewest measured plays on the day",
        meaning_zh="当日计入的最少播放数")},
    en=page(__doc__),
    zh=Page(
        title="多次播放无一手势",
        finds="一个当地日内播放很多、页面均测量了是否由真实手势发起、而无一手势，亦无转化、搜索、评论"
              "或广告互动的设备。",
        shows="真人至少亲手开始一次访问的首个播放，一天之中总会另有动作；程序只是打开网址。属迹象而"
              "非证明。",
        innocent="自动连播的频道、商店和候诊室的屏幕；整夜自动连播剧集；嵌入其他软件而不传递手势的播"
                 "放器；电视遥控器不报告手势，不明者不计。"))
