"""A new cookie for every visit.

Finds: devices that show several different cookies on one local day, and few events for each.

Shows: a browser keeps its cookie from visit to visit, so one device shows one cookie for days or
months. Software that wants to be counted as new people throws its cookie away and begins each visit
with a new one, while the device id that the platform works out stays the same: identities born for
one visit, that never return. It is a sign and not proof.

Innocent causes: private windows and browsers that clear their cookies when they are closed, on a
device that is used for many visits a day; machines of internet cafes that are restored at every
start; a device id that many equal machines share (a fingerprint of one model, a default value), so
that all their cookies stand under it.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Distinct, Group, Page, Parameter, Values, page


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the device had enough cookies, and enough for its events."""
    enough = m.cookies >= p["least_cookies"]
    return enough & (m.with_cookie <= m.cookies * p["events_a_cookie"])


def with_cookie(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure events that show a cookie."""
    return t.cookie_id.notnull()


CRITERION = Criterion(
    code="cookie-churn", revision=1, klass="SIVT", basis="statistical", family="identity",
    scope="day", reads=("device_id", "cookie_id"),
    shape=Group(keys=("device_id",), flag=flag, measures={
        "cookies": Distinct(column="cookie_id"), "with_cookie": Count(where=with_cookie)}),
    citation="(2019) Su Min Zhong 778: accesses were traced from device fingerprints, because the "
             "user cookie of each was another; MRC invalid-traffic standards, SIVT: bots that "
             "pass as people, cookie manipulation. The thresholds are this product's",
    standard_says="MRC: SIVT",
    parameters={
        "least_cookies": Parameter(
            default=4, low=3, high=1_000_000, unit="cookies",
            meaning="fewest different cookies of the device on the day",
            meaning_zh="设备当日不同 Cookie 的最少数目"),
        "events_a_cookie": Parameter(
            default=8, low=1, high=1000, unit="events",
            meaning="most events for each cookie, on average",
            meaning_zh="平均每个 Cookie 的最多事件数"),
    },
    en=page(__doc__),
    zh=Page(
        title="一访一 Cookie",
        finds="一个当地日内显示数个不同 Cookie、而每个 Cookie 事件寥寥的设备。",
        shows="浏览器在历次访问间保留 Cookie，一台设备在数日乃至数月内只显示一个。欲被计为新用户的"
              "软件每次访问都丢弃 Cookie 重新开始，而平台算出的设备标识不变：身份为一次访问而生，不"
              "再出现。属迹象而非证明。",
        innocent="每日多次访问的设备使用无痕窗口或关闭即清除 Cookie 的浏览器；"
                 "网吧每次开机即还原的机器；多台相同机器共用设备标识（同型号的指纹、缺省值），"
                 "其 Cookie 全部归于其下。"))
