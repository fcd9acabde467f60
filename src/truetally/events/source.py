"""What is known of one source once it has been read."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source file. `rows` + `rejected` = all its records; `rows` are accepted events.

    `events_path` is the Parquet to scan; `row_column` names its column with the 0-based record
    number, or is None when the file is the canonical source itself, whose file row number is that
    number and whose rows must be filtered by ``good.good_row_sql()``. `columns` are the event
    columns to be had from it: in a converted source, those with at least one known value.
    """

    path: Path
    name: str
    sha256: str
    size: int
    kind: str
    rows: int
    rejected: int
    events_path: Path
    row_column: str | None
    columns: tuple[str, ...]
    first_ms: int
    last_ms: int
    mapping_sha256: str = ""
    warnings: tuple[str, ...] = ()
