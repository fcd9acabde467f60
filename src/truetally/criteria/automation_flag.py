"""Automation flag.

Finds: events whose browser says that it is driven by a program (navigator.webdriver is true).

Shows: by the WebDriver standard a browser sets this flag while a program drives it, so the act is
the program's. The statement is the browser's own.

Innocent causes: a site's own monitoring and tests; tools for disabled people that drive a browser;
an extension that sets the flag by mistake.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Row, Values, page


def flag(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the browser declared automation; null if that is unknown."""
    return t.automation


CRITERION = Criterion(
    code="automation-flag", revision=1, klass="GIVT", basis="rule", family="technical",
    scope="event", reads=("automation",), shape=Row(flag=flag),
    citation="W3C WebDriver, interface NavigatorAutomationInformation; "
             "MRC invalid-traffic standards, GIVT: bots that declare themselves",
    standard_says="MRC: GIVT, because declared and found by a parameter check",
    en=page(__doc__),
    zh=Page(title="自动化标志", finds="浏览器自称由程序驱动（navigator.webdriver 为真）的事件。",
            shows="依 WebDriver 标准，浏览器在被程序驱动时设置此标志，故该行为出自程序；这是浏览"
                  "器自身的声明。",
            innocent="网站自身的监测和测试；残障人士使用的驱动浏览器的辅助工具；误设此标志的扩展"
                     "程序。"))
