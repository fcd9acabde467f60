"""Declared robot.

Finds: events whose user agent names a robot, a crawler, a headless browser or a programming
library. Patterns are matched anywhere in the user agent, without regard to case.

Shows: the software itself says that it is not a person's browser, so the event is no act of a
person. The statement is the software's own; nothing is inferred.

Innocent causes: a product whose name looks like a robot's (CUBOT phones are excepted); an app that
leaves the name of its HTTP library in place, so that its listeners look like the library. A policy
for such an app withdraws the pattern, with its reason and date.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Row, Values, page


def flag(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the user agent matched a robot pattern; null if it is unknown."""
    return t.ua_robot


CRITERION = Criterion(
    code="declared-robot", revision=1, klass="GIVT", basis="rule", family="technical",
    scope="event", reads=("ua_robot",), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, GIVT: bots and spiders; "
             "COUNTER Code of Practice R5.1: robots excluded, matched without regard to case",
    standard_says="MRC: GIVT, found from lists; COUNTER: left out of every count",
    en=page(__doc__),
    zh=Page(
        title="自报的机器人",
        finds="用户代理（UA）字符串自称机器人、爬虫、无界面浏览器或编程库的事件；匹配不区分大小写。",
        shows="软件自己声明不是真人使用的浏览器，故该事件不是人的行为；此处不作任何推断。",
        innocent="名称形似机器人的产品（如 CUBOT 手机，已排除）；应用保留其 HTTP 库的默认名称，"
                 "致其真实用户看似程序库。为此类应用制定规则时，应撤下相应条目并注明理由和日期。"))
