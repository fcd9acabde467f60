"""The distributed engine: Spark 4 on this machine, on a standalone cluster, or over Connect.

Every table is written to Parquet in the temporary folder and read from there: nothing is computed
twice, and a cluster's machines all see it. That folder and the sources must therefore be visible
to all of them under the same path.
"""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.engine import spark_files, spark_sql
from truetally.engine.dialect import gaps, shared
from truetally.engine.places import numbered
from truetally.engine.spark_start import failing, start
from truetally.engine.spec import FactsSpec, Resources, Scan
from truetally.errors import EngineError


class Spark:
    """See `engine.spec.Engine`. Keys are the texts themselves."""

    name = "spark"
    dialect = "pyspark"
    key_type = "string"
    keys = "texts"

    def __init__(self, resources: Resources, master: str) -> None:
        """Open a session on `master`; it sees the case folder or is refused.

        Raises:
            EngineError: Spark, Java or the cluster is missing, or does not see the folder.
        """
        resources.temp.mkdir(parents=True, exist_ok=True)
        self._started = start(master, resources)
        self._session = self._started.session
        self._folder = Path(mkdtemp(prefix="spark-", dir=resources.temp)).absolute()
        self._salt, self._made = "", 0
        self._tables: dict[str, tuple[Path, Any]] = {}
        self.ran: dict[str, str] = {}
        try:
            with failing("Spark does not answer", "look into its log"):
                self.version = str(self._session.version)
            if self._started.cluster:
                self._folder.chmod(0o777)  # a cluster's machines may work under another user
                spark_files.check_shared(self._session, self._folder)
        except EngineError:
            self.close()
            raise

    def open_events(self, scans: Sequence[Scan], salt: str) -> None:
        """Make the view `events`: number, rank, row and every EVENT column, good rows only."""
        self._salt = salt
        with failing("Spark cannot read the sources", "on a cluster, put them where every machine "
                     "finds them under the same path"):
            frames = [spark_files.source(self._session, scan, self._folder) for scan in scans]
            reduce(lambda a, b: a.unionAll(b), frames).createOrReplaceTempView("events")

    def days(self, number: int, offset_ms: int) -> dict[int, int]:
        """Count the good rows of one source by local day."""
        rows = self._fetch(f"SELECT {spark_sql.day(offset_ms)} AS day, count(*) AS rows "
                           f"FROM events WHERE number = {int(number)} GROUP BY 1 ORDER BY 1")
        return dict(zip(rows["day"].to_pylist(), rows["rows"].to_pylist(), strict=True))

    def distinct(self, column: str, spec: FactsSpec) -> Iterator[pa.Array]:
        """Stream the distinct non-null texts of an events column within the spec's rows."""
        found = self._fetch(f"SELECT {column} AS text FROM events WHERE {column} IS NOT NULL "
                            f"AND {spark_sql.within(spec)} GROUP BY 1")
        return iter(found["text"].chunks)

    def _fetch(self, sql: str) -> pa.Table:
        with failing("Spark could not answer"):
            found = self._session.sql(sql).toArrow().combine_chunks()
        return pa.table(found.columns, names=found.column_names)

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a small table from Arrow rows."""
        folder = self._fresh(name)
        folder.mkdir()
        pq.write_table(rows, folder / "part-0.parquet")
        self._show(name, folder, spark_sql.columns(rows.schema))

    def keyed(self, name: str, column: str) -> None:
        """Add the internal key of the texts to the small table `name`: the text itself."""
        folder, frame = self._tables[name]
        self._tables[name] = folder, frame.selectExpr("*", "text AS key")
        with failing(f"Spark cannot show {column}"):
            self._tables[name][1].createOrReplaceTempView(name)

    def places(self, name: str, texts: str) -> None:
        """Make the table `name` (key, place): keys of a table (key, text) in the order of texts."""
        self._keep(name, numbered(texts))

    def open_facts(self, spec: FactsSpec) -> None:
        """Make the view `facts_raw` as `spec` says; dictionaries are the tables `dict_<column>`."""
        with failing("Spark cannot build the facts"):
            made = self._session.sql(spark_sql.facts(spec, self._salt))
            made.createOrReplaceTempView("facts_raw")

    def gaps(self, name: str, rows: ir.Table, crowd: str = "") -> None:
        """Make `name`: how many events of a device and day follow after so many seconds."""
        self.ran[name] = gaps(self.sql(rows), crowd, "gap div 1000")
        self._keep(name, self.ran[name])

    def create(self, name: str, expression: ir.Table) -> int:
        """Materialise an expression as a table and return its number of rows."""
        self.ran[name] = self.sql(expression)
        return self._keep(name, self.ran[name])

    def hold(self, name: str, expression: ir.Table) -> int:
        """Materialise a table as `create` does: files hold numbers in few bytes anyway."""
        return self.create(name, expression)

    def near(self, name: str, rows: ir.Table, keys: Sequence[str], within_ms: int | None) -> int:
        """Make `name`: the rows that share `keys` with another, however far away it is."""
        del within_ms
        return self.create(name, shared(rows, keys))

    def _keep(self, name: str, sql: str) -> int:
        folder = self._fresh(name)
        with failing(f"Spark could not make the table {name}"):
            frame = self._session.sql(sql)
            frame.write.parquet(spark_files.uri(folder))
            self._show(name, folder, frame.schema)
        return spark_files.count(folder)

    def _fresh(self, name: str) -> Path:
        self._made += 1
        return self._folder / f"{name}-{self._made}"

    def _show(self, name: str, folder: Path, described: Any) -> None:
        """Put a written table in the place of an older one of this name."""
        old = self._tables.get(name)
        frame = spark_files.reader(self._session, described, folder)
        frame.createOrReplaceTempView(name)
        self._tables[name] = folder, frame
        if old:
            shutil.rmtree(old[0])

    def narrow(self, name: str, columns: Collection[str]) -> None:
        """Leave the table as it is: files are read by column."""

    def drop(self, name: str) -> None:
        """Drop a table if it exists."""
        if name in self._tables:
            self._session.catalog.dropTempView(name)
            shutil.rmtree(self._tables.pop(name)[0])

    def arrow(self, expression: ir.Table) -> pa.Table:
        """Fetch a small result."""
        return self._fetch(self.sql(expression))

    def batches(self, expression: ir.Table, *, name: str = "", coded: bool = False,
                ) -> Iterator[pa.RecordBatch]:
        """Stream a result in its order: Spark writes it sorted, one batch of it is in memory.

        Texts are texts, whether they may be `coded` or not.

        Raises:
            EngineError: Spark fails, or its files are not in the order of the expression.
        """
        del coded
        sql = self.sql(expression)
        if name:
            self.ran[name] = sql
        keys = [str(key.name) for key in getattr(expression.op(), "keys", ())]
        folder = self._fresh("ordered")
        try:
            with failing("Spark could not put the rows in order"):
                self._session.sql(sql).write.parquet(spark_files.uri(folder))
            yield from spark_files.in_order(spark_files.stream(folder), keys)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def save(self, expression: ir.Table, path: Path) -> None:
        """Write a profile to one Parquet file; its keys are texts and restore themselves."""
        self._gather(lambda: self._session.sql(self.sql(expression)), path)

    def _gather(self, make: Any, path: Path) -> None:
        folder = self._fresh("saved")
        try:
            with failing("Spark could not write", "check the free disk space"):
                make().write.parquet(spark_files.uri(folder))
            spark_files.gather(folder, path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def scan(self, name: str, parts: Sequence[tuple[Path, Sequence[int]]],
             columns: Mapping[str, str]) -> None:
        """Make view `name` over saved profiles, each restricted to the days it still speaks for."""
        with failing("Spark cannot read the profiles", "restore the case from a copy"):
            frames = [spark_files.profile(self._session, path, days, tuple(columns))
                      for path, days in parts]
            reduce(lambda a, b: a.unionAll(b), frames).createOrReplaceTempView(name)

    def texts(self, name: str, column: str, keys: ir.Table) -> None:  # noqa: ARG002 — keys say all
        """Make the table `name` (key, text): keys are texts, so both columns are the same."""
        key = f"`{keys.columns[0]}`"
        self._keep(name, f"SELECT DISTINCT {key} AS key, {key} AS text FROM ({self.sql(keys)}) "
                         f"WHERE {key} IS NOT NULL")

    def snapshot(self, table: str, path: Path) -> None:
        """Copy a table of Spark's catalogue (``db.name``) to one Parquet file.

        Rows are put in the order of all columns that have one, so that an unchanged table gives
        an unchanged file.

        Raises:
            EngineError: there is no such table, or it cannot be read.
        """
        with failing(f"Spark cannot read the table {table!r}", "correct the table's name"):
            frame = self._session.table(table)
            plain = [f.name for f in frame.schema.fields
                     if f.dataType.typeName() not in ("map", "array", "struct", "variant")]
        quoted = [frame[f"`{name.replace('`', '``')}`"] for name in plain]
        self._gather(lambda: frame.orderBy(*quoted), path)

    def sql(self, expression: ir.Table) -> str:
        """Compile an expression to Spark's SQL."""
        return str(ibis.to_sql(expression, dialect=self.dialect))

    def close(self) -> None:
        """Stop what was started and remove the tables."""
        self._started.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
