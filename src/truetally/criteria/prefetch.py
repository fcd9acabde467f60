"""Prefetch.

Finds: events that were fetched ahead of need and marked so by the browser or app.

Shows: nobody had asked for the content yet when it was fetched.

Innocent causes: the user may open the page after all. A log that records the opening has an event
of its own for it; where it does not, the policy should leave this criterion out.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Row, Values, page


def flag(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the event was a prefetch; null if that is unknown."""
    return t.prefetch


CRITERION = Criterion(
    code="prefetch", revision=1, klass="GIVT", basis="rule", family="technical", scope="event",
    reads=("prefetch",), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, GIVT: pre-fetch", standard_says="MRC: GIVT",
    en=page(__doc__),
    zh=Page(title="预取", finds="浏览器或应用标明为提前获取的事件。",
            shows="获取之时尚无人请求该内容。",
            innocent="用户随后可能确实打开页面。记录打开行为的日志另有其事件；若无，规则应不采用"
                     "本项。"))
