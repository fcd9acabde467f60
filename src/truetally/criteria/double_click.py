"""Double-click.

Finds: events that the same user repeats on the same item within the window. Repeats are chained: in
a row of events each within the window of the one before, only the last is kept.

Shows: successive requests of one thing by one user are one act, by the definition of the metric.

Innocent causes: none is needed, for no blame is laid: impatience, a slow page, a player that asks
twice. An address that many people share and that sends no cookie makes one user of them, and an
honest act of a second person can be dropped; the policy's order of identities decides that.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Run, Values, page


def flag(r: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the same act follows within the window, so that this one is not the last."""
    return r.next_ms.notnull() & (r.next_ms - r.time_ms <= p["window_ms"])


CRITERION = Criterion(
    code="double-click", revision=1, klass="NOT_COUNTED", basis="rule", family="timing",
    scope="day", reads=("time_ms", "kind", "identity", "item_id", "part_id"), optional=("part_id",),
    shape=Run(keys=("kind", "identity", "item_id", "part_id"),
              required=("kind", "identity", "item_id"), flag=flag, carry="window_ms"),
    citation="COUNTER Code of Practice R5.1: double-click, 30 seconds, chained, the last is kept",
    standard_says="COUNTER: one act, counted once",
    parameters={"window_ms": Parameter(
        default=30_000, low=0, high=3_600_000, unit="ms",
        meaning="longest time to the next act that makes both one, inclusive",
        meaning_zh="视为同一行为的最长间隔（含本数）")},
    en=page(__doc__),
    zh=Page(
        title="双击",
        finds="同一用户在时间窗内对同一内容的重复事件。重复成链：每次与前一次的间隔均在窗内的一串"
              "事件，只保留最后一次。",
        shows="依指标定义，同一用户对同一内容的连续请求为一次行为。",
        innocent="本项不作任何责难：急于点击、页面缓慢、播放器重复请求均属常见。"
                 "多人共用且不带 Cookie 的地址会被视为一个用户，第二人的真实行为可能被略去，取决"
                 "于规则的身份顺序。"))
