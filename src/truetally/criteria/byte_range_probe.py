"""Byte-range probe.

Finds: requests for the first two bytes alone (Range: bytes=0-1).

Shows: a player asks so whether the server can deliver parts. No content is listened to.

Innocent causes: none is needed, for no blame is laid: the playing that follows is another request.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Row, Values, page


def flag(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether exactly the bytes 0 and 1 were asked for; null if the range is unknown."""
    return (t.range_start == 0) & (t.range_end == 1)


CRITERION = Criterion(
    code="byte-range-probe", revision=1, klass="NOT_COUNTED", basis="rule", family="technical",
    scope="event", reads=("range_start", "range_end"), shape=Row(flag=flag),
    citation="IAB Podcast Technical Measurement v2.3: ignore Range: bytes=0-1",
    standard_says="IAB: outside the count",
    en=page(__doc__),
    zh=Page(title="字节范围探测", finds="仅请求最初两个字节的请求（Range: bytes=0-1）。",
            shows="播放器以此询问服务器能否分段交付，并未收听任何内容。",
            innocent="本项不作任何责难：随后的播放另成一个请求。"))
