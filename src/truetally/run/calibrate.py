"""`truetally calibrate`: thresholds for a false-positive rate, from reference events."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import truetally
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, Rule, read_policy
from truetally.engine import Resources
from truetally.errors import InputError, problem
from truetally.estimate.thresholds import (
    CHECK_PERMILLE,
    THRESHOLDS,
    UP,
    Grant,
    drifts,
    grant,
    planted,
    search,
    searched,
    stricter,
    warnings,
)
from truetally.evidence.canonical import canonical
from truetally.intervals import PPB, clopper_pearson
from truetally.report.progress import Progress, Silent
from truetally.run.calibration import FORMAT
from truetally.run.case import locked
from truetally.run.clock import Clock
from truetally.run.ingest import Known, Options, bring_in
from truetally.run.lists import resolve
from truetally.run.period import day_text
from truetally.run.reference import Reference, Seen, make_reference, seen, unit_of
from truetally.run.start import parse_offset
from truetally.run.work import Settings, count_days, start

MOST_ROWS = 24_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a calibration was told: the rate, and which events of the sources are the reference."""

    rate: Fraction
    policy: str = "video"
    until: int | None = None
    paid_only: bool = False
    offset: str = "+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A finished calibration: the file's bytes, and what it says."""

    content: bytes
    says: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Name the file as a policy does."""
        return hashlib.sha256(self.content).hexdigest()


def calibrate(sources: Sequence[str], asked: Asked, *, progress: Progress | None = None,
              ) -> Calibrated:
    """Set the thresholds of a policy's statistical criteria on reference events.

    Raises:
        InputError: no events are left, more than one pass holds, or the rate is not one.
        PolicyError: the policy cannot be read.
    """
    if not 0 < asked.rate < 1:
        raise InputError(problem("not a false-positive rate", expected="above 0 and below 1",
                                 found=asked.rate, then="correct --false-positive-rate"))
    progress = progress or Silent()
    folder = Path(asked.policy).absolute().parent
    policy, lists = resolve(replace(read_policy(asked.policy, all_criteria()), calibration=None),
                            folder)
    rules = tuple(r for r in policy.rules if r.criterion.basis == "statistical")
    with TemporaryDirectory(prefix="truetally-") as temp, locked(Path(temp) / "case") as work:
        case = Path(temp) / "case"
        known = bring_in(sources, case, [], Options(), progress)
        settings = Settings(
            case=case, folder=work, policy=replace(policy, rules=rules, minimum_signals=()),
            policy_folder=folder, lists=lists, offset_ms=parse_offset(asked.offset),
            engine="duckdb", resources=Resources(temp=work / "temp"))
        w = start(settings, known, Clock(progress))
        try:
            count_days(w)
            reference = make_reference(w, until=asked.until, paid_only=asked.paid_only,
                                       most_rows=MOST_ROWS)
            says = _calibrate(reference, asked, policy, w.known, progress)
        finally:
            w.pipeline.engine.close()
    return Calibrated(content=canonical(says) + b"\n", says=says)


def _calibrate(reference: Reference, asked: Asked, policy: Policy, known: Sequence[Known],
               progress: Progress) -> dict[str, Any]:
    rules = {r.criterion.code: r for r in reference.rules}
    usable = {code: rule for code, rule in rules.items() if code in THRESHOLDS and not (
        asked.paid_only and unit_of(rule) in {"item_id", "ip"})}  # subscribers are a part of these
    grants = {code: grant(reference.halves[unit_of(rule)][0], asked.rate, max(1, len(usable)))
              for code, rule in usable.items()}
    progress.stage("search thresholds", None)
    values = _search(reference, usable, {code: g.allowed for code, g in grants.items()}, progress)
    values = {code: _chosen(usable[code], values[code], g) for code, g in grants.items()}
    loose = _search(reference, usable, {
        code: g.allowed + planted(g.units) for code, g in grants.items()}, progress)
    final = seen(reference, values, others=True)
    entries = {code: _entry(rule, values[code], loose[code], grants[code], final[code], reference)
               for code, rule in sorted(usable.items())}
    return {
        "calibration": FORMAT, "truetally": truetally.__version__,
        "policy": {"name": policy.name, "revision": policy.revision, "sha256": policy.sha256},
        "false_positive_rate": str(asked.rate), "criteria": entries,
        "not_calibrated": _left(rules, usable, reference, final),
        "without_columns": {code: list(columns) for code, columns
                            in sorted(reference.pipeline.plan.missing.items())},
        "reference": _origin(reference, asked, known),
        "guaranteed_ppb": sum(g.guaranteed_ppb for g in grants.values()),
        "reached": bool(entries) and all(
            g.reached and entries[code]["flagged"] <= g.allowed for code, g in grants.items()),
        "checked": all(one["check_flagged_within"] for one in entries.values()),
        "warnings": sorted(warnings(entries))}


def _chosen(rule: Rule, value: int, granted: Grant) -> int:
    """Hold a threshold at least as strict as shipped where the reference cannot vouch for less.

    That is so if its units are too few for the rate; if even the loosest value flags none too many,
    so that it does not show where the honest end; and for titles, of which few carry most plays and
    a premiere or a flash crowd may not be among them.
    """
    name, way = THRESHOLDS[rule.criterion.code]
    parameter = rule.criterion.parameters[name]
    loosest = parameter.low if way == UP else parameter.high
    if granted.reached and value != loosest and unit_of(rule) != "item_id":
        return value
    return stricter(value, int(rule.values[name]), way)


def _search(reference: Reference, usable: Mapping[str, Rule], allowed: Mapping[str, int],
            progress: Progress) -> dict[str, int]:
    def flagged(values: Mapping[str, int]) -> dict[str, int]:
        progress.advance(1)
        return {code: one.halves[0] for code, one in seen(reference, values).items()}

    begin = {}
    for code, rule in usable.items():
        name, way = THRESHOLDS[code]
        parameter = rule.criterion.parameters[name]
        low, high = parameter.low or 0, parameter.high or 1_000_000
        begin[code] = search(low, high, way, allowed[code])
    return searched(begin, flagged)


def _entry(rule: Rule, value: int, loose: int, granted: Grant, found: Seen,
           reference: Reference) -> dict[str, Any]:
    name, way = THRESHOLDS[rule.criterion.code]
    unit = unit_of(rule)
    check = reference.halves[unit][1]
    bounds = clopper_pearson(found.halves[1], check, confidence_permille=CHECK_PERMILLE
                             ) if check else None
    return {
        "revision": rule.criterion.revision, "parameter": name, "value": value,
        "default": rule.values[name], "flags_less": "upwards" if way == UP else "downwards",
        "unit": unit, "units": granted.units, "flagged": found.halves[0],
        "allowed": granted.allowed, "guaranteed_ppb": granted.guaranteed_ppb,
        "reached": granted.reached, "check_units": check, "check_flagged": found.halves[1],
        "check_upper_ppb": bounds.upper if bounds else PPB,
        "check_flagged_within": not bounds or bounds.lower <= granted.guaranteed_ppb,
        "early_flagged": found.early, "late_flagged": found.late,
        "drifts": drifts(found.early, found.late, *reference.early_late[unit]),
        "value_if_one_percent_were_planted": loose}


def _left(rules: Mapping[str, Rule], usable: Mapping[str, Rule], reference: Reference,
          final: Mapping[str, Seen]) -> dict[str, Any]:
    """Measure what has no graded threshold, or no whole volume to grade, at its own values."""
    return {code: {"unit": unit_of(rule), "flagged": sum(final[code].halves),
                   "units": sum(reference.halves[unit_of(rule)])}
            for code, rule in sorted(rules.items()) if code not in usable and code in final}


def _origin(reference: Reference, asked: Asked, known: Sequence[Known]) -> dict[str, Any]:
    return {"sources": sorted(({"name": k.name, "sha256": k.sha256} for k in known),
                              key=lambda one: one["sha256"]),
            "first_day": day_text(reference.days[0]), "last_day": day_text(reference.days[-1]),
            "events": reference.events, "paid_only": asked.paid_only,
            "until": None if asked.until is None else day_text(asked.until),
            "offset": asked.offset, "units": {u: sum(n) for u, n in reference.halves.items()},
            "synthetic": any(k.synthetic for k in known)}
