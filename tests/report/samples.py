"""A constructed case for the views: every figure adds up, and every text can be made hostile."""

from dataclasses import replace

from truetally.report.data import (
    CriterionView,
    Explanation,
    Line,
    ListUsed,
    PageText,
    ParameterView,
    Reject,
    ReportData,
    Signal,
    Source,
    Summary,
    Text,
)

SHA = "3f1c0a5e9d2b7c486a90e1f2d3c4b5a697887766554433221100ffeeddccbbaa"
HOSTILE = ("</style><script>alert(1)</script>\x1b[31m\u202e\u200b\" onload='x' =1+1 {{ 7*7 }} "
           "[red]\n\\")


def line(key: str | None, gross: int, givt: int, sivt: int, aside: int = 0) -> Line:
    """Make a line whose counts add up."""
    return Line(key=key, gross=gross, net=gross - givt, total_net=gross - givt - sivt,
                not_counted=aside, givt=givt, sivt=sivt, undetermined=0, suspect=gross // 50,
                watched_ms=gross * 60_000, unique=gross // 3)


def criterion(code: str, en: str, zh: str, klass: str, basis: str,  # noqa: PLR0913, PLR0917
              flagged: int | None, voided: int | None, *, active: bool = True) -> CriterionView:
    """Make a criterion's view with one parameter."""
    number = ParameterView(name="least", value=30, default=20, low=2, high=100_000, unit="events",
                           meaning=Text(en="fewest events in the group", zh="组内最少事件数"))
    return CriterionView(
        code=code, revision=1, klass=klass, basis=basis, family="timing", scope="day",
        citation="COUNTER Code of Practice R5.1, section 7.2", stage="group",
        standard_says="MRC 2020: SIVT, falsified measurement",
        reads=("device_id", "watched_ms"), parameters=(number,), active=active,
        missing=() if active else ("device_id", "plugins"), flagged=flagged, voided=voided,
        en=PageText(title=en, finds="Devices whose plays end at one same second, far more often "
                    "than any audience does.", shows="A program that watches for a set time, as "
                    "an order form asks.", innocent="A trailer of fixed length that most people "
                    "let run to its end; a player that reports only at full minutes."),
        zh=PageText(title=zh, finds="大量播放在同一秒结束的设备，其集中程度远超任何正常观众。",
                    shows="按订单所设停留时间自动播放的程序。",
                    innocent="多数人看完的固定时长预告片；仅按整分钟上报时长的播放器。"))


CRITERIA = (
    criterion("stay_heaping", "Stay-time heaping", "停留时长堆积", "SIVT", "statistical",
              210_400, 188_020),
    criterion("plugin_list", "Plugin list of a known program", "与已知程序一致的插件列表", "SIVT",
              "signature", 190_310, 41_200),
    criterion("data_centre", "Data-centre address", "数据中心地址", "GIVT", "rule", 61_207, 61_207),
    criterion("double_click", "Double-click", "重复点击", "NOT_COUNTED", "rule", 18_954, 18_954),
    criterion("declared_robot", "Declared robot", "自报的机器人", "GIVT", "rule", 12, 12),
    criterion("rate_device_hour", "Rate per device and hour", "单设备每小时频次", "GIVT", "rule",
              0, 0),
    criterion("automation_flag", "Automation flag", "自动化标志", "GIVT", "rule", None, None,
              active=False),
)
_BY_DAY = tuple(line(f"2017-08-{d:02}", 38_000 + (d * 7919) % 4000 + (d > 27) * 190_000,
                     900 + d * 37 % 300, 1100 + (d > 27) * 178_000 + d * 91 % 700, 600 + d)
                for d in range(19, 32))
_GROSS = sum(each.gross for each in _BY_DAY)
_GIVT = sum(each.givt for each in _BY_DAY)
_SIVT = sum(each.sivt for each in _BY_DAY)
_ASIDE = sum(each.not_counted for each in _BY_DAY)

SUMMARY = Summary(
    case="/cases/su-05-778", digest=SHA, policy="video", policy_sha256=SHA[::-1],
    engine="DuckDB 2.0.0", events=_GROSS + _ASIDE, gross=_GROSS, net=_GROSS - _GIVT,
    total_net=_GROSS - _GIVT - _SIVT, not_counted=_ASIDE, givt=_GIVT, sivt=_SIVT,
    undetermined=4120, suspect=11_873, rejected_rows=3, sivt_decision_rate_permille=962,
    reasons={view.code: view.flagged for view in CRITERIA if view.flagged},
    sources=(Source(name="plays-2017-08.parquet", sha256=SHA, size_bytes=48_120_334, rows=_GROSS,
                    rejected=3, format="parquet", first_day="2017-08-19", last_day="2017-08-31"),
             Source(name="h5.log.gz", sha256=SHA[3:] + "abc", size_bytes=920_113, rows=_ASIDE,
                    rejected=0, format="access log")),
    warnings=(Text(en="The first day is 5 months and 20 days old: logs must be kept six months at "
                   "least.", zh="首日距今已五个月二十天：网络日志须至少留存六个月。"),
              "A warning in one language."),
    unique_items=_GROSS // 3, synthetic=True, uncalibrated=True, elapsed_ms=18_240)

DATA = ReportData(
    summary=SUMMARY, by_day=_BY_DAY,
    by_item=(line("v_19rreis95c", 604_120, 4100, 512_300),
             line("v_19rr7p4zhw", 88_410, 610, 61_022),
             line("https://example.com/v/" + "long-title-" * 6 + ".html", 41_207, 301, 2204),
             line("真量纪录片", 20_114, 97, 301), line(None, 77, 1, 0)),
    by_reason=tuple(line(view.code, view.flagged, 0, view.voided or 0)
                    for view in CRITERIA if view.flagged),
    by_terminal=(line("pc", 701_200, 9000, 560_000), line("h5", 301_220, 2900, 12_000),
                 line(None, 12, 0, 0)),
    by_region=(line("320500", 410_200, 5000, 300_100), line("110000", 201_100, 2500, 90_011),
               line("440300", 99_120, 800, 1200)),
    criteria=CRITERIA, items_in_all=80_001,
    lists=(ListUsed(name="data_centres", provenance="pymispwarninglists 1.7, amazon-aws",
                    date="2026-10-02", entries=8123, sha256=SHA),),
    rejects=(Reject(source="h5.log.gz", record=20_113, reason="time is not a number",
                    original='1.2.3.4 - - [??] "GET / HTTP/1.1" 200 1'),),
    policy_text='name = "video"\n\n[[stage]]\nname = "row"\ncriteria = ["declared_robot"]\n',
    policy_title=Text(en="Plays of videos", zh="视频播放"),
    metric=Text(en="A play that a person chose and watched.",
                zh="由真人主动选择并观看的一次播放。"),
    versions={"truetally": "0.1.0", "duckdb": "2.0.0"})

EXPLANATION = Explanation(
    event_id="1099511627791", source="plays-2017-08.parquet", source_sha256=SHA, row=15,
    original='{"ip":"1.2.3.4","user_agent":"Mozilla/5.0"}', verdict="sivt", primary="stay_heaping",
    suspect=False, event={"time_ms": 1_504_137_600_000, "kind": "play", "item_id": "v_19rreis95c",
                          "watched_ms": 180_000, "interacted": False},
    signals=(
        Signal(code="stay_heaping", title=Text(en="Stay-time heaping", zh="停留时长堆积"),
               klass="SIVT", basis="statistical", family="timing", stage="group", status="flagged",
               measured={"n": 60, "top": 58}, thresholds={"least": 30, "share_permille": 800},
               key={"device_id": "d-7", "day": 17_409}),
        Signal(code="data_centre", title=Text(en="Data-centre address", zh="数据中心地址"),
               klass="GIVT", basis="rule", family="origin", stage="row", status="not flagged",
               entry="amazon-aws, 2026-10-02"),
        Signal(code="automation_flag", title=Text(en="Automation flag", zh="自动化标志"),
               klass="GIVT", basis="rule", family="technical", stage="row",
               status="not applicable")))


def hostile(text: str = HOSTILE) -> ReportData:
    """Return the case with `text` in every text that can come from data."""
    bad = replace(line(text, 10, 1, 2), watched_ms=None, unique=None)
    source = replace(SUMMARY.sources[0], name=text, format=text, first_day=text)
    summary = replace(SUMMARY, case="/cases/" + text, policy=text, engine=text,
                      sources=(source,), warnings=(text, Text(en=text, zh=text)))
    view = replace(CRITERIA[0], code="a" + text, citation=text, reads=(text,))
    return replace(
        DATA, summary=summary, by_day=(bad, *DATA.by_day), by_item=(bad,), by_reason=(bad,),
        by_terminal=(bad,), by_region=(bad,), criteria=(view,), policy_text=text,
        policy_title=Text(en=text, zh=text), metric=Text(en=text, zh=text),
        lists=(ListUsed(name=text, provenance=text, date=text),),
        rejects=(Reject(source=text, record=1, reason=text, original=text),),
        versions={text: text})
