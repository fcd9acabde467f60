"""`truetally estimate`: three numbers of fakes that no verdict names, from a decided case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from truetally.errors import InputError, problem
from truetally.estimate.audit import Audited, Stratum, audit, read_labels
from truetally.estimate.campaigns import Bounded
from truetally.estimate.counterfactual import Counterfactual
from truetally.estimate.windows import comparisons
from truetally.intervals import Bounds, hypergeometric
from truetally.report.plain import plain
from truetally.report.progress import Progress, Silent
from truetally.run.case import inside, read_manifest
from truetally.run.custody import file_sha256
from truetally.run.estimates import Window, days_played, measure
from truetally.run.period import Period, day_text
from truetally.run.played import make_plays, opened
from truetally.run.summary import load_summary

KEPT, MARKED, VOIDED = "kept", "suspect", "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What examiners said of a random sample of the case's events.

    `kept` estimates the invalid among what still counts; `wrongly_voided` bounds the valid among
    what was voided, null if none of it was sampled. `outside` labels fell on events that the metric
    does not count.
    """

    labels_sha256: str
    strata: tuple[Stratum, ...]
    outside: int
    kept: Audited | None
    wrongly_voided: Bounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The three numbers of a case, never to be added up: one lower bound and one counterfactual a
    window, and a sample. `item` is the only one shown, if one was asked for; bounds hold for all.
    """

    case: str
    digest: str
    policy: str
    synthetic: bool
    uncalibrated: bool
    device_column: str
    item: str | None
    lower: tuple[Bounded, ...] = field(default=())
    counterfactual: tuple[Counterfactual, ...] = field(default=())
    sample: Sample | None = None


def estimate_case(case: Path, *, item: str | None = None, period: Period | None = None,
                  labels: Path | None = None, progress: Progress | None = None) -> Estimate:
    """Estimate the fakes among what a case still counts.

    One scan of the sources; after it, cost grows with devices and items, not with events.

    Raises:
        InputError: no such item or period, unusable labels, or a source that knows no devices.
        CaseError: the folder is no case.
    """
    progress, period = progress or Silent(), period or Period()
    manifest, summary = read_manifest(case), load_summary(case)
    said = _sample(case, manifest, labels) if labels else None
    progress.stage("plays by device", None)
    with opened(case, manifest, small=("paid",), keys=("account_id",)) as held:
        make_plays(case, manifest, held)
        found = comparisons(days_played(held.engine), period.first, period.last)
        progress.stage("windows", len(found))
        windows = [_advanced(measure(held.engine, one), progress) for one in found]
        who = held.who
    if item is not None:
        windows = [_only(window, item) for window in windows]
        if not any(w.plays for w in windows):
            raise InputError(problem("too little was played of this item", where=case,
                                     found=repr(item), expected="150 plays in a window",
                                     then="truetally rank CASE lists the items"))
    return Estimate(
        case=case.name, digest=manifest["digest"], policy=summary.policy,
        synthetic=summary.synthetic, uncalibrated=summary.uncalibrated, device_column=who,
        item=item, lower=tuple(w.lower for w in windows),
        counterfactual=tuple(w.counterfactual for w in windows), sample=said)


def _advanced(window: Window, progress: Progress) -> Window:
    progress.advance(1)
    return window


def _only(window: Window, item: str) -> Window:
    lower, other = window.lower, window.counterfactual
    mine = tuple(one for one in lower.items if one.item == item)
    return Window(lower=replace(lower, items=mine, pooled=()), plays=sum(m.plays for m in mine),
                  counterfactual=replace(other, items=tuple(
                      one for one in other.items if one.item == item)))


def _sample(case: Path, manifest: Mapping[str, Any], path: Path) -> Sample:
    """Put the examiners' words beside the verdicts of the same events."""
    labels = read_labels(path)
    wanted = np.array(sorted(labels), dtype=np.int64)
    events = dict.fromkeys((KEPT, MARKED, VOIDED), 0)
    said: dict[str, list[str]] = {KEPT: [], MARKED: [], VOIDED: [], "not_counted": []}
    for partition in manifest["partitions"]:
        rows = pq.read_table(inside(case, partition["file"]),
                             columns=["event_id", "verdict", "suspect"])
        place = _places(rows["verdict"].to_pylist(), rows["suspect"].to_pylist())
        for name in events:
            events[name] += place.count(name)
        ids = rows["event_id"].to_numpy()
        for row in np.flatnonzero(np.isin(ids, wanted)):
            said[place[row]].append(labels[int(ids[row])])
    found = sum(len(words) for words in said.values())
    if found != len(labels):
        raise InputError(problem("labels of events that the case does not have", where=path,
                                 found=f"{len(labels) - found} of {len(labels)}",
                                 then="use the sheet that was drawn from this case"))
    strata = tuple(_stratum(name, n, said[name]) for name, n in events.items())
    voided = strata[-1]
    return Sample(
        labels_sha256=file_sha256(path), strata=strata,
        outside=len(said["not_counted"]), kept=audit(strata[:-1]),
        wrongly_voided=Bounds(
            lower=hypergeometric(voided.valid, voided.sampled, voided.events).lower,
            upper=hypergeometric(voided.valid + voided.cannot_tell, voided.sampled,
                                 voided.events).upper) if voided.sampled else None)


def _places(verdicts: Sequence[str], suspect: Sequence[bool]) -> list[str]:
    names = {"valid": KEPT, "undetermined": KEPT, "givt": VOIDED, "sivt": VOIDED}
    return [MARKED if mark and verdict == "valid" else names.get(verdict, "not_counted")
            for verdict, mark in zip(verdicts, suspect, strict=True)]


def _stratum(name: str, events: int, words: Sequence[str]) -> Stratum:
    return Stratum(name=name, events=events, valid=words.count("valid"),
                   invalid=words.count("invalid"), cannot_tell=words.count("cannot_tell"))


def estimate_json(found: Estimate) -> dict[str, object]:
    """Give an estimate as one object: whole numbers, days as dates."""
    shown = _dated(plain(found))
    assert isinstance(shown, dict)
    for window, bounded in zip(shown["lower"], found.lower, strict=True):
        window["fakes"] = bounded.fakes
        window["says_nothing"] = not bounded.fakes
    return {str(name): value for name, value in shown.items()}


def _dated(value: object) -> Any:
    if isinstance(value, Mapping):
        return {name: day_text(each) if name in {"first_day", "last_day"} else _dated(each)
                for name, each in value.items()}
    return [_dated(each) for each in value] if isinstance(value, list) else value
