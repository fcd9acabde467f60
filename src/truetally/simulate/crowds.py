"""Honest plays as cells: so many on this item on that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from truetally.errors import InputError, problem
from truetally.simulate.scenario import Crowd, Values
from truetally.simulate.seeds import I64
from truetally.simulate.tables import allot, zipf

_EPOCH = date(1970, 1, 1)
_THURSDAY = 3  # 1970-01-01; weeks are listed from Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The days of a scenario: the first local day since 1970-01-01, how many, how many items."""

    start_day: int
    days: int
    catalogue: int

    def day(self, text: str | None) -> int:
        """Count `text` (YYYY-MM-DD) from the scenario's first day; null is the first day."""
        if text is None:
            return 0
        number = (date.fromisoformat(text) - _EPOCH).days - self.start_day
        if not 0 <= number < self.days:
            raise InputError(problem("day is outside the scenario", found=text))
        return number


def background(events: int, frame: Frame, audience: Values, holidays: tuple[int, ...]) -> Crowd:
    """Spread the audience of the whole catalogue over the days by the weekly curve.

    A holiday counts as a Sunday and a fifth more. Raises `InputError` if the crowds on named
    titles are more than the scenario's honest plays.
    """
    if events < 0:
        raise InputError(problem("crowds exceed the scenario's honest plays", found=events))
    weights = week_weights(frame, audience)
    weights[list(holidays)] = audience["week"]["audience"][6] * 12 // 10
    return Crowd(name="audience", item=np.full(frame.days, -1, dtype=np.int64),
                 day=np.arange(frame.days, dtype=np.int64), events=allot(events, weights),
                 curve="audience", watch="", source="audience")


def week_weights(frame: Frame, audience: Values) -> I64:
    """Return the weekly curve's weight of every day of the scenario."""
    weekday = (np.arange(frame.start_day, frame.start_day + frame.days) + _THURSDAY) % 7
    return np.asarray(audience["week"]["audience"], dtype=np.int64)[weekday]


def crowd(spec: Values, numbers: Mapping[str, list[int]], frame: Frame, audience: Values) -> Crowd:
    """Turn one [[crowd]] table into cells.

    Either `per_day`, plays of each title on each day from `from`; or `events` in all, shared
    among the titles by a power of their rank and over the days by the weekly curve.
    """
    items = np.asarray(numbers[spec["items"]], dtype=np.int64)
    first = frame.day(spec.get("from"))
    if "per_day" in spec:
        daily = np.asarray(spec["per_day"] * spec.get("times", 1), dtype=np.int64)
        cells = np.tile(daily, (len(items), 1))
    else:
        length = spec.get("days", frame.days - first)
        weights = week_weights(frame, audience)[first: first + length]
        shares = allot(spec["events"], zipf(len(items), 3))
        cells = np.stack([allot(int(n), weights) for n in shares])
    day = first + np.arange(cells.shape[1], dtype=np.int64)
    if len(day) == 0 or day[-1] >= frame.days:
        raise InputError(problem("crowd lasts beyond the scenario", where=spec["items"]))
    return Crowd(
        name=spec["name"], item=np.repeat(items, len(day)), day=np.tile(day, len(items)),
        events=cells.ravel(), curve=spec.get("curve", "audience"), watch=spec.get("watch", ""),
        source=spec.get("source", "audience"), place=spec.get("place"),
        gateway=spec.get("gateway", False), steady=spec.get("steady", False),
        kept=spec.get("kept", False), plays=tuple(spec.get("plays", ())))
