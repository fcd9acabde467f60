"""What every engine must offer, and what the fact builder is told. Plain data, no engine here.

Facts are the narrow table that criteria see. KEYED columns hold internal keys: good for equality,
null tests and distinct counts, different on every engine, and never part of an output.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from truetally.events.schema import DERIVED, DERIVED_FROM, EVENT, KEYED

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEY_COLUMNS = (*KEYED, "identity", "listener", "visit")
DICTIONARY = ("item_id", "part_id", "ip", "user_agent", "plugins", "referrer", "page_url")
ORDER = ("time_ms", "order_id")
USERS = frozenset({"identity", "visit"})  # made of whichever of a user's parts is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What an engine may use: memory as the engine writes it ("2GB"), threads, temporary folder."""

    temp: Path
    memory: str = ""
    threads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One source as the engine reads it: a Parquet file of events.

    `row_column` names the column with the row number in the original, "" = the file's own rows.
    `number` is the source number of the case, `rank` its place by SHA-256. `clean` says that every
    row was found to be an event when the source was read, so that none need be asked again.
    """

    path: Path
    number: int
    rank: int
    columns: tuple[str, ...]
    row_column: str
    clean: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsSpec:
    """Which columns the facts need, from which local spans of time.

    Of `ungrouped` keys only null tests are asked: an engine may keep less than a key of them.
    `masked` are the text columns whose dictionary carries reason bits (`null_masks`: the bits of an
    unknown text). `present` are columns of which only ``has_<column>`` is wanted. `spans` are
    half-open intervals of UTC milliseconds; None is everything. `equal` restricts to rows whose
    text columns have these values (used to explain one event).
    """

    small: tuple[str, ...]
    keys: tuple[str, ...]
    derived: tuple[str, ...]
    computed: tuple[str, ...]
    masked: tuple[str, ...]
    present: tuple[str, ...]
    offset_ms: int
    columns: tuple[str, ...]  # event columns that the sources have
    ungrouped: tuple[str, ...] = ()
    null_masks: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] | None = None
    equal: Mapping[str, str] = field(default_factory=dict)

    def dictionaries(self) -> tuple[str, ...]:
        """Name the text columns that are read through a dictionary of their distinct values."""
        wanted = {DERIVED_FROM[c] for c in self.derived} | set(self.masked)
        wanted |= {c for c in self.keys if c in DICTIONARY}
        if set(self.computed) & {"listener", *USERS}:
            wanted |= {"ip", "user_agent"}
        return tuple(c for c in DICTIONARY if c in wanted)


def column_types(key_type: str) -> dict[str, str]:
    """Give every facts column its Ibis type, with the engine's type for internal keys."""
    names = {pa.string(): "string", pa.int64(): "int64", pa.bool_(): "boolean"}
    types = {name: names[kind] for name, kind in EVENT.items()}
    for columns in DERIVED.values():
        types |= {name: names[kind] for name, kind in columns.items()}
    types |= dict.fromkeys(KEY_COLUMNS, key_type)
    types |= {"order_id": "int64", "day": "int32", "hour": "int32",
              "watched_s": "int64", "end_ms": "int64", "row_key": "int64", "mask": "int64",
              "device_gap_s": "int64", "text_mask": "int64"}
    types |= {f"has_{name}": "boolean" for name in EVENT}
    return types


def table(name: str, columns: Sequence[str], key_type: str) -> "ir.Table":
    """Describe a table of facts columns by name, for building expressions that run later."""
    import ibis  # not before: what reads sources names an engine, and describes no table

    types = column_types(key_type)
    return ibis.table({c: types[c] for c in columns}, name=name)


class Engine(Protocol):
    """Runs expressions. Tables it makes live until it is closed; nothing it makes is an output."""

    name: str
    dialect: str
    key_type: str
    version: str
    keys: str  # how internal keys are made: stored ones are compared with their like alone
    ran: dict[str, str]  # the SQL behind what `create` and `hold` made and named `batches` gave

    def open_events(self, scans: Sequence[Scan], salt: str) -> None:
        """Make the view `events`: number, rank, row and every EVENT column, good rows only.

        `salt` is the case's secret: internal keys are made under it and differ from case to case.
        """

    def days(self, number: int, offset_ms: int) -> dict[int, int]:
        """Count the good rows of one source by local day."""

    def distinct(self, column: str, spec: FactsSpec) -> Iterator[pa.Array]:
        """Stream the distinct non-null texts of an events column within the spec's rows.

        Nothing else can be asked before the last of them is read.
        """

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a small table from Arrow rows."""

    def keyed(self, name: str, column: str) -> None:
        """Add the internal key of text `column` to the small table `name`, as column `key`."""

    def places(self, name: str, texts: str) -> None:
        """Make the table `name` (key, place): keys of a table (key, text) in the order of texts."""

    def open_facts(self, spec: FactsSpec) -> None:
        """Make the view `facts_raw` as `spec` says; dictionaries are the tables `dict_<column>`."""

    def gaps(self, name: str, rows: "ir.Table", crowd: str = "") -> None:
        """Make `name` (day, device_id, device_gap_s, events): of every device and local day, how
        many of its events follow its event before after so many whole seconds.

        `rows` have day, device_id, time_ms and order_id; `crowd` names a table (day, device_id)
        of those to look at, "" is all.
        """

    def create(self, name: str, expression: "ir.Table") -> int:
        """Materialise an expression as a table and return its number of rows."""

    def hold(self, name: str, expression: "ir.Table") -> int:
        """Materialise an expression of facts with a row an event, in little memory; see `create`.

        Only for columns that the facts last opened have, with the values that they have there.
        """

    def near(self, name: str, rows: "ir.Table", keys: Sequence[str], within_ms: int | None) -> int:
        """Make `name`: of `rows` at least those that share `keys` with another row at most
        `within_ms` away (None: at any time). Rows that could be left out may stay."""

    def narrow(self, name: str, columns: Collection[str]) -> None:
        """Give back what the columns of a table other than `columns` take, where an engine can."""

    def drop(self, name: str) -> None:
        """Drop a table if it exists."""

    def arrow(self, expression: "ir.Table") -> pa.Table:
        """Fetch a small result."""

    def batches(self, expression: "ir.Table", *, name: str = "", coded: bool = False,
                ) -> Iterator[pa.RecordBatch]:
        """Stream a result in its order; if `coded`, texts may be codes of a dictionary.

        What has a `name` is noted in `ran`.
        """

    def save(self, expression: "ir.Table", path: Path) -> None:
        """Write a profile to Parquet so that `scan` restores its keys."""

    def scan(self, name: str, parts: Sequence[tuple[Path, Sequence[int]]],
             columns: Mapping[str, str]) -> None:
        """Make view `name` over saved profiles, each restricted to the days it still speaks for."""

    def texts(self, name: str, column: str, keys: "ir.Table") -> None:
        """Make the table `name` (key, text): texts behind the keys of a one-column expression."""
    def sql(self, expression: "ir.Table") -> str:
        """Compile an expression to this engine's SQL."""

    def close(self) -> None:
        """Give back everything the engine holds."""
