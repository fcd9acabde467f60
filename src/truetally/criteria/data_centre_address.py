"""Address in a data centre.

Finds: addresses inside a listed network of a cloud or hosting provider, if behind the address on a
local day next to no event bears a sign of a person: a real gesture, an account that is signed in, a
conversion, search, comment or ad interaction. Addresses on the policy's list of gateways (company
gateways, virtual desktops, VPN exits) are not measured.

Shows: the machine that asked stands in a data centre, where servers stand and people do not sit,
and nothing it sent that day looks like a person behind it. The standard counts data centres that
are a consistent source of non-human traffic, and not the roundabout ways of legitimate users: the
list says the first, the missing signs say that the exception does not apply. Where the source
records none of these signs, the list decides by itself.

Innocent causes: company gateways, virtual desktops and VPNs whose exit is rented in a data centre,
when their users only look on that day; a provider that has sold the range since the list was made.
Every entry of the list has a source and a date and can be contested; gateways are checked again
every 90 days at most.
"""

import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Page, Parameter, Values, page


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure what comes from a listed network that is no gateway."""
    return t.ip_data_centre & ~t.ip_gateway.fill_null(False)


def person(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the event bears a sign of a person; an unknown sign is none."""
    return (t.interacted.fill_null(False) | t.account_id.notnull()) | t.value_action.notnull()


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether too small a share of the address's events bears a sign of a person."""
    return (m.events > 0) & (m.signs * 1000 < m.events * p["person_permille"])


CRITERION = Criterion(
    code="data-centre-address", revision=2, klass="GIVT", basis="rule", family="origin",
    scope="day",
    reads=("ip", "ip_data_centre", "ip_gateway", "interacted", "account_id", "value_action"),
    optional=("interacted", "account_id", "value_action"),
    shape=Group(keys=("ip",), where=where, flag=flag, measures={
        "events": Count(), "signs": Count(where=person)}),
    citation="MRC invalid-traffic standards, GIVT: known data-centre traffic, a consistent source "
             "of non-human traffic and no routing artefact of legitimate users, with an exception "
             "path; IAB Podcast Technical Measurement v2.3: allow-lists validated again every 90 "
             "days",
    standard_says="MRC: GIVT, found from lists",
    parameters={"person_permille": Parameter(
        default=50, low=0, high=1000, unit="permille",
        meaning="least share of events with a sign of a person that excepts an address for a day; "
                "0: nothing is flagged; 1000: one event without a sign is enough",
        meaning_zh="当日使地址得以除外的、带有真人迹象事件的最小比例；0 为一概不标记，"
                   "1000 为有一个事件无迹象即标记")},
    en=page(__doc__),
    zh=Page(
        title="数据中心地址",
        finds="位于名单所列云服务商或托管商网段、且一个当地日内其后几乎没有事件带有真人迹象（真实手"
              "势、登录账号、转化、搜索、评论或广告互动）的地址；规则所列网关（企业网关、虚拟桌面、"
              "VPN 出口）不计。",
        shows="发出请求的机器位于数据中心，其中是服务器而非真人，且当日其所发内容均无真人迹象。标准"
              "所指是持续的非人流量来源，不包括正常用户的迂回线路：名单证明前者，迹象全无则说明例"
              "外不适用。来源未记录此类迹象的，由名单单独认定。",
        innocent="出口设在数据中心的企业网关、虚拟桌面和 VPN，其用户当日只看不动；名单制成后网段已"
                 "转让。名单每一条目均有来源和日期并可申诉，网关名单至多每九十日复核一次。"))
