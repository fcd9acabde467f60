"""What a report says, as plain frozen data: `run` fills it, the views only show it.

Counts are integers of events. Shares are whole permille. Unknown is None, never 0. Texts that came
from a source are kept as they are here; each view makes them safe for where they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

By = Literal["day", "item", "reason", "terminal", "region"]
BY: tuple[By, ...] = ("day", "item", "reason", "terminal", "region")
Status = Literal["flagged", "not flagged", "unknown", "not applicable"]
Value = int | str | bool | tuple[str, ...] | None  # a measure, a parameter or a group's key


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sentence in the report's two languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source as it was read: `rows` read into events, `rejected` rows kept aside."""

    name: str
    sha256: str
    size_bytes: int
    rows: int
    rejected: int
    format: str = ""
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A case in one view: the contract of ``run --json`` and ``show --json``, and what names it.

    `gross` is the decided rows less `not_counted`, `net` is gross less `givt`, `total_net` is net
    less `sivt` (MRC). `suspect` and `undetermined` are marks on rows that stay in these totals as
    the counts room defines. `events` is the number of decided rows. `reasons` counts events that
    carry each criterion's code, so that one event may be counted under several. `not_applicable`
    names, for each criterion that the sources cannot feed, the columns they lack.
    """

    case: str
    digest: str
    policy: str
    policy_sha256: str
    engine: str
    events: int
    gross: int
    net: int
    total_net: int
    not_counted: int
    givt: int
    sivt: int
    undetermined: int
    suspect: int
    rejected_rows: int
    sivt_decision_rate_permille: int | None
    reasons: Mapping[str, int]
    sources: tuple[Source, ...] = ()
    warnings: tuple[str | Text, ...] = ()
    not_applicable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unique_items: int | None = None
    offset: str = "+08:00"
    synthetic: bool = False
    uncalibrated: bool = False
    elapsed_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a breakdown. `key` None is "unknown". `watched_ms` sums the claimed watch time of
    the gross events; `unique` counts unique items (COUNTER R5.1); either is None if unknown."""

    key: str | None
    gross: int
    net: int
    total_net: int
    not_counted: int
    givt: int
    sivt: int
    undetermined: int
    suspect: int
    watched_ms: int | None = None
    unique: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsed:
    """A list or signature a policy used, and where its entries come from."""

    name: str
    provenance: str
    date: str
    entries: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one criterion says of one event: measured values beside the thresholds they met.

    `key` is the group the values were measured over (empty for a row-shaped criterion), `entry` the
    provenance of the list entry that matched, if one did.
    """

    code: str
    title: Text
    klass: str
    basis: str
    family: str
    stage: str
    status: Status
    measured: Mapping[str, Value] = field(default_factory=dict)
    thresholds: Mapping[str, Value] = field(default_factory=dict)
    key: Mapping[str, Value] = field(default_factory=dict)
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactMatch:
    """A value of an event and where the artefacts have it; `file` is "" where they do not."""

    column: str
    value: str
    file: str = ""
    sha256: str = ""
    place: str = ""
    weight: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributedTo:
    """A signature that an event is attributed by. `verbal` is a key of the ENFSI scale's words."""

    signature: str
    sha256: str
    frozen_at: str
    changed: bool
    stale: bool
    evidence: str
    verbal: str
    matches: tuple[ArtefactMatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One event, its verdict, every signal of the policy, and the row it came from.

    `original` is the row's own bytes, decoded with what is not UTF-8 replaced by escapes; `row` is
    its 0-based number in the source. `event` holds the canonical columns that are not null.
    """

    event_id: str
    source: str
    source_sha256: str
    row: int
    original: str
    verdict: str
    primary: str | None
    suspect: bool
    event: Mapping[str, Value]
    signals: tuple[Signal, ...]
    attribution: tuple[AttributedTo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """A criterion's documentation in one language."""

    title: str
    finds: str
    shows: str
    innocent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    """One parameter as applied, its default and the range a policy may set it in."""

    name: str
    value: Value
    default: Value
    low: int | None
    high: int | None
    unit: str
    meaning: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A criterion's page and what it did. `active` is None outside a case; `missing` names the
    columns a source lacks. `flagged` counts events with its code, `voided` those it decided.
    `consequence` is what the policy makes of it: not_counted, givt, sivt or suspect."""

    code: str
    revision: int
    en: PageText
    zh: PageText
    klass: str
    basis: str
    family: str
    scope: str
    citation: str
    standard_says: str = ""
    stage: str = ""
    consequence: str = ""
    reads: tuple[str, ...] = ()
    parameters: tuple[ParameterView, ...] = ()
    active: bool | None = None
    missing: tuple[str, ...] = ()
    flagged: int | None = None
    voided: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that could not become an event; `record` is its line or row from 1."""

    source: str
    record: int
    reason: str
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything the report page shows. `by_item` starts with the item that lost most;
    `items_in_all` is how many items the case has; `rejects` is a sample. `metric` is the policy's
    definition of one valid event, `policy_title` its title."""

    summary: Summary
    by_day: tuple[Line, ...]
    by_item: tuple[Line, ...]
    by_reason: tuple[Line, ...]
    by_terminal: tuple[Line, ...]
    by_region: tuple[Line, ...]
    criteria: tuple[CriterionView, ...]
    lists: tuple[ListUsed, ...] = ()
    rejects: tuple[Reject, ...] = ()
    policy_text: str = ""
    policy_title: Text | None = None
    metric: Text | None = None
    items_in_all: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetScore:
    """What became of the events of one fleet (or of the honest audience, `fleet` "").

    `voided` + `not_counted` + `undetermined` + `valid` + `rejected` = `events`; `suspect` is a
    part of `valid`.
    """

    fleet: str
    events: int
    voided: int
    suspect: int
    not_counted: int
    undetermined: int
    valid: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Verdicts of a simulated log against its labels."""

    honest: FleetScore
    fleets: tuple[FleetScore, ...]
