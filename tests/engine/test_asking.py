"""What is asked of DuckDB can be interrupted, and its errors are said in our words."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import duckdb
import pytest

from truetally.engine.duck_asking import Asking, explained

ENDLESS = "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a <> b"
FIRST = "SELECT a.range FROM range(1000000000) AS a, range(1000000000) AS b ORDER BY 1"


@pytest.fixture
def asking() -> Iterator[Asking]:
    """One connection, closed in the end."""
    opened = Asking(duckdb.connect())
    yield opened
    opened.close()


def _interrupt_soon() -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_a_statement_without_an_end_is_interrupted_and_another_can_be_asked(
        asking: Asking) -> None:
    _interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        asking.run(ENDLESS)
    assert asking.run("SELECT 1") == [(1,)]


def test_an_interruption_before_the_statement_begins_ends_it_too(asking: Asking) -> None:
    def late(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        time.sleep(0.4)
        return connection.execute(ENDLESS)

    _interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        asking.answer(late)


def test_what_is_still_asked_in_the_end_is_ended() -> None:
    asking, raised = Asking(duckdb.connect()), []

    def ask() -> None:
        try:
            asking.run(ENDLESS)
        except KeyboardInterrupt:
            raised.append("interrupted")

    other = threading.Thread(target=ask)
    other.start()
    time.sleep(0.2)
    asking.close()
    other.join()
    assert raised == ["interrupted"]


def test_a_closed_connection_says_so_and_can_be_closed_again() -> None:
    asking = Asking(duckdb.connect())
    asking.close()
    asking.close()
    with pytest.raises(duckdb.ConnectionException):
        asking.run("SELECT 1")


def test_a_stream_is_interrupted_before_its_first_rows(asking: Asking) -> None:
    _interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        next(asking.batches(FIRST, 10))
    assert asking.table("SELECT 1 AS n").to_pylist() == [{"n": 1}]


def test_rows_are_streamed_in_pieces(asking: Asking) -> None:
    found = [batch.num_rows for batch in asking.batches("SELECT * FROM range(5000)", 2048)]
    assert sum(found) == 5000
    assert len(found) > 1


@pytest.mark.parametrize(("raised", "expected"), [
    (RuntimeError("Query interrupted"), KeyboardInterrupt),
    (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), KeyboardInterrupt),
    (RuntimeError("another fault"), RuntimeError)])
def test_an_interrupted_query_is_an_interruption_and_no_fault(
        raised: Exception, expected: type[BaseException]) -> None:
    with pytest.raises(expected), explained():
        raise raised
