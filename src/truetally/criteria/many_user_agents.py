"""Many user agents on one device.

Finds: devices with many different user agents within one local hour.

Shows: a device has one system and a few programs, so it sends few user agents. Software that draws
its user agent from a list sends many from one machine. It is a sign and not proof.

Innocent causes: a fingerprint that several equal devices share; apps that each add their own name
to the system's web view; an update in the course of the hour; a developer who tests.
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
    """Say whether the device sent at least so many different user agents."""
    return m.user_agents >= p["least_user_agents"]


CRITERION = Criterion(
    code="many-user-agents", revision=1, klass="SIVT", basis="statistical", family="technical",
    scope="hour", reads=("device_id", "user_agent"),
    shape=Group(keys=("device_id",), flag=flag, least=Least(
        keys=("device_id",), events="least_user_agents"), measures={
        "user_agents": Distinct(column="user_agent"), "events": Count()}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people; (2019) Su Min Zhong "
             "778: user agents taken from the software's own list. The threshold is this product's",
    standard_says="MRC: SIVT",
    parameters={"least_user_agents": Parameter(
        default=8, low=2, high=1000, unit="user agents",
        meaning="fewest different user agents in an hour",
        meaning_zh="一小时内不同用户代理的最少数目")},
    en=page(__doc__),
    zh=Page(
        title="一机多用户代理", finds="一个当地小时内出现多种不同用户代理的设备。",
        shows="一台设备只有一种系统和少数程序，故发送的用户代理不多。从列表中取用户代理的软件则由"
              "一台机器发出多种。属迹象而非证明。",
        innocent="多台相同设备共用指纹；各应用在系统网页视图后附加自身名称；该小时内发生更新；开"
                 "发者测试。"))
