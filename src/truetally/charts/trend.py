"""An item day by day before and after, and the days that a person should look at.

A flag prompts a person and never cuts a count. A day is flagged for

- removed: more than 5 % of its gross was removed. Two counters of the same traffic may differ by
  that much (IAB Podcast Technical Measurement v2.3).
- spike: its gross is over 3 times the mean of the normal days before it, plus 100: the spike alert
  of COUNTER Code of Practice R5.1, there for months, here for days.
- short watch: what remains was watched, by the play, for less than half of what the normal days
  before it were. In (2019) Su Min Zhong 778 the platform judged by mean watch time: 5.33 to 6.9
  minutes a person, against over 20 minutes on the ten days before. The half is ours.

Normal days are up to ten days before that bear no flag; fewer than three say nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

REMOVED_PERMILLE = 50  # IAB Podcast v2.3: discrepancies within 5 % are normal
SPIKE_TIMES, SPIKE_PLUS = 3, 100  # COUNTER R5.1, spike alert
NORMAL_DAYS, LEAST_NORMAL = 10, 3  # the case: "more than ten days before"
LEAST_EVENTS = 100  # below it a share of a day says little
_ALL = 1000
Flag = str  # "removed", "spike" or "short_watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What was counted on one local day. None is unknown: no watch time, no persons counted."""

    day: str
    before: int
    after: int
    low: int
    high: int
    watched_before_ms: int | None = None
    watched_after_ms: int | None = None
    persons_before: int | None = None
    persons_after: int | None = None
    sessions_before: int | None = None
    sessions_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDay:
    """A day with its means and flags. Means are whole milliseconds, rounded down.

    `normal` is the mean gross of the normal days before, `filter_permille` what the filter took of
    the excess over it: (before - after) / (before - normal), the three numbers of the case.
    """

    count: DayCount
    per_play_before_ms: int | None
    per_play_after_ms: int | None
    per_person_before_ms: int | None
    per_person_after_ms: int | None
    normal: int | None
    filter_permille: int | None
    flags: tuple[Flag, ...]


def trend(days: Sequence[DayCount]) -> tuple[TrendDay, ...]:
    """Work out means and flags of days in their order."""
    made: list[TrendDay] = []
    for day in days:
        normal = [t.count for t in made if not t.flags][-NORMAL_DAYS:]
        made.append(_day(day, normal if len(normal) >= LEAST_NORMAL else []))
    return tuple(made)


def _day(day: DayCount, normal: Sequence[DayCount]) -> TrendDay:
    mean = sum(d.before for d in normal) // len(normal) if normal else None
    over = day.before - mean if mean is not None else 0
    spike = mean is not None and day.before > SPIKE_TIMES * mean + SPIKE_PLUS
    flags = (["removed"] if _removed(day) else []) + (["spike"] if spike else [])
    flags += ["short_watch"] if _short(day, normal) else []
    return TrendDay(
        count=day, normal=mean, flags=tuple(flags),
        filter_permille=(day.before - day.after) * _ALL // over if spike and over > 0 else None,
        per_play_before_ms=_mean(day.watched_before_ms, day.before),
        per_play_after_ms=_mean(day.watched_after_ms, day.after),
        per_person_before_ms=_mean(day.watched_before_ms, day.persons_before),
        per_person_after_ms=_mean(day.watched_after_ms, day.persons_after))


def _mean(total: int | None, number: int | None) -> int | None:
    return total // number if total is not None and number else None


def _removed(day: DayCount) -> bool:
    lost = day.before - day.after
    return day.before >= LEAST_EVENTS and lost * _ALL > REMOVED_PERMILLE * day.before


def _short(day: DayCount, normal: Sequence[DayCount]) -> bool:
    """Compare by cross-multiplication: watched/after * 2 < watched of normal days/their after."""
    known = [(d.watched_after_ms, d.after) for d in normal if d.watched_after_ms is not None]
    watched, plays = sum(w for w, _ in known), sum(n for _, n in known)
    if day.watched_after_ms is None or not plays or day.after < LEAST_EVENTS:
        return False
    return 2 * day.watched_after_ms * plays < watched * day.after
