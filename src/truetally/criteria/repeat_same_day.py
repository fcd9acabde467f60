"""Repeat on the same day.

Finds: requests of one listener for one item after the first one of the local day.

Shows: within the window of the metric, here the calendar day, one listener's requests for one item
are one download.

Innocent causes: none is needed, for no blame is laid: a player that resumes, a listener who plays
an episode twice, a household behind one address with equal devices.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Run, Values, page


def flag(r: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the same listener asked for the item earlier on the same local day."""
    return r.previous_ms.notnull()


CRITERION = Criterion(
    code="repeat-same-day", revision=1, klass="NOT_COUNTED", basis="rule", family="timing",
    scope="day", reads=("time_ms", "listener", "item_id", "part_id", "day"), optional=("part_id",),
    shape=Run(keys=("listener", "item_id", "part_id", "day"), required=("listener",), flag=flag,
              carry=""),
    citation="IAB Podcast Technical Measurement v2.3: one listener's requests within the window "
             "are one download; window type disclosed: calendar",
    standard_says="IAB: outside the count",
    en=page(__doc__),
    zh=Page(
        title="同日重复",
        finds="同一听众在同一当地日内对同一内容的首次之后的请求。",
        shows="在指标的时间窗（此处为自然日）内，同一听众对同一内容的请求为一次下载。",
        innocent="本项不作任何责难：播放器续传、听众重听、同一地址下设备相同的家庭成员。"))
