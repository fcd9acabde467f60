"""Platform switching.

Finds: devices whose events name several different operating systems in the course of the case.

Shows: a device runs one system for its life, two if desktop mode is used. Software that draws user
agents from a list names many systems under one device id. It is a sign and not proof.

Innocent causes: a fingerprint that different devices share; desktop mode (a phone that claims Linux
or a Mac) beside normal use; a computer with two systems; a developer who tests.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Distinct, Group, Page, Parameter, Values, page


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the device named at least so many systems."""
    return m.systems >= p["least_systems"]


CRITERION = Criterion(
    code="platform-switching", revision=1, klass="SIVT", basis="statistical", family="technical",
    scope="case", reads=("device_id", "ua_os"),
    shape=Group(keys=("device_id",), flag=flag, measures={
        "systems": Distinct(column="ua_os"), "events": Count()}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people; (2019) Su Min Zhong "
             "778: one client sold as PC, Android, Apple and television. The threshold is this "
             "product's",
    standard_says="MRC: SIVT",
    parameters={"least_systems": Parameter(
        default=3, low=2, high=20, unit="systems", meaning="fewest different operating systems",
        meaning_zh="不同操作系统的最少数目")},
    en=page(__doc__),
    zh=Page(
        title="平台切换", finds="在案件期间其事件自称多种不同操作系统的设备。",
        shows="一台设备终其一生运行一种系统，使用桌面模式时为两种。从列表中取用户代理的软件在同一"
              "设备标识下自称多种系统。属迹象而非证明。",
        innocent="不同设备共用指纹；正常使用之外兼用桌面模式（手机自称 Linux 或 Mac）；双系统电脑；"
                 "开发者测试。"))
