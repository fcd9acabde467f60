"""Plugin list of known software.

Finds: events whose plugin list equals one on the list: the same entries in the same order, and no
other.

Shows: the browser is built as the listed software's is. That is evidence of a class, because every
build of the same browser engine has the same list, so it attributes together with other signs,
never alone; how common the list is among honest users must be measured beside it.

Innocent causes: honest browsers and players built on the same engine in its default state have
exactly this list.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page
from truetally.signatures.lists import ListRef, freeze

LISTS = freeze(ListRef(name="plugin-lists", kind="plugin-lists", items=("builtin:plugin-lists",)))


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the whole plugin list is a listed one; null if it is unknown."""
    return t.plugins.isin(list(p["plugin_lists"]))


CRITERION = Criterion(
    code="plugin-list-match", revision=1, klass="SIVT", basis="signature", family="technical",
    scope="event", reads=("plugins",), shape=Row(flag=flag),
    citation="(2019) Su Min Zhong 778: exactly these three plugins and no other, "
             "278,275,797 accesses",
    standard_says="MRC: SIVT, by a signature of the software",
    parameters={"plugin_lists": Parameter(
        default=LISTS.entries, list_name="plugin-lists",
        meaning="plugin lists of known software, entries in the order reported",
        meaning_zh="已知软件的插件列表，条目依上报顺序")},
    en=page(__doc__),
    zh=Page(
        title="已知软件的插件列表",
        finds="插件列表与名单之一相同的事件：条目相同、顺序相同、别无其他。",
        shows="该浏览器与名单所列软件的构造相同。这是种类证据，因同一内核的每一构建都有相同列表，"
              "故只与其他迹象共同归因，"
              "从不单独认定；并须同时测量该列表在真实用户中的常见程度。",
        innocent="基于同一内核默认状态构建的正常浏览器和播放器恰有此列表。"))
