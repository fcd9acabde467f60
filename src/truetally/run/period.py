"""The days of a case that a figure is about: asked for by --from and --to, found in its counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from truetally.errors import InputError, problem
from truetally.events.dates import day_text

__all__ = ["EPOCH", "Period", "day_number", "day_text", "days_of", "knows_watch", "parse_period"]
EPOCH = date(1970, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days, first and last inclusive, as day numbers; None leaves an end open."""

    first: int | None = None
    last: int | None = None


def parse_period(first: str | None, last: str | None) -> Period:
    """Read the days of --from and --to.

    Raises:
        InputError: not a day, or the end before the start.
    """
    period = Period(first=_number(first, "--from"), last=_number(last, "--to"))
    if period.first is not None and period.last is not None and period.last < period.first:
        raise InputError(problem("the period ends before it begins", where="--from and --to",
                                 found=f"{first} to {last}", then="exchange them"))
    return period


def _number(text: str | None, where: str) -> int | None:
    if text is None:
        return None
    return day_number(text, where)


def day_number(text: str, where: str) -> int:
    """Read a local day such as 2017-08-31 into its number since 1970-01-01.

    Raises:
        InputError: it is not a day of the calendar.
    """
    try:
        if _DAY.fullmatch(text):
            return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        pass
    raise InputError(problem("not a day", where=where, expected="a day such as 2017-08-31",
                             found=repr(text[:40]), then="correct it"))


def days_of(case: Path, manifest: Mapping[str, Any], period: Period) -> list[int]:
    """List the days of the period that the case has events on, in order.

    Raises:
        InputError: there is none.
    """
    days = [p["day"] for p in manifest["partitions"]]
    inside = [d for d in days if (period.first is None or d >= period.first)
              and (period.last is None or d <= period.last)]
    if not inside:
        found = f"{day_text(min(days))} to {day_text(max(days))}" if days else "no events at all"
        raise InputError(problem("the case has no events in this period", where=case,
                                 found=found, then="choose other days"))
    return sorted(inside)


def knows_watch(manifest: Mapping[str, Any]) -> bool:
    """Say whether any source of the case tells how long was watched."""
    return any("watched_ms" in source["columns"] for source in manifest["sources"])
