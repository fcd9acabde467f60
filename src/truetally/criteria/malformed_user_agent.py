"""Malformed user agent.

Finds: user agents that no browser or app sends: a placeholder such as undefined or -, the bare name
of a browser, the name of the header inside its value, quotes around the value, an unfilled
template, program code, a web address in place of a product, or a claim to be compatible that names
no browser. By parameter, also unknown user agents and software that is no browser.

Shows: the header was written by a program that does not know how a browser writes it.

Innocent causes: a log shipper that cuts or quotes the field; a privacy tool or a proxy that empties
or replaces it. Apps send user agents of their own that are no browser's: this is why software that
is no browser is flagged only where the policy says so. Standards disagree on an unknown user agent;
the policy decides.
"""

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page

PLACEHOLDERS = (
    "", "-", "--", "0", "1", "null", "NULL", "Null", "None", "none", "nil", "undefined", "unknown",
    "Unknown", "UNKNOWN", "NaN", "(null)", "[object Object]", "test", "Test", "user-agent",
    "User-Agent", "UserAgent", "UA", "Mozilla", "Mozilla/4.0", "Mozilla/5.0", "Mozilla/5.0 ()",
    "Chrome", "Firefox", "Safari", "MSIE", "Opera", "Edge", "Browser", "browser")
BEGINNINGS = ("User-Agent:", "user-agent:", "User-agent:", "USER-AGENT:", '"', "'", "http://", "https://",
              "Http://", "HTTP://", "{", "$", "%", "() {")
INSIDE = ("${", "{{", "<script", "<?php", "%s", "../../", "/etc/passwd", " UNION SELECT ")
COMPATIBLE = ("Mozilla/5.0 (compatible;", "Mozilla/4.0 (compatible;")
COMPATIBLE_BROWSERS = ("MSIE", "Trident", "Konqueror", "ABrowse", "Windows", "Linux", "Macintosh",
                       "AppleWebKit", "AppleWebkit", "Gecko/", "Opera", "iPhone", "Android", "X11",
                       "OS/2", "BeOS", "Haiku", "AmigaOS", "RISC OS", "Polaris", "Brew", "BREW",
                       "MSOffice", "ms-office")


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the user agent is malformed; null if unknown, unless the policy flags that."""
    ua = t.user_agent
    found = ua.isin(PLACEHOLDERS) | (_starts(ua, COMPATIBLE) & ~_holds(ua, COMPATIBLE_BROWSERS))
    found = found | _starts(ua, BEGINNINGS) | _holds(ua, INSIDE)
    if p["other_software_is_flagged"]:
        found = found | (~t.ua_browser & ~t.ua_robot)
    return (ua.isnull() | found) if p["null_is_flagged"] else found


def _starts(ua: ir.StringValue, texts: tuple[str, ...]) -> ir.BooleanValue:
    return reduce(or_, [ua.startswith(text) for text in texts])


def _holds(ua: ir.StringValue, texts: tuple[str, ...]) -> ir.BooleanValue:
    return reduce(or_, [ua.contains(text) for text in texts])


CRITERION = Criterion(
    code="malformed-user-agent", revision=1, klass="GIVT", basis="rule", family="technical",
    scope="event", reads=("user_agent", "ua_browser", "ua_robot"), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, GIVT: non-browser or unknown user agents",
    standard_says="MRC: GIVT",
    parameters={
        "null_is_flagged": Parameter(
            default=0, low=0, high=1, meaning="1: an unknown user agent is flagged",
            meaning_zh="1：用户代理缺失亦予标记"),
        "other_software_is_flagged": Parameter(
            default=0, low=0, high=1,
            meaning="1: software that is neither a known browser nor a declared robot is flagged",
            meaning_zh="1：既非已知浏览器、亦非自报机器人的软件亦予标记"),
    },
    en=page(__doc__),
    zh=Page(
        title="畸形用户代理",
        finds="任何浏览器或应用都不会发送的用户代理：undefined、- 等占位符，仅有浏览器名称，"
              "值中含有请求头名称，带引号，未填充的模板，程序代码，以网址代替产品名，"
              "或自称 compatible 却未写明浏览器。依参数，亦可包括缺失的用户代理和非浏览器软件。",
        shows="该请求头由不了解浏览器写法的程序写成。",
        innocent="日志采集程序截断字段或加上引号；隐私工具或代理清空、替换该字段。"
                 "应用有其自身的、非浏览器的用户代理，故仅在规则明示时才标记非浏览器软件。"
                 "对缺失的用户代理，各标准不一，由规则决定。"))
