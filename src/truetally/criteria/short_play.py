"""Short play.

Finds: plays whose watched time is below the least that the metric's definition asks for.

Shows: the play is no play in the sense of the definition. It is not said to be fake.

Innocent causes: none is needed, for no blame is laid: people change their minds.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether a play was watched for less than the minimum; null if the time is unknown."""
    return (t.kind == "play") & (t.watched_ms < p["least_watched_ms"])


CRITERION = Criterion(
    code="short-play", revision=1, klass="NOT_COUNTED", basis="rule", family="behaviour",
    scope="event", reads=("kind", "watched_ms"), shape=Row(flag=flag),
    citation="(2019) Su Min Zhong 778: a valid play is by a user really interested. The number is "
             "the contract's or the policy's; 3 seconds is this product's default, no standard's",
    standard_says="the metric's definition, stored with every count",
    parameters={"least_watched_ms": Parameter(
        default=3_000, low=0, high=3_600_000, unit="ms", meaning="least watched time of a play",
        meaning_zh="一次播放的最短观看时长")},
    en=page(__doc__),
    zh=Page(title="过短播放", finds="观看时长低于指标定义所要求最低时长的播放。",
            shows="依定义不构成一次播放；并非认定其为虚假。",
            innocent="本项不作任何责难：用户会改变主意。"))
