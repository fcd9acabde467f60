"""Collect everything that the report page shows of a case."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truetally.criterion import Criterion, Page, Parameter
from truetally.decisions.policy import Rule
from truetally.report.data import (
    CriterionView,
    Line,
    ListUsed,
    PageText,
    ParameterView,
    Reject,
    ReportData,
    Text,
)
from truetally.run.case import read_manifest
from truetally.run.summary import Counts, judge, lines_by, most_moved, summary_of, voided
from truetally.run.totals import Counted, holding, totals, unique_by_day, unique_of

MOST_ITEMS = 50
MOST_REJECTS = 50


def report_data(case: Path, counted: Sequence[Counted] = (),
                on_days: Callable[[Sequence[Line]], object] = lambda _: None) -> ReportData:
    """Return what a case's report says, ready to be shown; `counted` days are not read again.

    `on_days` is told the counts by day before the rest is looked at.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    held, days = holding(manifest, counted)
    sums = totals(case, days, decide, held) if manifest["partitions"] else None
    c = Counts(manifest=manifest, policy=policy, decide=decide, cube=sums and sums.places,
               unique=unique_by_day(case, days, held) if sums else None)
    by_day = tuple(lines_by(c, "day"))
    on_days(by_day)
    items, items_in_all = most_moved(
        sums.items if sums else (), MOST_ITEMS,
        lambda names: unique_of(case, days, names, held))
    summary = summary_of(case.name, c)
    flagged = summary.reasons
    decided = voided(c.cube, c.decide) if c.cube else {}
    return ReportData(
        summary=summary, by_day=by_day,
        by_item=tuple(items), items_in_all=items_in_all,
        by_reason=tuple(lines_by(c, "reason")), by_terminal=tuple(lines_by(c, "terminal")),
        by_region=tuple(lines_by(c, "region")),
        criteria=tuple(_view(rule, manifest, flagged, decided) for rule in policy.rules),
        lists=tuple(_list(entry) for entry in manifest["lists"]),
        rejects=tuple(rejects(case, MOST_REJECTS)), policy_text=policy.text,
        policy_title=Text(en=policy.title, zh=policy.title_zh),
        metric=Text(en=policy.metric, zh=policy.metric_zh),
        versions=manifest["versions"] | {"truetally": manifest["truetally"]})


def rejects(case: Path, most: int) -> list[Reject]:
    """Read the first rejected rows of a case."""
    found: list[Reject] = []
    for path in sorted((case / "rejects").glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if len(found) == most:
                    return found
                entry = json.loads(line)
                found.append(Reject(source=str(entry["file"]), record=int(entry["row"]) + 1,
                                    reason=str(entry["reason"]), original=str(entry["raw"])))
    return found


def _list(entry: Mapping[str, Any]) -> ListUsed:
    return ListUsed(name=entry["name"], provenance=", ".join(entry["origins"]) or "empty",
                    date=entry["date"], entries=entry["entries"], sha256=entry["sha256"])


def _view(rule: Rule, manifest: Mapping[str, Any], flagged: Mapping[str, int],
          decided: Mapping[str, int]) -> CriterionView:
    missing = tuple(manifest["not_applicable"].get(rule.criterion.code, ()))
    code = rule.criterion.code
    return criterion_view(rule.criterion, Applied(
        values=rule.values, stage=str(rule.stage), consequence=rule.consequence,
        active=not missing, missing=missing, flagged=flagged.get(code, 0),
        voided=decided.get(code, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a case made of a criterion: as its policy applies it, and how much that found."""

    values: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    consequence: str = ""
    active: bool | None = None
    missing: tuple[str, ...] = ()
    flagged: int | None = None
    voided: int | None = None


def criterion_view(c: Criterion, applied: Applied | None = None) -> CriterionView:
    """Show a criterion's page, with its parameters as applied or, outside a case, by default."""
    a = applied or Applied()
    return CriterionView(
        code=c.code, revision=c.revision, en=_page(c.en), zh=_page(c.zh), klass=c.klass,
        basis=c.basis, family=c.family, scope=c.scope, citation=c.citation,
        standard_says=c.standard_says, stage=a.stage, consequence=a.consequence, reads=c.reads,
        active=a.active, missing=a.missing, flagged=a.flagged, voided=a.voided,
        parameters=tuple(_parameter(name, p, a.values.get(name, p.default))
                         for name, p in c.parameters.items()))


def _page(page: Page) -> PageText:
    return PageText(title=page.title, finds=page.finds, shows=page.shows, innocent=page.innocent)


def _parameter(name: str, p: Parameter, value: Any) -> ParameterView:
    return ParameterView(name=name, value=value, default=p.default, low=p.low, high=p.high,
                         unit=p.unit, meaning=Text(en=p.meaning, zh=p.meaning_zh))
