"""What a mapping says, as frozen data: where each event column comes from and in what unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DURATION_UNITS: Mapping[str, tuple[int, int]] = {
    "h": (3_600_000, 1), "min": (60_000, 1), "s": (1_000, 1), "ms": (1, 1), "us": (1, 1_000),
    "ns": (1, 1_000_000)}
SHARE_UNITS: Mapping[str, tuple[int, int]] = {
    "permille": (1, 1), "percent": (10, 1), "fraction": (1_000, 1)}
DURATIONS = ("watched_ms", "length_ms", "duration_ms")
SHARES = ("visible_permille",)
TIME_UNITS = ("s", "ms", "us", "ns", "iso8601", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One event column and the source column it is read from.

    `scale` is (multiply by, divide by), the rest cut off. `forwarded` names the source column with
    an X-Forwarded-For list and `trusted_hops` how many of its writers are trusted.
    """

    target: str
    column: str
    scale: tuple[int, int] | None = None
    forwarded: str = ""
    trusted_hops: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePick:
    """Where the time comes from. `unit` "" is undecided; `zone_s` is seconds east of UTC."""

    column: str
    unit: str = ""
    format: str = ""
    zone_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """One mapping file, parsed. `sha256` is of the file's bytes ("" if it was never a file)."""

    columns: tuple[Pick, ...] = ()
    time: TimePick | None = None
    constants: Mapping[str, str | int | bool] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    source: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    header: tuple[str, ...] = ()
    sha256: str = ""
