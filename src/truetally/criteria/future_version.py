"""Version from the future.

Finds: user agents of a browser version that was released only long after the event.

Shows: a version cannot be used before it exists. Vendors let the public test a version weeks or
months before its release: of the channels known, Firefox's ran furthest ahead (18 weeks, until
2017), then Apple's (16 weeks) and Chrome's Canary (12 weeks). With a margin beyond all of them, the
user agent was not written by that version: it was invented.

Innocent causes: the clock of the log, set years back; a switch by which developers pretend to be
version 100 (Chrome 96 to 99 had one, 19 weeks early); a browser of another maker that takes over
another's name and counts ahead. A version newer than the newest known release is unknown and not
found.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the version's release day lies more than the margin after the event's day.

    The release day is looked up once a distinct user agent (`signatures.releases`); null if the
    browser or a version as new as that is not known.
    """
    return t.day.cast("int64") + p["margin_days"] < t.ua_released_day


CRITERION = Criterion(
    code="future-version", revision=1, klass="SIVT", basis="rule", family="technical",
    scope="event", reads=("ua_released_day", "day"), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, SIVT: falsified measurement; release dates from the "
             "vendors' calendars, see signatures/releases.toml",
    standard_says="MRC: SIVT",
    parameters={"margin_days": Parameter(
        default=180, low=60, high=1000, unit="days",
        meaning="how long before its release a version may have been seen (beta, developer builds)",
        meaning_zh="版本在正式发布前可能出现的最长时间（测试版、开发版）")},
    en=page(__doc__),
    zh=Page(
        title="来自未来的版本",
        finds="用户代理所称浏览器版本在事件发生很久之后才发布。",
        shows="版本在存在之前不可能被使用。厂商在发布前数周至数月开放公众测试：已知渠道中"
              " Firefox 领先最多（18 周，至 2017 年），"
              "其次为苹果（16 周）和 Chrome Canary（12 周）。余量大于上述各项时，该用户代理并非由"
              "该版本写出，而是编造的。",
        innocent="日志时钟拨慢数年；开发者伪称第 100 版的开关（Chrome 96 至 99，提前 19 周）；他"
                 "厂浏览器沿用他人名称并提前计数。"
                 "比已知最新版本更新的版本为未知，不予认定。"))
