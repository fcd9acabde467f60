"""Active round the clock.

Finds: devices with events in almost every hour of a local day.

Shows: people sleep. A device that never rests is run by a program, or by several people in turn. It
is a sign and not proof.

Innocent causes: screens in shops, hotels and waiting rooms; a television left on; machines that
several shifts share; a fingerprint that several devices share; a page that refreshes itself.
"""

import ibis.expr.types as ir

from truetally.criterion import (
    Count,
    Criterion,
    Distinct,
    Group,
    Least,
    Page,
    Parameter,
    Values,
    page,
)


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the device was active in at least so many hours, with enough events."""
    return (m.hours >= p["least_hours"]) & (m.events >= p["least_events"])


CRITERION = Criterion(
    code="round-the-clock", revision=1, klass="SIVT", basis="statistical", family="timing",
    scope="day", reads=("device_id", "hour"),
    shape=Group(keys=("device_id",), flag=flag, least=Least(
        keys=("device_id",), events="least_events"), measures={
        "hours": Distinct(column="hour"), "events": Count()}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people; (2019) Su Min Zhong "
             "778: the client earns points as long as it runs. The thresholds are this product's",
    standard_says="MRC: SIVT",
    parameters={
        "least_hours": Parameter(
            default=22, low=12, high=24, unit="hours", meaning="fewest hours with an event",
            meaning_zh="有事件的最少小时数"),
        "least_events": Parameter(
            default=100, low=12, high=1_000_000, unit="events", meaning="fewest events on the day",
            meaning_zh="当日最少事件数"),
    },
    en=page(__doc__),
    zh=Page(
        title="昼夜不停", finds="一个当地日内几乎每小时均有事件的设备。",
        shows="人需要睡眠。从不休息的设备由程序运行，或由数人轮流使用。属迹象而非证明。",
        innocent="商店、酒店和候诊室的屏幕；未关闭的电视；多班共用的机器；多台设备共用指纹；自动"
                 "刷新的页面。"))
