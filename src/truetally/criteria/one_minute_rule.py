"""One-minute rule.

Finds: requests of one listener for one item on one local day that together delivered less than one
minute of content, or less than all of a shorter file. Requests for parts are added up, whether the
status is 200 or 206. What was delivered is known from the watched time, else from the bytes.

Shows: what was delivered is no play or download by the definition of the metric.

Innocent causes: none is needed, for no blame is laid. Listeners behind one address with one user
agent are one listener; bytes a proxy delivered from its store are not in the log. A file's tags and
cover come before its content: `header_bytes` are not content.
"""

import ibis
import ibis.expr.types as ir

from truetally.criterion import Count, Criterion, Group, Max, Page, Parameter, Sum, Values, page
from truetally.events.schema import LARGEST


def where(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Measure requests that deliver: not HEAD, not 304; an unknown status or method is taken in."""
    delivers = t.status.isnull() | t.status.cast("string").isin([str(s) for s in p["delivering"]])
    return delivers & (t.method.isnull() | (t.method != "HEAD"))


def flag(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether something is known of the delivery and it reaches neither bound."""
    whole = (m.longest_ms > 0) & (m.longest_ms < p["minimum_ms"])
    needed = ibis.ifelse(whole.fill_null(False), m.longest_ms, p["minimum_ms"])
    by_time = (m.timed > 0) & (m.watched_ms >= needed)
    content = (_held(m.bytes) - p["header_bytes"]) * 1000
    by_bytes = (m.sized > 0) & (content >= needed * p["bytes_per_second"])
    enough = by_time.fill_null(False) | by_bytes.fill_null(False)
    return (m.requests > 0) & ((m.timed > 0) | (m.sized > 0)) & ~enough


def _held(total: ir.IntegerColumn) -> ir.IntegerValue:
    """Hold a sum where a thousand times as much still fits 64 bits; more bytes change nothing."""
    return ibis.ifelse(total > LARGEST, LARGEST, ibis.ifelse(total < 0, 0, total))


def _timed(t: ir.Table, _: Values) -> ir.BooleanValue:
    return t.watched_ms.notnull()


def _sized(t: ir.Table, _: Values) -> ir.BooleanValue:
    return t.bytes_sent.notnull()


CRITERION = Criterion(
    code="one-minute-rule", revision=1, klass="NOT_COUNTED", basis="rule", family="behaviour",
    scope="day", one_of=("watched_ms", "bytes_sent"),
    optional=("status", "method", "watched_ms", "length_ms", "bytes_sent"),
    reads=("listener", "item_id", "status", "method", "watched_ms", "length_ms", "bytes_sent"),
    shape=Group(keys=("listener", "item_id"), where=where, flag=flag, measures={
        "requests": Count(), "timed": Count(where=_timed), "sized": Count(where=_sized),
        "watched_ms": Sum(column="watched_ms"), "bytes": Sum(column="bytes_sent"),
        "longest_ms": Max(column="length_ms")}),
    citation="IAB Podcast Technical Measurement v2.3: headers and content for one minute, else "
             "100 % of a shorter file; 304 and HEAD never count; 206 only by this rule; identity "
             "IP and user agent, IPv6 cut to /64",
    standard_says="IAB: outside the count",
    parameters={
        "minimum_ms": Parameter(
            default=60_000, low=1000, high=3_600_000, unit="ms", meaning="content to be delivered",
            meaning_zh="须交付的内容时长"),
        "bytes_per_second": Parameter(
            default=16_000, low=1000, high=10_000_000, unit="bytes per second",
            meaning="bytes in one second of content; 16,000 is 128 kbit/s",
            meaning_zh="每秒内容的字节数；16,000 即 128 kbit/s"),
        "header_bytes": Parameter(
            default=0, low=0, high=100_000_000, unit="bytes",
            meaning="bytes of tags and cover before the content",
            meaning_zh="内容之前的标签和封面字节数"),
        "delivering": Parameter(
            default=("200", "206"), meaning="statuses that deliver content",
            meaning_zh="交付内容的状态码"),
    },
    en=page(__doc__),
    zh=Page(
        title="一分钟规则",
        finds="同一听众一个当地日内对同一内容的请求，合计交付不足一分钟内容，或不足较短文件的全部。"
              "分段请求（200 或 206）合并计算；"
              "交付量依观看时长，否则依字节数。",
        shows="依指标定义，所交付者不构成一次播放或下载。",
        innocent="本项不作任何责难。同一地址、同一用户代理的多人视为一名听众；代理从缓存交付的字"
                 "节不在日志中。"
                 "文件标签和封面位于内容之前，header_bytes 不属于内容。"))
