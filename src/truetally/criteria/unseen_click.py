"""Click on what was not seen.

Finds: clicks on something of which no part was visible and that no real gesture caused. Both must
be measured and known.

Shows: a person clicks by a gesture on something seen. Hidden script code clicks without either: the
visitors of the click case neither saw nor chose the game. It is a sign and not proof, because a
page in a background tab also measures nothing visible and no gesture.

Innocent causes: a link opened in a background tab, whose page measures before it is looked at; a
browser that blocks the measuring of visibility and reports none; assistive software that clicks for
a person without a trusted gesture.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether a click was unseen and without gesture; null if either is unknown."""
    return ((t.kind == "click") & (t.visible_permille <= p["visible_permille"])) & ~t.interacted


CRITERION = Criterion(
    code="unseen-click", revision=1, klass="SIVT", basis="statistical", family="behaviour",
    scope="event", reads=("kind", "visible_permille", "interacted"), shape=Row(flag=flag),
    citation="Beijing Internet Court, 2019-05-23: hidden JavaScript that clicked what visitors "
             "neither saw nor chose; MRC invalid-traffic standards: hidden or stacked placements",
    standard_says="MRC: hidden placements are SIVT",
    parameters={"visible_permille": Parameter(
        default=0, low=0, high=500, unit="permille",
        meaning="largest visible share at which a click counts as unseen",
        meaning_zh="视为不可见的最大可见比例")},
    en=page(__doc__),
    zh=Page(
        title="点击不可见之物",
        finds="所点之物毫无可见部分且无真实手势的点击；两项均须已测量。",
        shows="真人以手势点击所见之物，隐藏脚本的点击两者皆无：暗刷案中访问者既未看见也未选择该游"
              "戏。属迹象而非证明，因后台标签页同样测得不可见、无手势。",
        innocent="在后台标签页打开的链接，其页面在被查看之前即已测量；浏览器禁止测量可见性而报告为"
                 "零；辅助软件代人点击而无可信手势。"))
