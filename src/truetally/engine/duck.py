"""The embedded engine: DuckDB in memory, spilling to a temporary folder, closed to the outside."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from truetally.engine import bounds, duck_sql, gap_counts, nearness
from truetally.engine.dialect import gaps
from truetally.engine.duck_asking import Asking, BeyondError
from truetally.engine.packed import Packed, Ranges, pack
from truetally.engine.places import numbered
from truetally.engine.spec import FactsSpec, Resources, Scan
from truetally.errors import EngineError, problem
from truetally.events.schema import DERIVED_FROM

DEFAULT_MEMORY = "2200MB"
KEPT_MEMORY = DEFAULT_MEMORY  # never more than this is kept for the next table when one is dropped
BATCH_ROWS = 1 << 18
MOST_SHORT_TEXTS = 10_000
PATTERN = frozenset("*?[")


def _shared(column: str) -> EngineError:
    return EngineError(problem(f"two values of {column} share an internal key",
                               then="begin the case again: it will use another salt"))


def _as_text(column: Any) -> Any:
    """Give an ENUM's column back as text: what is stored has the same types on every engine."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _timed(rows: ir.Table) -> str:
    """Name the table whose rows, with their times, an expression takes some of."""
    return str(next(t.name for t in rows.op().find(ops.UnboundTable) if "time_ms" in t.schema))


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


class Duck:
    """See `engine.spec.Engine`. Keys are unsigned integers, to Ibis int64, and only compared."""

    name = "duckdb"
    dialect = "duckdb"
    key_type = "int64"
    version = duckdb.__version__
    keys = "64 bits"

    def __init__(self, resources: Resources, readable: Sequence[Path]) -> None:
        """Open the engine and lock it: no file but `readable` and the temporary folder.

        Raises:
            EngineError: the settings are not accepted.
        """
        if PATTERN & set(str(resources.temp)):
            raise EngineError(problem("the temporary folder's name is a pattern",
                                      where=resources.temp, expected="a path without * ? [",
                                      then="choose another --temp or --case"))
        resources.temp.mkdir(parents=True, exist_ok=True)
        self._temp = resources.temp.absolute()
        self._connection = duckdb.connect()
        self._asking = Asking(self._connection)
        self._run = self._asking.run
        self._salt = ""
        self._scans: list[Scan] = []
        self._types: list[str] = []
        self._spec: FactsSpec | None = None
        self._ranges: Ranges = {}
        self._packed: dict[str, Packed] = {}
        self.ran: dict[str, str] = {}
        try:
            self._configure(resources, readable)
        except duckdb.Error as error:
            raise EngineError(problem("DuckDB refused its settings", found=str(error),
                                      then="check --memory and --threads")) from error

    def _configure(self, resources: Resources, readable: Sequence[Path]) -> None:
        run = self._connection.execute
        run(f"SET memory_limit = {duck_sql.text(resources.memory or DEFAULT_MEMORY)}")
        if resources.threads:
            run(f"SET threads = {int(resources.threads)}")
        run(f"SET temp_directory = {duck_sql.text(str(resources.temp))}")
        with suppress(duckdb.InvalidInputException):  # more than the machine has: do without
            run(f"SET block_allocator_memory = {duck_sql.text(KEPT_MEMORY)}")
        # What a query gives back the next one takes: the system would have to clear it in between.
        run(f"SET allocator_flush_threshold = {duck_sql.text(KEPT_MEMORY)}")
        run(f"SET allocator_bulk_deallocation_flush_threshold = {duck_sql.text(KEPT_MEMORY)}")
        run("SET preserve_insertion_order = false")
        # Every join here has its small side on the right: never hash the events instead of it.
        run("SET disabled_optimizers = 'build_side_probe_side'")
        run("SET enable_progress_bar = false")  # it would write into --json
        run("SET TimeZone = 'UTC'")
        folders = [str(p) + "/" for p in readable if p.is_dir()] + [str(resources.temp) + "/"]
        files = [str(p) for p in readable if not p.is_dir()]
        run(f"SET allowed_directories = [{', '.join(map(duck_sql.text, folders))}]")
        run(f"SET allowed_paths = [{', '.join(map(duck_sql.text, files))}]")
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")

    def open_events(self, scans: Sequence[Scan], salt: str) -> None:
        """Make the view `events`: number, rank, row and every EVENT column, good rows only."""
        self._salt = salt
        self._scans = [replace(scan, path=self._plain(scan)) for scan in scans]
        self._run(f"CREATE OR REPLACE VIEW events AS {duck_sql.events(self._scans)}")

    def open_decisions(self, parts: Sequence[tuple[Path, int]]) -> None:
        """Make the view `decisions`: event_id, mask, and the period that each file stands for."""
        self._run(f"CREATE OR REPLACE VIEW decisions AS {duck_sql.decisions(parts)}")

    def _plain(self, scan: Scan) -> Path:
        """Give a path that DuckDB cannot take for a pattern: it would read other files too."""
        if not PATTERN & set(str(scan.path)):
            return scan.path
        link = self._temp / f"source-{scan.number}.parquet"
        link.unlink(missing_ok=True)
        link.symlink_to(scan.path)
        return link

    def days(self, number: int, offset_ms: int) -> dict[int, int]:
        """Count the good rows of one source by local day."""
        rows = self._run(f"SELECT {duck_sql.day(offset_ms)} AS day, count(*) FROM events "
                         f"WHERE number = {number} GROUP BY 1 ORDER BY 1")
        return {int(day): int(count) for day, count in rows}

    def distinct(self, column: str, spec: FactsSpec) -> Iterator[pa.Array]:
        """Stream the distinct non-null texts of an events column within the spec's rows."""
        return (batch.column(0) for batch in self._batches(
            f"SELECT {column} AS text FROM events WHERE {column} IS NOT NULL "
            f"AND {duck_sql.within(spec)} GROUP BY 1"))

    def _fetch(self, sql: str) -> pa.Table:
        found = self._asking.table(sql)
        return pa.table([_as_text(c) for c in found.columns], names=found.column_names)

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a small table from Arrow rows."""
        self._connection.register("incoming", rows)
        self._run(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def keyed(self, name: str, column: str) -> None:
        """Add the internal key of `column`'s texts to the small table `name`."""
        made = duck_sql.key(column, self._salt, "text")
        self._run(f"CREATE OR REPLACE TABLE {name} AS SELECT *, {made} AS key FROM {name}")
        keys = self._fetch(f"SELECT key FROM {name} WHERE text IS NOT NULL")["key"].to_numpy()
        ordered = np.sort(keys)
        if (ordered[1:] == ordered[:-1]).any():
            raise _shared(column)

    def places(self, name: str, texts: str) -> None:
        """Make the table `name` (key, place): keys of a table (key, text) in the order of texts."""
        self._made(name, numbered(texts))

    def open_facts(self, spec: FactsSpec) -> None:
        """Make the view `facts_raw` as `spec` says; dictionaries are the tables `dict_<column>`."""
        short = self._short_texts(spec)
        self._run(f"CREATE OR REPLACE VIEW facts_raw AS "
                  f"{duck_sql.facts(spec, self._salt, short)}")
        self._spec, self._ranges = spec, {}

    def _bounds(self) -> Ranges:
        """Look up, once for the facts last opened, between which bounds their numbers are."""
        if self._spec and not self._ranges:
            self._ranges = (bounds.footers(self._scans, self._spec, self._run)
                            or bounds.scanned(self._spec, self._run))
        return self._ranges

    def _short_texts(self, spec: FactsSpec) -> dict[str, str]:
        """Make an ENUM of every text column with few values: 1 or 2 bytes a row in place of 16.

        Returns the types of those that events hold; the others are so in their dictionaries.
        Values are declared in the order of their texts, so that they sort as their texts do.
        """
        made = {}
        for column, texts in duck_sql.short_texts(spec).items():
            if 0 < self._made("short_texts", f"{texts} LIMIT {MOST_SHORT_TEXTS + 1}"
                              ) <= MOST_SHORT_TEXTS:
                kind = f"short_{len(self._types)}"
                self._types.append(kind)
                self._run(f"CREATE TYPE {kind} AS ENUM (FROM short_texts ORDER BY 1)")
                if column in DERIVED_FROM:  # once a distinct text, not once an event
                    self._run(f"ALTER TABLE dict_{DERIVED_FROM[column]} ALTER {column} TYPE {kind}")
                else:
                    made[column] = kind
        return made

    def gaps(self, name: str, rows: ir.Table, crowd: str = "") -> None:
        """Make `name`: how many events follow after so many seconds, see `engine.gap_counts`."""
        sql = self.sql(rows)
        self.ran[name] = gaps(sql, crowd, "gap // 1000")  # says the same
        known = f"SELECT DISTINCT day, device_id FROM ({sql}) WHERE device_id IS NOT NULL"
        groups = self._made(f"{name}_groups", "SELECT day, device_id, row_number() OVER () - 1 "
                                              f"AS id FROM {crowd or f'({known})'}")
        most = self._run(f"SELECT count(*) FROM ({sql})")[0][0]
        number, shift = gap_counts.number_sql(groups)
        numbers = self._batches(f"SELECT {number} AS number FROM ({sql}) AS r "
                                f"JOIN {name}_groups USING (day, device_id)")
        counted = gap_counts.counted((b.column(0).to_numpy() for b in numbers), most, shift)
        self._connection.register("counted", counted)
        try:
            self._run(f"CREATE OR REPLACE TABLE {name} AS SELECT day, device_id, "
                      f"device_gap_s::BIGINT AS device_gap_s, events::BIGINT AS events "
                      f"FROM counted JOIN {name}_groups USING (id)")
        finally:
            self._connection.unregister("counted")
        self.drop(f"{name}_groups")

    def create(self, name: str, expression: ir.Table) -> int:
        """Materialise an expression as a table and return its number of rows."""
        self.ran[name] = self.sql(expression)
        if name in self._packed:  # the expression may read the table that it replaces
            rows = self._made(f"{name}_next", self.ran[name])
            self.drop(name)
            self._run(f"ALTER TABLE {name}_next RENAME TO {name}")
            return rows
        return self._made(name, self.ran[name])

    def hold(self, name: str, expression: ir.Table) -> int:
        """Materialise a table with a row an event, in as few bytes as its numbers need."""
        self.ran[name] = sql = self.sql(expression)
        self.drop(name)
        types = {row[0]: row[1] for row in self._run(f"DESCRIBE {sql}")}
        try:
            return self._held(name, sql, pack(types, self._bounds()))
        except BeyondError:  # a footer says what is not so
            self._ranges = bounds.scanned(self._spec, self._run) if self._spec else {}
            return self._held(name, sql, pack(types, self._ranges))

    def _held(self, name: str, sql: str, packed: Packed) -> int:
        rows = self._made(f"{name}_held", f"SELECT {_listed(packed.held)} FROM ({sql})")
        self._show(name, packed)
        return rows

    def _show(self, name: str, packed: Packed) -> None:
        self._packed[name] = packed
        self._run(f"CREATE OR REPLACE VIEW {name} AS SELECT {_listed(packed.shown)} "
                  f"FROM {name}_held")

    def _made(self, name: str, sql: str) -> int:
        return int(self._run(f"CREATE OR REPLACE TABLE {name} AS {sql}")[0][0])

    def near(self, name: str, rows: ir.Table, keys: Sequence[str], within_ms: int | None) -> int:
        """Make `name`: of `rows` those that may share `keys` with another within some time.

        Each row is a number: a hash of the keys above, coarse time below. Sorted numbers tell who
        has a neighbour, at a fraction of what grouping costs; equal hashes only let more rows stay.
        """
        sql = self.sql(rows)
        count, first, last = self._run(  # of all from which they are taken: no row is looked at
            f"SELECT count(*), min(time_ms), max(time_ms) FROM {_timed(rows)}")[0]
        marks = nearness.Marks.over(keys, first or 0, last or 0, within_ms)
        batches = self._batches(f"SELECT {marks.sql} AS mark FROM ({sql})")
        close = nearness.close((b.column(0).to_numpy() for b in batches), count, marks)
        self.load(f"{name}_marks", pa.table({"mark": close}))
        self.ran[name] = sql  # a run over all of them flags the same
        made = self._made(name, f"SELECT r.* FROM ({sql}) AS r "
                                f"SEMI JOIN {name}_marks AS m ON {marks.sql} = m.mark")
        self.drop(f"{name}_marks")
        return made

    def narrow(self, name: str, columns: Collection[str]) -> None:
        """Drop the other columns of a table, and with them their memory."""
        if name in self._packed:
            packed = self._packed[name].narrow(columns)
            self._drop_columns(f"{name}_held", packed.held)
            self._show(name, packed)
        else:
            self._drop_columns(name, columns)

    def _drop_columns(self, name: str, kept: Collection[str]) -> None:
        for column in [row[0] for row in self._run(f"DESCRIBE {name}")]:
            if column not in kept:
                self._run(f'ALTER TABLE {name} DROP COLUMN "{column}"')

    def drop(self, name: str) -> None:
        """Drop a table if it exists."""
        if self._packed.pop(name, None):
            self._run(f"DROP VIEW {name}")
            self._run(f"DROP TABLE {name}_held")
        else:
            self._run(f"DROP TABLE IF EXISTS {name}")

    def arrow(self, expression: ir.Table) -> pa.Table:
        """Fetch a small result."""
        return self._fetch(self.sql(expression))

    def batches(self, expression: ir.Table, *, name: str = "", coded: bool = False,
                ) -> Iterator[pa.RecordBatch]:
        """Stream a result in its order; if `coded`, texts may be codes of a dictionary."""
        sql = self.sql(expression)
        if name:
            self.ran[name] = sql
        for batch in self._batches(sql):
            yield batch if coded else pa.RecordBatch.from_arrays(
                [_as_text(c) for c in batch.columns], names=batch.schema.names)

    def _batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        return self._asking.batches(sql, BATCH_ROWS)

    def save(self, expression: ir.Table, path: Path) -> None:
        """Write a profile to Parquet so that `scan` restores its keys."""
        self._run(f"COPY ({self.sql(expression)}) TO {duck_sql.text(str(path))} "
                  "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")

    def scan(self, name: str, parts: Sequence[tuple[Path, Sequence[int]]],
             columns: Mapping[str, str]) -> None:
        """Make view `name` over saved profiles, each restricted to the days it still speaks for."""
        self._run(f"CREATE OR REPLACE VIEW {name} AS " + " UNION ALL ".join(
            f"SELECT {', '.join(columns)} FROM read_parquet({duck_sql.text(str(path))}) "
            f"WHERE day IN ({', '.join(str(int(d)) for d in days)})" for path, days in parts))

    def texts(self, name: str, column: str, keys: ir.Table) -> None:
        """Make the table `name` (key, text): texts behind the keys of a one-column expression."""
        self._run(
            f"CREATE OR REPLACE TABLE {name} AS SELECT key, min(text) AS text, max(text) AS last "
            f"FROM ({duck_sql.keys_and_texts(column, self._salt)}) SEMI JOIN "
            f'(SELECT "{keys.columns[0]}" AS key FROM ({self.sql(keys)})) USING (key) GROUP BY 1')
        if self._run(f"SELECT count(*) FROM {name} WHERE text <> last")[0][0]:
            raise _shared(column)
        self._run(f"ALTER TABLE {name} DROP COLUMN last")

    def sql(self, expression: ir.Table) -> str:
        """Compile an expression to DuckDB's SQL."""
        return str(ibis.to_sql(expression, dialect=self.dialect))

    def close(self) -> None:
        """Give back memory and temporary files."""
        self._asking.close()
