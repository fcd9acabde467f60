"""What weakens a case's figures, found in its own records and said without being asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from truetally.events.dates import day_text
from truetally.report.data import CriterionView, ReportData, Summary, Text
from truetally.report.document.court import Seal
from truetally.report.shares import grouped, of_permille, percent
from truetally.report.words import say

RETENTION_DAYS = 180  # 网络安全法 21: logs are kept for at least six months
_MOST_NAMES = 12
_EXCEPTING = ("gateways", "data-centre-exceptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How a case was kept: its seal, the number of entries of its custody log, and what operators
    declared of sources, by the sources' SHA-256."""

    seal: Seal | None = None
    deeds: int = 0
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def weaknesses(case: Path, manifest: Mapping[str, Any], report: ReportData,
               kept: Keeping) -> tuple[Text, ...]:
    """List what an opponent could say, most general first."""
    s = report.summary
    return (*_of_counts(s), *_of_criteria(report), *_of_sources(manifest, s),
            *_of_origin(manifest, kept), *_of_lists(report, manifest),
            *_of_keeping(case, kept.seal, kept.deeds))


def _said(key: str, **values: object) -> Text:
    return Text(en=say(f"weak.{key}", "en", **values), zh=say(f"weak.{key}", "zh", **values))


def _of_counts(s: Summary) -> Iterator[Text]:
    if s.synthetic:
        yield _said("synthetic")
    if s.uncalibrated:
        yield _said("uncalibrated")
        yield _said("base_rate")
    if s.undetermined:
        yield _said("undetermined", events=grouped(s.undetermined),
                    share=percent(s.undetermined, s.gross))
    if s.suspect:
        yield _said("suspect", events=grouped(s.suspect), share=percent(s.suspect, s.gross))
    if s.sivt_decision_rate_permille is not None and s.sivt_decision_rate_permille < 1000:
        yield _said("rate", share=of_permille(s.sivt_decision_rate_permille))


def _of_criteria(report: ReportData) -> Iterator[Text]:
    for view in report.criteria:
        if view.active is False:
            columns = ", ".join(view.missing)
            yield Text(en=say("weak.idle", "en", title=view.en.title, columns=columns),
                       zh=say("weak.idle", "zh", title=view.zh.title, columns=columns))
    invalid = report.summary.givt + report.summary.sivt
    main = max(report.criteria, key=_blamed, default=None)
    if main and invalid and _blamed(main) * 2 > invalid:
        share = percent(_blamed(main), invalid)
        yield Text(en=say("weak.single", "en", share=share, title=main.en.title),
                   zh=say("weak.single", "zh", share=share, title=main.zh.title))


def _blamed(view: CriterionView) -> int:
    return (view.voided or 0) if view.consequence in {"givt", "sivt"} else 0


def missing_days(manifest: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
    """Count the local days from the first to the last event, and name those without a row."""
    there = {int(day) for source in manifest["sources"] for day in source["days"]}
    if not there:
        return 0, ()
    every = range(min(there), max(there) + 1)
    return len(every), tuple(day_text(day) for day in every if day not in there)


def _of_sources(manifest: Mapping[str, Any], s: Summary) -> Iterator[Text]:
    days, missing = missing_days(manifest)
    if missing:
        names = ", ".join(missing[:_MOST_NAMES]) + (" …" if len(missing) > _MOST_NAMES else "")
        yield _said("gaps", missing=grouped(len(missing)), days=grouped(days), list=names)
    if s.rejected_rows:
        whole = s.rejected_rows + sum(source.rows for source in s.sources)
        yield _said("rejected", rows=grouped(s.rejected_rows),
                    share=percent(s.rejected_rows, whole))
    for source in manifest["sources"]:
        for note in source["warnings"]:
            yield _said("reading", file=source["name"], note=note)
    overlapping = _overlapping(manifest["sources"])
    if overlapping:
        yield _said("clock_sources", names=", ".join(overlapping))
    if days > RETENTION_DAYS:
        yield _said("retention", days=grouped(days))


def _of_origin(manifest: Mapping[str, Any], kept: Keeping) -> Iterator[Text]:
    """Say what was declared of filters, gaps and clocks, and where nothing was."""
    told = [kept.declared.get(source["sha256"], {}) for source in manifest["sources"]]
    if not all("clock_offset_ms" in each for each in told):
        yield _said("clock")
    elif offset := max(abs(int(each["clock_offset_ms"])) for each in told):
        yield _said("clock_off", offset=grouped(offset))
    if not all("prefiltered" in each for each in told):
        yield _said("filtered")
    for source, each in zip(manifest["sources"], told, strict=True):
        if each.get("prefiltered"):
            rows = int(each.get("prefiltered_rows", -1))
            yield _said("filtered_by", file=source["name"], rule=each.get("prefilter_rule", ""),
                        rows="?" if rows < 0 else grouped(rows))
        for gap in each.get("gaps", ()):
            yield _said("gap_declared", file=source["name"], gap=gap)


def _overlapping(sources: list[Mapping[str, Any]]) -> list[str]:
    """Name sources whose events overlap in time with those of the one before."""
    spans = sorted((source["first_ms"], source["last_ms"], source["name"]) for source in sources
                   if source["first_ms"] is not None)
    found: list[str] = []
    until, name = -1, ""
    for first, last, other in spans:
        if first <= until:
            found += [each for each in (name, other) if each not in found]
        if last > until:
            until, name = last, other
    return found


def _of_lists(report: ReportData, manifest: Mapping[str, Any]) -> Iterator[Text]:
    ends = max((s.last_day for s in report.summary.sources if s.last_day), default=None)
    for each in manifest["lists"]:
        if each["name"] in _EXCEPTING:
            continue
        if each["entries"] and not each["date"]:
            yield _said("list_undated", name=each["name"])
        elif each["entries"] and ends and (days := _between(ends, each["date"])):
            yield _said("list_age" if days > 0 else "list_older", name=each["name"],
                        date=each["date"], last=ends, days=grouped(abs(days)))
    excepting = [e for e in manifest["lists"] if e["name"] in _EXCEPTING and e["entries"]]
    for each in excepting:
        yield _said("allow_used", entries=grouped(each["entries"]), name=each["name"])
    if not any(each["name"] == "gateways" for each in excepting):
        yield _said("allow")


def _between(first: str, second: str) -> int:
    """Count days from one ISO date to another; 0 where one is not a date."""
    try:
        return (date.fromisoformat(second[:10]) - date.fromisoformat(first)).days
    except ValueError:
        return 0


def _of_keeping(case: Path, seal: Seal | None, custody: int) -> Iterator[Text]:
    if seal is None:
        yield _said("unsealed")
    elif seal.time is None:
        yield _said("untimed")
    if not custody:
        yield _said("no_custody")
    if not sampled(case):
        yield _said("no_sample")


def sampled(case: Path) -> bool:
    """Tell whether people have examined a random sample of the case's verdicts."""
    return any((case / "sample").glob("*/outcome.json"))
