"""Curve too even.

Finds: items whose events are spread over the 24 hours of a local day more evenly than chance allows
even if day and night were alike.

Shows: acts of people who do not arrange with each other are at least as uneven as draws by lot.
With counts x of 24 hours and their total T, the index of dispersion (24 times the sum of x squared,
less T squared, divided by T) is then distributed as chi-square with 23 degrees or lies above; daily
habits only raise it. The default limit of 3.5 is reached by lot once in more than a million
item-days. A program that spreads an order evenly over the day stays below. It is a sign and not
proof, and at a small share of fakes it finds nothing.

Innocent causes: a page that refreshes itself, a channel that loops, a monitor that asks at fixed
times; a collector that is full, so that every hour holds as much as it can take.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.criterion import Count, Criterion, Least, Page, Parameter, Study, Total, Values, page

HOURS = 24


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the hours of the item-days whose curve is too even, and what was measured.

    `profile` has one row a (day, item_id, hour), sorted, with the column events. Only item-days
    with events in all 24 hours are judged. Added: total, and dispersion_milli rounded down.
    """
    rows: list[int] = []
    totals: list[int] = []
    measured: list[int] = []
    for start in _full_days(profile):
        counts = profile["events"].slice(start, HOURS).to_pylist()
        total, squares = sum(counts), sum(count * count for count in counts)
        excess = 1000 * (HOURS * squares - total * total)
        if total >= p["least_events"] and excess <= p["dispersion_milli"] * total:
            rows += range(start, start + HOURS)
            totals += [total] * HOURS
            measured += [excess // total] * HOURS
    keys = profile.select(["day", "item_id", "hour"]).take(pa.array(rows, pa.int64()))
    return keys.append_column("total", pa.array(totals, pa.int64())).append_column(
        "dispersion_milli", pa.array(measured, pa.int64()))


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep the hours of item-days that have enough events to be judged."""
    return m.day_events >= p["least_events"]


def _full_days(profile: pa.Table) -> list[int]:
    """Return where 24 rows of one item and day begin; rows are sorted, so the hour there is 0."""
    if profile.num_rows < HOURS:
        return []
    last = profile.num_rows - HOURS + 1
    full = pc.equal(profile["hour"].slice(0, last), 0)
    for key in ("day", "item_id"):
        same = pc.equal(profile[key].slice(0, last), profile[key].slice(HOURS - 1, last))
        full = pc.and_(full, pc.fill_null(same, False))
    found: list[int] = np.flatnonzero(full.to_numpy()).tolist()
    return found


CRITERION = Criterion(
    code="even-curve", revision=1, klass="SIVT", basis="statistical", family="timing", scope="day",
    reads=("item_id", "hour"),
    shape=Study(keys=("item_id", "hour"), find=find, only=only, least=Least(
        keys=("item_id",), events="least_events"), measures={
        "events": Count(), "day_events": Total(of="events", keys=("item_id",))}),
    citation="R. A. Fisher, Statistical Methods for Research Workers: the index of dispersion; "
             "(2019) Su Min Zhong 778: the order form sells plays spread evenly over the day. The "
             "limits are this product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_events": Parameter(
            default=480, low=240, high=1_000_000, unit="events", meaning="fewest events to judge",
            meaning_zh="判断所需最少事件数"),
        "dispersion_milli": Parameter(
            default=3500, low=0, high=13_000, unit="thousandths",
            meaning="largest index of dispersion; chance gives 23,000 on average",
            meaning_zh="最大离散指数；随机情形平均为 23,000"),
    },
    en=page(__doc__),
    zh=Page(
        title="曲线过匀",
        finds="某内容的事件在一个当地日的 24 小时中分布得比随机所能允许的更均匀，"
              "即使昼夜并无差别。",
        shows="互不约定的真人行为，其不均匀程度至少与抽签相当。设各小时计数为 x、总数为 T，离散指"
              "数（24 乘以 x 平方和，减 T 平方，再除以 T）"
              "服从自由度 23 的卡方分布或更大；作息习惯只会使其增大。默认上限 3.5 在抽签情形下逾"
              "百万个“内容日”才出现一次，"
              "将订单均匀铺开的程序则低于此值。属迹象而非证明；虚假占比较小时无所发现。",
        innocent="自动刷新的页面、循环频道、定时监测；采集端已满，致每小时所存相同。"))
