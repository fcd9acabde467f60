"""`truetally trend`: an item, or the whole case, day by day before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from truetally.charts.shares import Share, shares
from truetally.charts.trend import DayCount, TrendDay, trend
from truetally.counts.levels import SUMS
from truetally.errors import InputError, problem
from truetally.run.case import read_manifest
from truetally.run.period import Period, day_text, days_of, knows_watch
from truetally.run.persons import persons
from truetally.run.summary import judge
from truetally.run.tally import only, open_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTable:
    """Days of an item (None: of all), and its shares of terminals and regions over them.

    `persons_unknown` says why no persons were counted, "" if they were or were not asked for.
    """

    case: str
    digest: str
    policy: str
    item: str | None
    days: tuple[TrendDay, ...]
    terminals: tuple[Share, ...]
    regions: tuple[Share, ...]
    persons_unknown: str = ""


def trend_case(case: Path, item: str | None = None, period: Period | None = None, *,
               with_persons: bool = True) -> TrendTable:
    """Add an item up day by day, before and after, with its shares.

    Persons are counted for one item only, in one narrow scan of the sources; all else is from the
    counts.

    Raises:
        InputError: no such item, or no events in the period.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    asked = days_of(case, manifest, period or Period())
    with open_counts(case, manifest, decide, days=asked) as opened:
        counts = opened if item is None else only(opened, [item])
        by_day, visits = counts.levels("day"), counts.uniques("day")
        parts = {key: counts.levels(key) for key in ("terminal", "region")}
    who: dict[int, tuple[int, int]] | None = None
    missing = ""
    if item is not None:
        if not by_day.num_rows:
            raise InputError(problem("no such item in this period", where=case, found=repr(item),
                                     then="truetally rank CASE lists the items"))
        if with_persons:
            try:
                who = persons(case, manifest, policy, decide, item)
            except InputError as error:  # the counts outlive the sources: show what they say
                missing = str(error)
    return TrendTable(
        case=case.name, digest=manifest["digest"], policy=policy.name, item=item,
        days=trend(_days(by_day, visits, manifest, who)),
        terminals=_shares(parts["terminal"], "terminal"),
        regions=_shares(parts["region"], "region"), persons_unknown=missing)


def _days(by_day: pa.Table, unique: pa.Table, manifest: Mapping[str, Any],
          who: Mapping[int, tuple[int, int]] | None) -> list[DayCount]:
    """Give every day of the case between the first and last that hold events; none is a true 0."""
    rows = {r["day"]: r for r in by_day.to_pylist()}
    visits = {r["day"]: r for r in unique.to_pylist()}
    known = sorted(p["day"] for p in manifest["partitions"]
                   if min(rows) <= p["day"] <= max(rows))
    watch = knows_watch(manifest)
    return [_day(day, rows.get(day, dict.fromkeys(SUMS, 0)), visits.get(day), watch=watch,
                 who=None if who is None else who.get(day, (0, 0))) for day in known]


def _day(day: int, row: Mapping[str, int], visit: Mapping[str, int] | None, *, watch: bool,
         who: tuple[int, int] | None) -> DayCount:
    return DayCount(
        day=day_text(day), before=row["gross"], after=row["total_net"],
        low=row["total_net"] - row["undetermined"] - row["suspect"], high=row["total_net"],
        watched_before_ms=row["watched_gross_ms"] if watch else None,
        watched_after_ms=row["watched_ms"] if watch else None,
        persons_before=who[0] if who else None, persons_after=who[1] if who else None,
        sessions_before=visit["unique_gross"] if visit else None,
        sessions_after=visit["unique_total_net"] if visit else None)


def _shares(table: pa.Table, key: str) -> tuple[Share, ...]:
    return shares({r[key]: (r["gross"], r["total_net"])
                   for r in table.to_pylist() if r["gross"]})
