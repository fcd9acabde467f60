"""Crowd behind one address.

Finds: addresses behind which very many devices or cookies appear on one local day. Addresses on the
list of gateways are not measured.

Shows: software that makes a new identity for each visit shows many identities on one address. It is
a sign and not proof.

Innocent causes: mobile networks, campuses, companies, hotels and cafes put thousands of people
behind one address; a browser that clears its cookies makes a new one each time. The gateways that
are known belong on the list.
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


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Leave out gateways."""
    return ~t.ip_gateway.fill_null(False)


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether at least so many devices or cookies stand behind the address."""
    return (m.devices >= p["least_identities"]) | (m.cookies >= p["least_identities"])


CRITERION = Criterion(
    code="address-crowd", revision=1, klass="SIVT", basis="statistical", family="origin",
    scope="day", reads=("ip", "ip_gateway", "device_id", "cookie_id"),
    one_of=("device_id", "cookie_id"),
    optional=("device_id", "cookie_id"),
    shape=Group(keys=("ip",), where=where, flag=flag, least=Least(
        keys=("ip",), events="least_identities"), measures={
        "devices": Distinct(column="device_id"), "cookies": Distinct(column="cookie_id"),
        "events": Count()}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people; IAB Podcast Technical "
             "Measurement v2.3: allow-lists of dormitories and company gateways. The threshold is "
             "this product's",
    standard_says="MRC: SIVT",
    parameters={"least_identities": Parameter(
        default=500, low=10, high=1_000_000, unit="devices or cookies",
        meaning="fewest different devices or cookies behind one address on one day",
        meaning_zh="一日内同一地址后不同设备或 Cookie 的最少数目")},
    en=page(__doc__),
    zh=Page(
        title="一址多机",
        finds="一个当地日内其后出现极多设备或 Cookie 的地址；网关名单上的地址不计。",
        shows="每次访问即生成新身份的软件会在同一地址上显示大量身份。属迹象而非证明。",
        innocent="移动网络、校园、企业、酒店和网吧使数千人共用一个地址；清除 Cookie 的浏览器每次"
                 "生成新的 Cookie。已知网关应列入名单。"))
