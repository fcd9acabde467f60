"""Which days are asked about, and which earlier days they are compared with.

All windows of one comparison have the same length and the same days of history before them, so that
"not seen before" means the same in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

USUAL_DAYS = 7  # a week holds every weekday once
MOST_REFERENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Local days since 1970, both included, after `lookback` days in which devices are known."""

    first: int
    last: int
    lookback: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A window that is asked about, and the earlier ones, nearest first; none: nothing to say."""

    asked: Window
    references: tuple[Window, ...]


def compare(first: int, last: int, since: int) -> Comparison:
    """Compare days `first` to `last` with as many windows of their length as fit after `since`.

    `since` is the log's first day. The history before each window is as long as the window, or as
    long as the log allows, and at least a day.
    """
    length, before = last - first + 1, first - since
    lookback = min(length, before - length)
    if lookback < 1:
        return Comparison(asked=Window(first=first, last=last, lookback=0), references=())
    count = min(MOST_REFERENCES, (before - lookback) // length)
    references = tuple(Window(first=first - n * length, last=last - n * length, lookback=lookback)
                       for n in range(1, count + 1))
    return Comparison(asked=Window(first=first, last=last, lookback=lookback),
                      references=references)


def comparisons(rows: Mapping[int, int], first: int | None = None,
                last: int | None = None) -> tuple[Comparison, ...]:
    """List what is compared: the days asked for, else every week that has two weeks before it.

    `rows` counts the log's plays by day. A log of fewer than 21 days is cut into three equal parts,
    of which the last is asked about. Days at the edges with less than a tenth of a usual day's
    plays are left out, unless they are asked for: a log seldom ends at midnight.
    """
    days = _whole_days(rows)
    if not days:
        return ()
    since, until = days[0], days[-1]
    if first is not None or last is not None:
        return (compare(since if first is None else first, until if last is None else last,
                        since),)
    length = min(USUAL_DAYS, (until - since + 1) // 3)
    if not length:
        return ()
    count = (until - since + 1) // length
    starts = [until - length * n + 1 for n in range(count - 2, 0, -1)]
    return tuple(compare(start, start + length - 1, since) for start in starts)


def _whole_days(rows: Mapping[int, int]) -> list[int]:
    days = sorted(rows)
    if not days:
        return []
    usual = sorted(rows.values())[len(days) // 2]
    held = [day for day in days if rows[day] * 10 >= usual]
    return [day for day in days if held[0] <= day <= held[-1]]
