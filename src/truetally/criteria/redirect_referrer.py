"""Referrer on a redirecting host.

Finds: events whose referrer lies on a host of the list. An entry that starts with a dot stands for
every host under it, any other for that host alone.

Shows: the visit came by way of a host that served to redirect bought traffic. A referrer is written
by the visitor's software and free to fake, so this attributes together with other signs, never
alone.

Innocent causes: a domain that a provider shares among all its customers carries honest pages too;
an honest link that was copied with the redirect in it; a rival who forges the referrer.
"""

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page
from truetally.signatures.lists import ListRef, freeze

HOSTS = freeze(ListRef(name="redirect-hosts", kind="host-suffixes",
                       items=("builtin:redirect-hosts",)))


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the referrer's host is listed; null if there is no referrer."""
    host = t.referrer_host
    under = [host.endswith(suffix) for suffix in p["hosts"] if suffix.startswith(".")]
    same = host.isin([name for name in p["hosts"] if not name.startswith(".")])
    return reduce(or_, [same, *under])


CRITERION = Criterion(
    code="redirect-referrer", revision=1, klass="SIVT", basis="signature", family="origin",
    scope="event", reads=("referrer_host",), shape=Row(flag=flag),
    citation="(2019) Su Min Zhong 778: extraction by referrer, .clouddn.com and four sub-domains",
    standard_says="MRC: SIVT, by a signature of the software",
    parameters={"hosts": Parameter(
        default=HOSTS.entries, list_name="redirect-hosts",
        meaning="hosts that redirect bought traffic", meaning_zh="为购买流量作跳转的主机")},
    en=page(__doc__),
    zh=Page(
        title="跳转主机来源",
        finds="前链（来源页）位于名单所列主机的事件。以点开头的条目代表其下所有主机，其余条目仅代"
              "表该主机。",
        shows="该访问经由曾为购买流量作跳转的主机而来。前链由访问者的软件写成，可任意伪造，故只与"
              "其他迹象共同归因，从不单独认定。",
        innocent="服务商供所有客户共用的域名上亦有正常页面；真实链接连同跳转被转发；竞争对手伪造"
                 "前链。"))
