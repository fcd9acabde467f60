"""Open a table on DuckDB or Spark, run an expression, keep its SQL: the only room that executes."""

from pathlib import Path

from truetally.engine.spec import Engine, Resources
from truetally.errors import EngineError, problem

__all__ = ["Engine", "Resources", "open_engine"]


def open_engine(name: str, resources: Resources, readable: tuple[Path, ...]) -> Engine:
    """Open the embedded engine (``duckdb``) or Spark (``spark``, ``spark://…``, ``sc://…``).

    `readable` are the files and folders that SQL may read from now on; nothing else is reachable.

    Raises:
        EngineError: the name is unknown, or the engine cannot start.
    """
    if name == "duckdb":
        from truetally.engine.duck import Duck

        return Duck(resources, readable)
    if name == "spark" or name.startswith(("spark://", "sc://", "local[")):
        from truetally.engine.spark import Spark

        return Spark(resources, name)
    raise EngineError(problem("unknown engine", expected="duckdb, spark, spark://… or sc://…",
                              found=repr(name), then="correct --engine"))
