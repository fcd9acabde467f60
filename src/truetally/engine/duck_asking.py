"""Ask DuckDB in a thread of its own, and say its errors in our words.

While DuckDB is at work nothing else of the thread that asks is done: a signal waits until the
statement ends. So another thread asks, and this one waits, which a signal may end.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from truetally.errors import EngineError, problem

Answer = TypeVar("Answer")
INTERRUPTED = "Query interrupted"
AGAIN_S = 0.05


class BeyondError(EngineError):
    """A number does not fit into what it should be held in."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn DuckDB's errors that an operator can act on into ours."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:  # what Ctrl-C becomes while a query runs
        if str(error) != INTERRUPTED:
            raise
        raise KeyboardInterrupt from error
    except duckdb.OutOfMemoryException as error:
        raise EngineError(problem("out of memory", found=str(error).splitlines()[0],
                                  then="give --memory more, or --temp a larger disk")) from error
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise BeyondError(problem("a number is beyond 64 bits", found=str(error).splitlines()[0],
                                  then="look for absurd numbers in the sources")) from error
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        if "No space left" in str(error):
            raise EngineError(problem("the disk is full", where="the temporary folder",
                                      then="free some, or give --temp another disk")) from error
        raise EngineError(problem("DuckDB could not read or write",
                                  found=str(error).splitlines()[0],
                                  then="check the source and the free disk space")) from error


class Asking:
    """One connection; what is asked of it can be interrupted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take a connection; whoever made it also configures it."""
        self._connection = connection
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="duckdb")
        self._closed = False

    def answer(self, ask: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer:
        """Ask, and wait for the answer; an interruption ends what is asked.

        Raises:
            EngineError: DuckDB cannot do it, in words that an operator can act on.
        """
        if self._closed:
            return ask(self._connection)  # DuckDB says that it is
        with explained():
            try:
                return self._beside.submit(ask, self._connection).result()
            except KeyboardInterrupt:
                self._end()
                raise

    def _end(self) -> None:
        """Interrupt what is asked until it has ended: what has not begun yet does not hear it."""
        idle = self._beside.submit(int)
        while not idle.done():
            self._connection.interrupt()
            wait([idle], AGAIN_S)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and fetch its rows, which are few, if there are any."""
        return self.answer(lambda connection: connection.execute(sql).fetchall())

    def table(self, sql: str) -> pa.Table:
        """Fetch all rows of a query in one piece."""
        return self.answer(lambda connection: connection.sql(sql).to_arrow_table().combine_chunks())

    def batches(self, sql: str, rows: int) -> Iterator[pa.RecordBatch]:
        """Stream the rows of a query, about so many at a time."""
        reader = self.answer(lambda connection: connection.sql(sql).to_arrow_reader(rows))
        while (batch := self.answer(lambda _: next(reader, None))) is not None:
            yield batch

    def close(self) -> None:
        """Give back memory and temporary files; what is still asked is ended."""
        if not self._closed:
            self._end()
            self._closed = True
            self._beside.shutdown()
            self._connection.close()
