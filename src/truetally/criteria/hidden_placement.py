"""Hidden placement.

Finds: clicks on something of which no part was visible and that no real gesture caused; and events
of any kind in a placement of 0 x 0 or 1 x 1 pixel that no real gesture caused.

Shows: a person clicks by a gesture on something seen. Without any visible part and without a
gesture there was nothing to choose and no act of choosing, so the click is a program's. Nobody can
see, and so watch or read, a placement of at most one pixel. The second part rests on the size
alone, the first on two independent measurements that both must be known.

Innocent causes: a measuring pixel logged as if it were the placement; a player of sound alone that
is one pixel large on purpose; a screen reader, which activates without a pointer but does report a
gesture. A page in a background tab is not visible either, and so views and plays are never flagged
for visibility.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether a click was unseen and without gesture, or the placement too small to be seen."""
    unseen = (t.kind == "click") & (t.visible_permille <= p["visible_permille"]) & ~t.interacted
    tiny = (t.placement_w <= p["side_px"]) & (t.placement_h <= p["side_px"])
    return unseen | (tiny & ~t.interacted.fill_null(False))


CRITERION = Criterion(
    code="hidden-placement", revision=1, klass="SIVT", basis="rule", family="behaviour",
    scope="event", reads=("kind", "visible_permille", "interacted", "placement_w", "placement_h"),
    one_of=("visible_permille", "placement_w"),
    optional=("visible_permille", "interacted", "placement_w", "placement_h"),
    shape=Row(flag=flag),
    citation="MRC invalid-traffic standards: invalid placements 0x0, 1x1, hidden; hidden or "
             "stacked placements; Beijing Internet Court, 2019-05-23: hidden JavaScript that "
             "clicked what visitors neither saw nor chose",
    standard_says="MRC: hidden placements are SIVT; sizes of 0x0 and 1x1 found by a parameter "
                  "alone are GIVT, and a policy may say so",
    parameters={
        "visible_permille": Parameter(
            default=0, low=0, high=500, unit="permille",
            meaning="largest visible share at which a click counts as unseen",
            meaning_zh="视为不可见的最大可见比例"),
        "side_px": Parameter(
            default=1, low=0, high=10, unit="pixels",
            meaning="largest width and height at which nothing can be seen",
            meaning_zh="视为不可见的最大宽度和高度"),
    },
    en=page(__doc__),
    zh=Page(
        title="隐藏位置",
        finds="所点之物毫无可见部分且无真实手势的点击；以及位于 0×0 或 1×1 像素位置、无真实手势的"
              "任何事件。",
        shows="真人以手势点击所见之物。既无可见部分又无手势，则无物可选、亦无选择行为，故点击出自"
              "程序。"
              "不大于一像素的位置无人能见，自无从观看或阅读。后者仅凭尺寸，前者须两项独立测量均为"
              "已知。",
        innocent="将测量像素误记为展示位置；有意设为一像素的纯音频播放器；读屏软件不用指针但会报"
                 "告手势。"
                 "后台标签页同样不可见，故浏览和播放从不因可见性而标记。"))
