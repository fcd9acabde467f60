"""Hidden placement.

Finds: events of any kind in a placement without area (0 x 0 pixel) that no real gesture caused and
of which nothing is reported to have been visible. By parameter, also placements of 1 x 1 pixel.

Shows: a person acts by a gesture on something seen, and watches or reads what has an area. Nobody
can see a placement without area, and so nobody can watch, read or choose what is in it; without a
gesture there was no act of choosing either. The record says both of the same event, so the event is
a program's. A size of 1 x 1 pixel does not show this by itself: collectors write it for a size that
they did not measure. A policy whose source measures every size may set `side_px` to 1.

Innocent causes: a measuring pixel logged as if it were the placement; a player of sound alone
that has no area on purpose; a collector that writes 0 x 0 for a size that it did not measure, which
a look at events with gestures shows, as they then have that size too. A screen reader activates
without a pointer and does report a gesture.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether the placement is too small to be seen, nothing was seen, and no gesture made."""
    tiny = (t.placement_w <= p["side_px"]) & (t.placement_h <= p["side_px"])
    unseen = t.visible_permille.fill_null(0) == 0
    return (tiny & unseen) & ~t.interacted.fill_null(False)


CRITERION = Criterion(
    code="hidden-placement", revision=2, klass="SIVT", basis="rule", family="behaviour",
    scope="event", reads=("visible_permille", "interacted", "placement_w", "placement_h"),
    optional=("visible_permille", "interacted"),
    shape=Row(flag=flag),
    citation="MRC invalid-traffic standards: invalid placements 0x0, 1x1, hidden; hidden or "
             "stacked placements; Beijing Internet Court, 2019-05-23: hidden JavaScript that "
             "clicked what visitors neither saw nor chose",
    standard_says="MRC: hidden placements are SIVT; sizes of 0x0 and 1x1 found by a parameter "
                  "alone are GIVT, and a policy may say so",
    parameters={"side_px": Parameter(
        default=0, low=0, high=10, unit="pixels",
        meaning="largest width and height at which nothing can be seen",
        meaning_zh="视为不可见的最大宽度和高度")},
    en=page(__doc__),
    zh=Page(
        title="隐藏位置",
        finds="位于无面积（0×0 像素）位置、无真实手势、且未报告任何可见部分的任何事件；经参数设定，"
              "亦包括 1×1 像素的位置。",
        shows="真人以手势作用于所见之物，所看所读之物必有面积。无面积的位置无人能见，自无从观看、阅"
              "读或选择；又无手势，即无选择行为。同一事件的记录兼具两者，故出自程序。1×1 像素本身"
              "并不足以说明：采集端会以此表示未测量的尺寸。来源确实测量每一尺寸的，规则可将 "
              "side_px 设为 1。",
        innocent="将测量像素误记为展示位置；有意不占面积的纯音频播放器；采集端以 0×0 表示未测量的尺"
                 "寸（此时带手势的事件亦为该尺寸，一查便知）。读屏软件不用指针但会报告手势。"))
