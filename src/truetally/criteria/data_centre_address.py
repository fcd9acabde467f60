"""Address in a data centre.

Finds: events from an address inside a listed network of a cloud or hosting provider. Addresses on
the policy's list of gateways (company gateways, virtual desktops, VPN exits) are not flagged.

Shows: the machine that asked stands in a data centre, where servers stand and people do not sit.

Innocent causes: company gateways, virtual desktops and VPNs whose exit is rented in a data centre;
a provider that has sold the range since the list was made. Every entry of the list has a source and
a date and can be contested; gateways are checked again every 90 days at most.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Row, Values, page


def flag(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether the address is a data centre's and no gateway's; null if it is unknown."""
    return t.ip_data_centre & ~t.ip_gateway.fill_null(False)


CRITERION = Criterion(
    code="data-centre-address", revision=1, klass="GIVT", basis="rule", family="origin",
    scope="event", reads=("ip_data_centre", "ip_gateway"), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, GIVT: data-centre traffic, with an exception path; "
             "IAB Podcast Technical Measurement v2.3: allow-lists validated again every 90 days",
    standard_says="MRC: GIVT, found from lists",
    en=page(__doc__),
    zh=Page(
        title="数据中心地址",
        finds="来自名单所列云服务商或托管商网段的事件；规则所列网关（企业网关、虚拟桌面、VPN 出口）"
              "地址不标记。",
        shows="发出请求的机器位于数据中心，其中是服务器而非真人。",
        innocent="出口设在数据中心的企业网关、虚拟桌面和 VPN；名单制成后网段已转让。"
                 "名单每一条目均有来源和日期并可申诉，网关名单至多每九十日复核一次。"))
