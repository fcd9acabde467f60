"""HTTP status that does not count.

Finds: events whose HTTP status is not one of the allowed ones.

Shows: the server did not deliver what was asked for, so nothing was played, read or listened to.

Innocent causes: none is needed, for no blame is laid: a broken link or a moved page is no event of
this metric, whoever asked.
"""

import re

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page

_NUMBER = re.compile("-?[0-9]{1,18}")  # of any other text no status is one


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the status is another than the allowed ones; null if it is unknown."""
    allowed = [int(status) for status in p["allowed"] if _NUMBER.fullmatch(str(status))]
    return ~t.status.isin(allowed) if allowed else t.status.notnull()


CRITERION = Criterion(
    code="http-status", revision=1, klass="NOT_COUNTED", basis="rule", family="technical",
    scope="event", reads=("status",), shape=Row(flag=flag),
    citation="COUNTER Code of Practice R5.1: count HTTP 200 and 304 only",
    standard_says="COUNTER: outside the count",
    parameters={"allowed": Parameter(
        default=("200", "304"), meaning="statuses that count", meaning_zh="可计入的状态码")},
    en=page(__doc__),
    zh=Page(title="不计入的 HTTP 状态", finds="HTTP 状态码不在允许之列的事件。",
            shows="服务器并未交付所请求的内容，故不存在播放、阅读或收听。",
            innocent="本项不作任何责难：失效链接或已迁移的页面，无论由谁请求，均不属于本指标的事"
                     "件。"))
