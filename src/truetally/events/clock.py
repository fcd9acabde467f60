"""Calendar arithmetic on integers: no time zone database, no session setting, no floats.

Days from a civil date: the proleptic Gregorian calendar of ISO 8601, in eras of 400 years
(146,097 days), counted from 1970-01-01.
"""

import numpy as np
import numpy.typing as npt

from truetally.events.dates import civil

Ints = npt.NDArray[np.int64]
Fields = tuple[Ints, Ints, Ints]
Flags = npt.NDArray[np.bool_]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def days_from_civil(year: Ints, month: Ints, day: Ints) -> Ints:
    """Return days since 1970-01-01 of valid civil dates."""
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    days: Ints = era * 146_097 + day_of_era - 719_468
    return days


def is_civil(year: Ints, month: Ints, day: Ints) -> Flags:
    """Tell which year, month and day form a date that exists."""
    in_year = (year >= 1) & (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _MONTH_DAYS[np.where(in_year, month, 0)] + ((month == 2) & leap)
    good: Flags = in_year & (day >= 1) & (day <= length)
    return good


def epoch_ms(date: Fields, time: Fields, millis: Ints | int = 0, offset_s: Ints | int = 0) -> Ints:
    """Return UTC milliseconds of (year, month, day), (hour, minute, second) and millis.

    `offset_s` is how many seconds their clock is east of UTC.
    """
    hour, minute, second = time
    seconds = ((days_from_civil(*date) * 24 + hour) * 60 + minute) * 60 + second
    time_ms: Ints = (seconds - offset_s) * 1000 + millis
    return time_ms


def is_time_of_day(hour: Ints, minute: Ints, second: Ints) -> Flags:
    """Tell which times exist in a day without leap seconds."""
    good: Flags = (hour <= 23) & (minute <= 59) & (second <= 59)
    return good


def year_of(time_ms: int) -> int:
    """Return the civil year (UTC) that a time falls in, for messages."""
    return civil(time_ms // 86_400_000)[0]
