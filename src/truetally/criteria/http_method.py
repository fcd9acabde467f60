"""HTTP method that does not count.

Finds: requests whose method is not one of the allowed ones, for example HEAD or OPTIONS.

Shows: the method asks about a resource and not for it; no content is delivered.

Innocent causes: none is needed, for no blame is laid: players and link previews ask with HEAD
before they play, and the play itself is another event.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the method is another than the allowed ones; null if it is unknown."""
    return ~t.method.isin([str(method) for method in p["allowed"]])


CRITERION = Criterion(
    code="http-method", revision=1, klass="NOT_COUNTED", basis="rule", family="technical",
    scope="event", reads=("method",), shape=Row(flag=flag),
    citation="IAB Podcast Technical Measurement v2.3: HEAD never counts",
    standard_says="IAB: outside the count",
    parameters={"allowed": Parameter(
        default=("GET", "POST"), meaning="methods that count; POST is how beacons report",
        meaning_zh="可计入的请求方法；上报信标使用 POST")},
    en=page(__doc__),
    zh=Page(title="不计入的 HTTP 方法", finds="请求方法不在允许之列的请求，例如 HEAD 或 OPTIONS。",
            shows="该方法只询问资源的情况而不索取资源，未交付任何内容。",
            innocent="本项不作任何责难：播放器和链接预览常先以 HEAD 询问，实际播放另成一个事件。"))
