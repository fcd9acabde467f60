"""How every count moves as each threshold moves: the case decided again with one number changed.

Each whole-number parameter of a criterion that flagged something is set to shares of its value,
held to its range; everything else stays. What stands is the whole decision, corroboration included.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from truetally.criterion import Group, Row, Run, Study
from truetally.decisions.policy import Policy, Rule
from truetally.decisions.verdict import verdict
from truetally.engine.spec import Engine
from truetally.errors import CaseError, problem
from truetally.report.progress import Progress, Silent
from truetally.run.flags import flag_groups
from truetally.run.ingest import Known
from truetally.run.lists import Lists
from truetally.run.pipeline import Pipeline, build_facts, decide_events, flag_runs
from truetally.run.reading import open_sources, pipeline_on
from truetally.run.runner import chunks
from truetally.run.start import parse_offset
from truetally.run.work import days_of

STEPS_PERMILLE = (500, 800, 1250, 2000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The counts with one parameter at another value; the case's own for `value` = `applied`."""

    criterion: str
    parameter: str
    applied: int
    value: int
    gross: int
    givt: int
    sivt: int
    total_net: int
    undetermined: int
    suspect: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is decided again: the case's sources, policy with its lists filled in, and offset."""

    case: Path
    manifest: Mapping[str, Any]
    known: list[Known]
    policy: Policy
    lists: Lists


def sensitivity(subject: Subject, expected: Mapping[str, int], flagged: Mapping[str, int],
                progress: Progress | None = None) -> tuple[Point, ...]:
    """Decide the case again for every step of every threshold of a criterion that flagged events.

    `flagged` counts events by criterion; `expected` are the case's own counts (givt, sivt,
    total_net), which deciding without a change must come to.

    Raises:
        InputError: a source of the case is gone or changed.
        CaseError: this version decides the case otherwise than the one that made it.
    """
    steps = list(_steps(subject, flagged))
    told = progress or Silent()
    told.stage("sensitivity", len(steps) + 1)
    found = []
    with open_sources(subject.case, subject.known) as engine:
        base = _whole(engine, subject, subject.policy)
        _same(subject, expected, _counts(base, subject.policy, subject.known))
        for rule, name, value in steps:
            told.advance(1)
            changed = _changed(subject.policy, rule, name, value)
            p = _stepped(base, subject, changed, rule)
            found.append(_point(rule, name, value, _counts(p, changed, subject.known)))
            if not isinstance(rule.criterion.shape, Row):
                _stepped(base, subject, subject.policy, rule)  # put its tables back
    return tuple(found)


def _same(subject: Subject, expected: Mapping[str, int], found: Mapping[str, int]) -> None:
    now = {name: found.get(name, 0) for name in expected}
    if now != dict(expected):
        raise CaseError(problem(
            "this version decides the case otherwise", where=subject.case, expected=expected,
            found=now, then="use the versions of the manifest, or decide the sources again"))


def _whole(engine: Engine, subject: Subject, policy: Policy) -> Pipeline:
    """Build the facts and every flag under a policy."""
    p = _pipeline(engine, subject, policy)
    days = sorted(days_of(subject.known))
    build_facts(p, days, days)
    for across in (True, False):
        flag_groups(p, across=across)
    flag_runs(p)
    return p


def _stepped(base: Pipeline, subject: Subject, policy: Policy, rule: Rule) -> Pipeline:
    """Flag again what one changed rule can change, and keep every other flag of `base`."""
    if isinstance(rule.criterion.shape, Row):
        return _whole(base.engine, subject, policy)
    p = replace(base, plan=_pipeline(base.engine, subject, policy).plan,
                flag_rows=dict(base.flag_rows), run_rows=dict(base.run_rows))
    if isinstance(rule.criterion.shape, Group | Study):
        alone = tuple(r for r in policy.rules if r.bit == rule.bit)
        light = _pipeline(base.engine, subject,
                          replace(policy, rules=alone, minimum_signals=()))
        flag_groups(light, across=rule.criterion.scope == "case")
        p.flag_rows |= light.flag_rows
    if isinstance(rule.criterion.shape, Run) or rule.certain:
        flag_runs(p)
    return p


def _steps(subject: Subject, flagged: Mapping[str, int]) -> Iterator[tuple[Rule, str, int]]:
    """Name every step: rows' criteria last, because each of their steps reads the sources anew."""
    idle = set(subject.manifest["not_applicable"])
    rules = [r for r in subject.policy.rules if r.criterion.code not in idle
             and flagged.get(r.criterion.code)]
    for rule in sorted(rules, key=lambda r: (isinstance(r.criterion.shape, Row), r.bit)):
        for name, parameter in rule.criterion.parameters.items():
            applied = rule.values[name]
            if not isinstance(applied, int) or isinstance(applied, bool) or applied <= 1:
                continue
            low = 0 if parameter.low is None else parameter.low
            high = applied * 2 if parameter.high is None else parameter.high
            steps = {min(max(applied * each // 1000, low), high) for each in STEPS_PERMILLE}
            for value in sorted(steps - {applied}):
                yield rule, name, value


def _changed(policy: Policy, rule: Rule, name: str, value: int) -> Policy:
    rules = tuple(replace(r, values={**r.values, name: value}) if r.bit == rule.bit else r
                  for r in policy.rules)
    return replace(policy, rules=rules)


def _pipeline(engine: Engine, subject: Subject, policy: Policy) -> Pipeline:
    return pipeline_on(engine, policy, subject.known, parse_offset(subject.manifest["offset"]),
                       subject.lists)


def _counts(p: Pipeline, policy: Policy, known: Sequence[Known]) -> dict[str, int]:
    """Decide with the flags that are there, some days at a time, and count."""
    rows = days_of(known)
    found: Counter[str] = Counter()
    for part in chunks(sorted(rows), rows):
        for mask, events in decide_events(p, part).counts().items():
            v = verdict(mask, policy)
            for name in (v.verdict, *(("suspect",) if v.suspect else ())):
                found[name] += events
    return found


def _point(rule: Rule, name: str, value: int, found: Mapping[str, int]) -> Point:
    givt, sivt = found.get("givt", 0), found.get("sivt", 0)
    valid, undetermined = found.get("valid", 0), found.get("undetermined", 0)
    return Point(criterion=rule.criterion.code, parameter=name, applied=int(rule.values[name]),
                 value=value, gross=givt + sivt + valid + undetermined, givt=givt, sivt=sivt,
                 total_net=valid + undetermined, undetermined=undetermined,
                 suspect=found.get("suspect", 0))
