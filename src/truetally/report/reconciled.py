"""Two counters side by side, as plain frozen data: `run` fills it, the views show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one cause adds to our count on the way to theirs.

    `differs` says that the declared rules differ from ours in it. `exact` is a fraction as text,
    `events` the same rounded so that all parts add up to the gap. `alone` is what our count would
    change if this rule alone were dropped, None where that is not known: what an undeclared
    difference could be worth.
    """

    cause: str
    differs: bool
    declared: bool
    exact: str
    events: int
    alone: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Both counts of one day or item."""

    key: str
    ours: int
    theirs: int
    gap_permille: int | None
    within_5_percent: bool
    within_audit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Two counters over the same days and items.

    `parts` and `unexplained` add up to `gap` = theirs - ours. `explained` is our count made by
    their rules; the `rest_` bands are of theirs against it.
    """

    case: str
    digest: str
    policy: str
    counter: str
    theirs_file: str
    theirs_sha256: str
    theirs_raw: bool
    first_day: str
    last_day: str
    days: int
    ours: int
    theirs: int
    gap: int
    gap_permille: int | None
    within_5_percent: bool
    within_audit: bool
    parts: tuple[Part, ...]
    explained: str
    unexplained: str
    unexplained_events: int
    rest_within_5_percent: bool
    rest_within_audit: bool
    by_day: tuple[Side, ...]
    by_item: tuple[Side, ...]
    days_only_ours: tuple[str, ...]
    days_only_theirs: tuple[str, ...]
    items_only_theirs: tuple[str, ...]
