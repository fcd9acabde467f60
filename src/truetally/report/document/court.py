"""What a court report knows beyond the counts: claims, exhibits, custody, seal, what parties state.

`run` fills these; nothing here computes. Digests are lower-case hexadecimal SHA-256.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from truetally.report.data import ReportData, Text, Value

MATTER = ("court", "number", "commission", "party", "opponent", "examiner", "qualification",
          "date", "system", "operation", "monitoring", "completeness", "course", "custodian",
          "other", "origin", "generation", "storage", "notary", "witness", "corroboration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One figure or table of figures that the report claims.

    `sql` computes it from the files of the case; `result` is what came, rows of whole numbers and
    texts. `leaf` is the RFC 9162 leaf hash of the claim's canonical JSON without the leaf.
    """

    key: str  # "gross", "by_day": how the report finds it
    number: str  # "F1": how a reader does
    name: Text
    sql: str
    sql_sha256: str
    result: tuple[tuple[Value, ...], ...]
    result_sha256: str
    leaf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One numbered exhibit: what it is, where it comes from, what it is to prove, its digest."""

    number: int
    name: str
    category: Text
    source: Text
    purpose: Text
    sha256: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the custody log: who did what, when, with which program."""

    when: str
    who: str
    what: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The seal of the case: root of its Merkle tree, key, and time-stamp, None where untimed."""

    root: str
    leaves: int | None
    key: str
    time: str | None
    authority: str
    covers_claims: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What another command of the case found, as tables: attribution, estimate, settlement."""

    title: Text
    file: str
    sha256: str
    note: Text | None
    facts: tuple[tuple[Text, str | Text], ...]
    tables: tuple["AddedTable", ...] = ()
    sealed: bool = False  # holds signatures: for the annex alone


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedTable:
    """One table of an added part; cells are texts, in two languages where they have them."""

    title: Text
    heads: tuple[Text, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str | Text, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtData:
    """Everything a court report says. `matter` holds what a party states, by the keys of MATTER;
    what is not in it is not stated. `annex_sha256` commits a public version to its annex."""

    report: ReportData
    claims: tuple[Claim, ...]
    claims_root: str
    exhibits: tuple[Exhibit, ...]
    matter: Mapping[str, str] = field(default_factory=dict)
    custody: tuple[Deed, ...] = ()
    seal: Seal | None = None
    weaknesses: tuple[Text, ...] = ()
    added: tuple[Added, ...] = ()
    made_ms: int = 0
    annex_sha256: str = ""
    annex_opening: str = ""
    sampled: bool = False  # people have examined a random sample of the verdicts
    independent: tuple[tuple[str, str], ...] = ()  # families that corroborate one another
    days: int = 0  # local days from the first to the last event
    missing_days: tuple[str, ...] = ()  # of these, the ones without a row
    replayed: int | None = None  # rows equal to an earlier one in every column
