"""`truetally reconcile`: our count and another counter's, and why they differ."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from truetally.counts.causes import (
    CAUSES,
    Bundle,
    Rules,
    bits_of,
    differing,
    in_band,
    restated,
)
from truetally.counts.shapley import rounded, shapley
from truetally.decisions.policy import Policy
from truetally.errors import InputError, problem
from truetally.report.progress import Progress, Silent
from truetally.report.reconciled import Part, Reconciliation, Side
from truetally.run.bundles import Compared, Row, rows
from truetally.run.case import read_manifest
from truetally.run.clock import Clock
from truetally.run.period import Period, day_text
from truetally.run.start import parse_offset
from truetally.run.summary import judge
from truetally.run.theirs import Theirs, read_theirs


def reconcile(case: Path, theirs: Path, rules: Rules | None = None,
              period: Period | None = None, *, progress: Progress | None = None) -> Reconciliation:
    """Compare a case with another counter's counts, and divide the gap among its causes.

    Compared are the days that both have, and, if theirs names items, the items that it names.

    Raises:
        InputError: theirs cannot be read, or there is no day in both.
    """
    clock = Clock(progress or Silent())
    manifest = read_manifest(case)
    policy, _ = judge(manifest)
    rules = rules or Rules(name=theirs.stem)
    offset = parse_offset(manifest["offset"])
    other = read_theirs(theirs, offset if rules.offset_ms is None else rules.offset_ms)
    days = _days(manifest, other, period or Period(), case)
    compared = Compared(case=case, manifest=manifest, policy=policy, rules=rules,
                        items=tuple(sorted({i for _, i in other.counts if i is not None})))
    return _result(compared, other, days, rows(compared, days, clock))


def _days(manifest: Mapping[str, Any], other: Theirs, period: Period, case: Path) -> list[int]:
    """List the days that both counters have, within the period."""
    both = {p["day"] for p in manifest["partitions"]} & {day for day, _ in other.counts}
    days = sorted(d for d in both if (period.first is None or d >= period.first)
                  and (period.last is None or d <= period.last))
    if not days:
        raise InputError(problem("no day is in both counts", where=case, found=other.name,
                                 then="compare the days of the case and of the other counter"))
    return days


def _bundles(found: Sequence[Row], days: set[int], items: set[str] | None) -> list[Bundle]:
    """Say of each row whether its day lies in the period, by our days and by theirs."""
    made: dict[tuple[bool, bool, int, bool], int] = {}
    for r in found:
        if items is not None and r.item not in items:
            continue
        ours = r.ours in days
        theirs = r.theirs in days
        if ours or theirs:
            key = (ours, theirs, r.bundle.mask, r.bundle.repeat)
            made[key] = made.get(key, 0) + r.bundle.events
    return [Bundle(ours=a, theirs=b, mask=m, repeat=p, events=n)
            for (a, b, m, p), n in made.items()]


def _result(c: Compared, other: Theirs, days: Sequence[int],
            found: Sequence[Row]) -> Reconciliation:
    manifest, policy, rules = c.manifest, c.policy, c.rules
    items = {item for _, item in other.counts if item is not None} or None
    bundles = _bundles(found, set(days), items)
    value = restated(bundles, policy, rules)
    causes = differing(policy, rules, parse_offset(manifest["offset"]))
    parts = shapley(causes, value)
    ours, full = int(value(frozenset())), value(frozenset(causes))
    within = set(days)
    theirs = sum(n for (day, _), n in other.counts.items() if day in within)
    rest = Fraction(theirs) - full
    whole = rounded([*(parts.get(cause, Fraction(0)) for cause in CAUSES), rest])
    near, rest_near = in_band(theirs, ours), in_band(theirs, full)
    ours_days = {p["day"] for p in manifest["partitions"]}
    theirs_days = {day for day, _ in other.counts}
    return Reconciliation(
        case=c.case.absolute().name, digest=manifest["digest"], policy=policy.name,
        counter=rules.name, theirs_file=other.name, theirs_sha256=other.sha256,
        theirs_raw=other.raw, first_day=day_text(days[0]), last_day=day_text(days[-1]),
        days=len(days), ours=ours, theirs=theirs, gap=theirs - ours,
        gap_permille=_permille(theirs - ours, ours), within_5_percent=near[0],
        within_audit=near[1],
        parts=tuple(Part(cause=cause, differs=cause in causes, declared=_declared(rules, cause),
                         exact=str(parts.get(cause, Fraction(0))), events=n,
                         alone=_alone(cause, policy, value, ours))
                    for cause, n in zip(CAUSES, whole, strict=False)),
        explained=str(full), unexplained=str(rest), unexplained_events=whole[-1],
        rest_within_5_percent=rest_near[0], rest_within_audit=rest_near[1],
        by_day=_by_day(found, other, days, items, policy, rules),
        by_item=_by_item(found, other, days, policy, rules) if items else (),
        days_only_ours=tuple(day_text(d) for d in sorted(ours_days - theirs_days)),
        days_only_theirs=tuple(day_text(d) for d in sorted(theirs_days - ours_days)),
        items_only_theirs=tuple(sorted((items or set()) - {r.item for r in found if r.item})))


def _declared(rules: Rules, cause: str) -> bool:
    named = {"time_zone": rules.offset_ms, "window": rules.window_ms, "loss": rules.loss_permille}
    return named[cause] is not None if cause in named else cause in (rules.removes or {})


def _alone(cause: str, policy: Policy, value: Callable[[frozenset[str]], Fraction], ours: int,
           ) -> int | None:
    """Say what our count would change if only the criteria of this cause were dropped."""
    if not bits_of(policy, cause):
        return None
    return int(value(frozenset({cause}))) - ours


def _permille(gap: int, ours: int) -> int | None:
    """Give the gap in permille of ours, rounded half away from zero; None if ours is 0."""
    if not ours:
        return None
    size = (abs(gap) * 2000 + ours) // (2 * ours)
    return size if gap >= 0 else -size


def _side(key: str, ours: int, theirs: int) -> Side:
    near, audit = in_band(theirs, ours)
    return Side(key=key, ours=ours, theirs=theirs, gap_permille=_permille(theirs - ours, ours),
                within_5_percent=near, within_audit=audit)


def _ours(bundles: Sequence[Bundle], policy: Policy, rules: Rules) -> int:
    return int(restated(bundles, policy, rules)(frozenset()))


def _by_day(found: Sequence[Row], other: Theirs, days: Sequence[int], items: set[str] | None,
            policy: Policy, rules: Rules) -> tuple[Side, ...]:
    by_day: dict[int, list[Row]] = {}
    for r in found:
        by_day.setdefault(r.ours, []).append(r)
    theirs: dict[int, int] = {}
    for (day, _), n in other.counts.items():
        theirs[day] = theirs.get(day, 0) + n
    return tuple(_side(day_text(d), _ours(_bundles(by_day.get(d, []), {d}, items), policy, rules),
                       theirs.get(d, 0)) for d in days)


def _by_item(found: Sequence[Row], other: Theirs, days: Sequence[int], policy: Policy,
             rules: Rules) -> tuple[Side, ...]:
    by_item: dict[str, list[Row]] = {}
    for r in found:
        by_item.setdefault(r.item or "", []).append(r)
    theirs: dict[str, int] = {}
    within = set(days)
    for (day, item), n in other.counts.items():
        if day in within and item is not None:
            theirs[item] = theirs.get(item, 0) + n
    sides = [_side(item, _ours(_bundles(by_item.get(item, []), within, None), policy, rules), n)
             for item, n in theirs.items()]
    return tuple(sorted(sides, key=lambda s: (-abs(s.theirs - s.ours), s.key)))
