"""Repeat within a window from the last touch.

Finds: requests of one listener for one item that follow an earlier one within the window; each
request opens the window anew.

Shows: within the window of the metric, here counted from the last touch, one listener's requests
for one item are one download.

Innocent causes: none is needed, for no blame is laid: a player that resumes, a listener who plays
an episode every evening and never leaves the window.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Run, Values, page


def flag(r: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the same listener asked for the item within the window before."""
    return r.time_ms - r.previous_ms < p["window_ms"]


CRITERION = Criterion(
    code="repeat-last-touch", revision=1, klass="NOT_COUNTED", basis="rule", family="timing",
    scope="day", reads=("time_ms", "listener", "item_id", "part_id"), optional=("part_id",),
    shape=Run(keys=("listener", "item_id", "part_id"), required=("listener",), flag=flag,
              carry="window_ms"),
    citation="IAB Podcast Technical Measurement v2.3: one listener's requests within the window "
             "are one download; window type disclosed: last-touch",
    standard_says="IAB: outside the count",
    parameters={"window_ms": Parameter(
        default=86_400_000, low=60_000, high=86_400_000, unit="ms",
        meaning="time after a request within which the next one is the same download",
        meaning_zh="一次请求之后、下一次请求仍属同一下载的时长")},
    en=page(__doc__),
    zh=Page(
        title="末次触达窗内重复",
        finds="同一听众对同一内容、在前一次请求之后时间窗内的请求；每次请求均重新开窗。",
        shows="在自末次触达起算的时间窗内，同一听众对同一内容的请求为一次下载。",
        innocent="本项不作任何责难：播放器续传；听众每晚重听同一集而始终未出窗。"))
