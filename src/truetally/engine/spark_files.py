"""Parquet files between Spark, this process and the machines of a cluster."""

import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as LateError
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.engine import spark_sql
from truetally.engine.spark_start import failing
from truetally.engine.spec import Scan
from truetally.errors import EngineError, problem

BATCH_ROWS = 262_144
PROBE_SECONDS = 90
PROBE_FILES = 16


def uri(path: Path) -> str:
    """Name a file of this machine to Spark, whatever file system is its default."""
    return f"file://{path.absolute()}"


def reader(session: Any, described: str, path: Path) -> Any:
    """Read a Parquet file or folder; its name is a name, never a pattern."""
    return session.read.schema(described).option("__globPaths__", "false").parquet(uri(path))


def source(session: Any, scan: Scan, folder: Path) -> Any:
    """Read a source's good rows as events."""
    # A link, because Spark takes a file whose name begins with _ or . for none at all.
    link = folder / f"source-{scan.number}.parquet"
    link.unlink(missing_ok=True)
    link.symlink_to(scan.path.absolute())
    frame = reader(session, spark_sql.stored(scan), link)
    return frame.selectExpr(*spark_sql.events(scan)).where(spark_sql.GOOD_ROW)


def profile(session: Any, path: Path, days: Sequence[int], columns: tuple[str, ...]) -> Any:
    """Read the columns of a saved profile for some of its days."""
    frame = reader(session, spark_sql.columns(pq.read_schema(path)), path).select(*columns)
    return frame.where(f"day IN ({', '.join(str(int(d)) for d in days)})")


def parts(folder: Path) -> list[Path]:
    """List the files that Spark wrote into a folder, in the order of their partitions."""
    return sorted(folder.glob("part-*.parquet"), key=lambda p: int(p.name.split("-")[1]))


def count(folder: Path) -> int:
    """Count the rows of a folder from the files' footers."""
    return sum(pq.read_metadata(part).num_rows for part in parts(folder))


def stream(folder: Path) -> Iterator[pa.RecordBatch]:
    """Yield a folder's rows in the order in which Spark wrote them, one batch in memory."""
    schema = _plain(folder)
    for part in parts(folder):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


def _plain(folder: Path) -> pa.Schema:
    """Leave out what Spark says beside names and types: which columns happen to hold no null."""
    return pa.schema([pa.field(f.name, f.type) for f in pq.read_schema(parts(folder)[0])])


def gather(folder: Path, path: Path) -> None:
    """Write what Spark wrote into a folder as one file."""
    aside = path.with_name(f".{path.name}.part")
    with pq.ParquetWriter(aside, _plain(folder), compression="zstd") as writer:
        for batch in stream(folder):
            writer.write_batch(batch)
    aside.replace(path)


def in_order(batches: Iterator[pa.RecordBatch], keys: list[str]) -> Iterator[pa.RecordBatch]:
    """Pass batches on, checking that none begins before the one ahead of it ended.

    Raises:
        EngineError: the order across files is not the one that was asked for.
    """
    last: tuple[Any, ...] | None = None
    for batch in batches:
        if not batch.num_rows:
            continue
        first, end = (tuple((v is None, v) for v in batch.slice(at, 1).select(keys).to_pylist()[0]
                            .values()) for at in (0, batch.num_rows - 1))
        if last is not None and first < last:
            raise EngineError(problem("Spark returned rows out of order",
                                      expected=f"ascending {', '.join(keys)}",
                                      then="report this as a defect"))
        last = end
        yield batch


def check_shared(session: Any, folder: Path) -> None:
    """Have the machines of a cluster read files of the folder and write there in turn.

    Raises:
        EngineError: they cannot, or no machine takes the work.
    """
    mark = secrets.token_hex(8)
    asked, answered = folder / "asked", folder / "answered"
    asked.mkdir()
    for n in range(PROBE_FILES):  # several, so that several machines are asked
        pq.write_table(pa.table({"mark": [f"{mark}{n}"]}), asked / f"part-{n}.parquet")

    def ask() -> None:
        described = spark_sql.columns(pa.schema([("mark", pa.string())]))
        reader(session, described, asked).write.parquet(uri(answered))

    then = "mount it at the same path on every machine, or give --case or --temp a folder that is"
    with ThreadPoolExecutor(1) as pool, failing("the cluster cannot use the case folder", then):
        asking = pool.submit(ask)
        try:
            asking.result(PROBE_SECONDS)
        except LateError as error:
            while not asking.done():  # or this process waits on; a job may start only after this
                session.interruptAll()
                wait([asking], timeout=1)
            raise EngineError(problem("the cluster takes no work",
                                      found=f"nothing done in {PROBE_SECONDS} s",
                                      then="start workers, or ask for less --memory")) from error
    found = sorted(v for b in stream(answered) for v in b.column("mark").to_pylist())
    if found != sorted(f"{mark}{n}" for n in range(PROBE_FILES)):
        raise EngineError(problem("the case folder is another one on the cluster", where=folder,
                                  expected=f"{PROBE_FILES} rows", found=len(found), then=then))
