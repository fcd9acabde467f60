"""The rows of a copy: personal fields replaced so that the copy decides alike, and committed to.

Three tables with one row an event, in the order in which the case breaks ties: `rows.parquet`
(canonical events), `decisions.parquet` (what the case decided of each), `commitments.parquet`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.engine import duck_sql
from truetally.engine.duck_sql import text
from truetally.engine.spec import Scan
from truetally.errors import EngineError, problem
from truetally.events.schema import EVENT, ROW_BITS
from truetally.evidence.fields import pseudonym
from truetally.run.case import inside
from truetally.run.copy_addresses import address_pseudonyms
from truetally.run.dictionaries import DerivingLists, derive
from truetally.run.ingest import SYNTHETIC

HASHED = ("account_id", "session_id", "cookie_id", "device_id")
MAPPED = ("ip", "referrer", "page_url")
WITHHELD = (*HASHED, *MAPPED)
_HOSTS = {"referrer": "referrer_host", "page_url": "page_host"}
_BATCH = 131_072


class CopyRows:
    """The events of a case, opened for one copy; to be closed."""

    __slots__ = ("_columns", "_database", "_mark", "addresses", "withheld")

    def __init__(self, case: Path, manifest: Mapping[str, Any], scans: Sequence[Scan],
                 clear: Sequence[str]) -> None:
        """Open events and decisions, and no other file of the machine."""
        self._database = duckdb.connect()
        self._columns = [c for c in EVENT if any(c in scan.columns for scan in scans)]
        self.withheld = [c for c in WITHHELD if c in self._columns and c not in clear]
        self.addresses: dict[str, str] = {}
        marks = sorted({source["synthetic"] for source in manifest["sources"]} - {""})
        self._mark = {SYNTHETIC: marks[0].encode()} if marks else None
        decided = [inside(case, part["file"]) for part in manifest["partitions"]]
        listed = ", ".join(text(str(path)) for path in decided)
        allowed = ", ".join(text(str(p)) for p in (*decided, *[s.path for s in scans]))
        for sql in (f"SET allowed_paths = [{allowed}]", "SET enable_external_access = false",
                    "SET enable_progress_bar = false", "SET lock_configuration = true",
                    f"CREATE VIEW events AS {duck_sql.events(scans)}",
                    f"CREATE VIEW decided AS SELECT * FROM read_parquet([{listed}])"):
            self._database.execute(sql)

    def close(self) -> None:
        """Give back memory."""
        self._database.close()

    def distinct(self, column: str) -> list[str]:
        """List the distinct texts of a column, sorted."""
        if column not in self._columns:
            return []
        rows = self._database.execute(f"SELECT DISTINCT {column} FROM events WHERE {column} "
                                      "IS NOT NULL ORDER BY 1").fetchall()
        return [row[0] for row in rows]

    def map_texts(self, key: str, lists: DerivingLists) -> None:
        """Make the tables that say what stands for each address, referrer and page.

        Raises:
            EngineError: what stands for a text would not decide as the text does.
        """
        found = self.distinct("ip")
        self.addresses = (address_pseudonyms(found, key) if "ip" in self.withheld
                          else {address: address for address in found})
        for column in MAPPED:
            if column in self.withheld:
                mapped = (self.addresses if column == "ip"
                          else _urls(column, self.distinct(column), key, lists))
                self._database.register("incoming", pa.table(
                    {"said": pa.array(list(mapped), pa.string()),
                     "shown": pa.array(list(mapped.values()), pa.string())}))
                self._database.execute(f"CREATE TABLE map_{column} AS SELECT * FROM incoming")
                self._database.unregister("incoming")

    def write(self, folder: Path, names_key: str, salts_key: str) -> int:
        """Write the three tables; returns the number of rows."""
        rows = 0
        with ExitStack() as open_files:
            writers: dict[str, pq.ParquetWriter] = {}
            for batch in self._batches(names_key, salts_key):
                for name, table in self._tables(batch).items():
                    if name not in writers:
                        writers[name] = open_files.enter_context(pq.ParquetWriter(
                            folder / f"{name}.parquet", table.schema, compression="zstd"))
                    writers[name].write_table(table, row_group_size=_BATCH)
                rows += batch.num_rows
        return rows

    def _batches(self, names_key: str, salts_key: str) -> Iterator[pa.Table]:
        chosen = [f"(e.number << {ROW_BITS}) + e.row AS event_id", "d.verdict::VARCHAR AS verdict",
                  "d.reasons", 'd."primary"::VARCHAR AS "primary"', "d.suspect"]
        chosen += [f"{self._shown(c, names_key)} AS {c}" for c in self._columns]
        chosen += [f"CASE WHEN e.{c} IS NOT NULL THEN sha256({_salt(salts_key, c)} || ':' || e.{c})"
                   f" END AS committed_{c}" for c in self.withheld]
        joins = " ".join(f"LEFT JOIN map_{c} ON map_{c}.said = e.{c}"
                         for c in MAPPED if c in self.withheld)
        reader = self._database.sql(
            f"SELECT {', '.join(chosen)} FROM events AS e JOIN decided AS d "
            f"ON d.event_id = (e.number << {ROW_BITS}) + e.row {joins} "
            "ORDER BY e.rank, e.row").to_arrow_reader(_BATCH)
        for batch in reader:
            yield pa.Table.from_batches([batch])

    def _shown(self, column: str, key: str) -> str:
        if column not in self.withheld:
            return f"e.{column}"
        if column in MAPPED:
            return f"map_{column}.shown"
        return f"substr(sha256(sha256({text(f'{key}:{column}:')} || e.{column})), 1, 32)"

    def _tables(self, batch: pa.Table) -> dict[str, pa.Table]:
        rows = batch.select(self._columns)
        types = pa.schema([(c, EVENT[c]) for c in self._columns], metadata=self._mark)
        decided = batch.select(["event_id", "verdict", "reasons", "primary", "suspect"])
        committed = batch.select(["event_id", *[f"committed_{c}" for c in self.withheld]])
        return {"rows": rows.cast(types), "decisions": decided,
                "commitments": committed.rename_columns(["event_id", *self.withheld])}


def _salt(key: str, column: str) -> str:
    event = f"((e.number << {ROW_BITS}) + e.row)::VARCHAR"
    return f"sha256(sha256({text(f'{key}:')} || {event} || {text(f':{column}')}))"


def _urls(column: str, texts: Sequence[str], key: str, lists: DerivingLists) -> dict[str, str]:
    """Keep the host of every URL and put a keyed hash for the rest."""
    host = _HOSTS[column]
    hosts = derive(column, pa.array(texts, pa.string()), lists)[host].to_pylist()
    shown = [("~" if h is None else f"http://{h}/~") + pseudonym(key, column, said)
             for said, h in zip(texts, hosts, strict=True)]
    again = derive(column, pa.array(shown, pa.string()), lists)[host]
    if pc.any(pc.not_equal(again, pa.array(hosts, again.type))).as_py() or (
            again.is_null().to_pylist() != [h is None for h in hosts]):
        raise EngineError(problem(f"a {column} cannot be replaced without changing its host",
                                  then=f"export with --clear {column}"))
    return dict(zip(texts, shown, strict=True))
