"""Activity rate of a device.

Finds: devices with more events in one local hour than a person can cause.

Shows: a person needs time for each act. A rate far beyond it is a program's, or several people's.

Innocent causes: a feed of short films, through which people pass in two or three seconds each; a
collector that logs each heartbeat or each image as an event; an id that several devices share. The
rate must suit the metric, and the policy sets it.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Page, Parameter, Values, page


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the device had at least so many events in the hour."""
    return m.events >= p["least_events"]


CRITERION = Criterion(
    code="device-rate", revision=1, klass="GIVT", basis="statistical", family="timing",
    scope="hour", reads=("device_id",),
    shape=Group(keys=("device_id",), flag=flag, measures={"events": Count()}),
    citation="MRC invalid-traffic standards, GIVT: activity rates. The threshold is this product's",
    standard_says="MRC: GIVT, found from a parameter",
    parameters={"least_events": Parameter(
        default=1200, low=10, high=1_000_000, unit="events", meaning="fewest events in an hour",
        meaning_zh="一小时内的最少事件数")},
    en=page(__doc__),
    zh=Page(
        title="设备活动频率", finds="一个当地小时内事件数超出真人所能的设备。",
        shows="真人的每次行为都需要时间。远超于此的频率出自程序，或出自多人。",
        innocent="短视频信息流，每条只停留两三秒；采集端将每次心跳或每张图片记为事件；多台设备共"
                 "用标识。频率须与指标相称，由规则设定。"))
