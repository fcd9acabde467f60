"""Open a table on DuckDB or Spark, run an expression, keep its SQL: the only room that executes."""

from collections.abc import Callable
from pathlib import Path

from truetally.engine.spec import Engine, Resources
from truetally.errors import EngineError, problem

__all__ = ["Engine", "Resources", "engine_of", "open_engine"]


def open_engine(name: str, resources: Resources, readable: tuple[Path, ...]) -> Engine:
    """Open the embedded engine (``duckdb``) or Spark (``spark``, ``spark://…``, ``sc://…``).

    `readable` are the files and folders that SQL may read from now on; nothing else is reachable.

    Raises:
        EngineError: the name is unknown, or the engine cannot start.
    """
    return engine_of(name)(resources, readable)


def engine_of(name: str) -> Callable[[Resources, tuple[Path, ...]], Engine]:
    """Load an engine, and return what opens it.

    Raises:
        EngineError: the name is unknown.
    """
    if name == "duckdb":
        from truetally.engine.duck import Duck

        return Duck
    if name == "spark" or name.startswith(("spark://", "sc://", "local[")):
        from truetally.engine.spark import Spark

        return lambda resources, _: Spark(resources, name)
    raise EngineError(problem("unknown engine", expected="duckdb, spark, spark://… or sc://…",
                              found=repr(name), then="correct --engine"))
