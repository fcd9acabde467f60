"""Tables of Spark as sources: copied into the case, so that what is read is what is hashed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from truetally.engine import Resources
from truetally.errors import InputError, problem
from truetally.evidence.archive import source_name
from truetally.run.ingest import Known

PREFIX = "spark_table:"
FOLDER = "sources"  # of the case: sources that lie nowhere else


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part what the user names into files, and tables without their prefix.

    A file that exists under such a name is a file.
    """
    tables = [a for a in arguments if a.startswith(PREFIX) and not Path(a).exists()]
    return [a for a in arguments if a not in tables], [a.removeprefix(PREFIX) for a in tables]


def copied(tables: Sequence[str], engine: str, resources: Resources, into: Path) -> dict[Path, str]:
    """Copy tables of the engine's catalogue to Parquet files in `into`; give their names by file.

    Raises:
        InputError: the engine is not Spark.
        EngineError: there is no such table, or Spark cannot read it.
    """
    if not tables:
        return {}
    if engine == "duckdb":
        raise InputError(problem("a table of Spark needs Spark", where=PREFIX + tables[0],
                                 expected="--engine spark, spark://HOST:PORT or sc://HOST:PORT",
                                 found=f"--engine {engine}",
                                 then="name the engine that has the table, or export the table"))
    from truetally.engine.spark import Spark

    into.mkdir(exist_ok=True)
    spark = Spark(resources, engine)
    try:
        found = {}
        for number, table in enumerate(dict.fromkeys(tables)):
            path = into.resolve() / f"{number}.parquet"
            spark.snapshot(table, path)
            found[path] = PREFIX + table
        return found
    finally:
        spark.close()


def kept(case: Path, known: Known, name: str) -> Known:
    """Move a copy to its place in the case and name the source as the user did."""
    place = source_name({"number": known.number, "sha256": known.sha256})
    path = case / place
    path.parent.mkdir(exist_ok=True)
    Path(known.path).replace(path)
    return replace(known, name=name, path=str(path), events=known.events or place)


def sweep(case: Path, sources: Sequence[Mapping[str, object]]) -> None:
    """Remove copies that an interrupted run left: those of no source that the manifest names."""
    named = {source_name(source) for source in sources}
    for path in (case / FOLDER).glob("*"):
        if path.is_file() and f"{FOLDER}/{path.name}" not in named:
            path.unlink()
