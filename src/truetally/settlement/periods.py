"""The periods a contract settles by: calendar months, quarters, or its whole term."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

EPOCH = datetime.date(1970, 1, 1)
KINDS = ("month", "quarter", "whole")
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period: its label, and its first and last local day, both included."""

    label: str
    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> range:
        """Local day numbers since 1970-01-01, as counts have them."""
        return range((self.first - EPOCH).days, (self.last - EPOCH).days + 1)


def periods(kind: str, first: datetime.date, last: datetime.date) -> tuple[Period, ...]:
    """Cut a term into calendar periods; the first and the last may be shorter than the others."""
    if kind == "whole":
        return (Period(label=f"{first}..{last}", first=first, last=last),)
    return tuple(_calendar(_MONTHS[kind], first, last))


def _calendar(months: int, first: datetime.date, last: datetime.date) -> Iterator[Period]:
    start = first
    while start <= last:
        begun = start.month - (start.month - 1) % months
        after = start.year * 12 + begun - 1 + months
        following = datetime.date(after // 12, after % 12 + 1, 1)
        label = (f"{start.year}-{start.month:02d}" if months == 1
                 else f"{start.year}-Q{(start.month - 1) // 3 + 1}")
        yield Period(label=label, first=start, last=min(last, following - datetime.timedelta(1)))
        start = following
