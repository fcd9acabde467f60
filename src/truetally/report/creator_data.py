"""What a creator is told of one item, as plain frozen data: `run` fills it, a view shows it."""

from dataclasses import dataclass

from truetally.report.data import PageText, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """An item's events over a period, or under a recount; `key` names it: a month, an appeal."""

    key: str
    events: int
    counted: int
    not_counted: int
    void: int
    undetermined: int
    suspect: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why events of the item were decided against: the criterion in plain words, and how many."""

    code: str
    verdict: str
    events: int
    en: PageText
    zh: PageText


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """A decided appeal that concerns the item, and what the item came to under it.

    `own` says that the count in force holds it already.
    """

    own: bool
    id: str
    decided_on: str
    why: str
    result: Tallied


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorPage:
    """One item for its creator. It holds no viewer, no address, no threshold.

    `whole` is the count in force; `first` is the one before any appeal, if there was one.
    """

    case: str
    digest: str
    item: str
    first_day: str
    last_day: str
    policy: Text
    metric: Text
    whole: Tallied
    first: Tallied | None
    months: tuple[Tallied, ...]
    reasons: tuple[Reason, ...]
    recounts: tuple[Recount, ...]
    synthetic: bool
    made_ms: int
