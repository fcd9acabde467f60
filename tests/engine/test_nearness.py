"""Nearness against its literal meaning: no row that has a near neighbour may be left out."""

from collections.abc import Iterator

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truetally.engine import Engine, Resources, open_engine

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 3),
                          st.integers(946_684_800_000, 946_684_800_000 + 40_000)), max_size=30)
T = ibis.table({"who": "string", "item": "int64", "time_ms": "int64", "order_id": "int64"},
               name="rows")


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One embedded engine for all examples."""
    engine = open_engine("duckdb", Resources(temp=tmp_path_factory.mktemp("near")), [])
    yield engine
    engine.close()


def _near(engine: Engine, rows: list[tuple[str | None, int, int]],
          within_ms: int | None) -> set[int]:
    who, item, time = zip(*rows, strict=True) if rows else ((), (), ())
    engine.load("rows", pa.table({
        "who": pa.array(who, pa.string()), "item": pa.array(item, pa.int64()),
        "time_ms": pa.array(time, pa.int64()),
        "order_id": pa.array(range(len(rows)), pa.int64())}))
    count = engine.near("near", T, ("who", "item"), within_ms)
    found = engine.arrow(ibis.table(T.schema(), name="near").select("order_id"))
    assert count == found.num_rows
    return set(found["order_id"].to_pylist())


@pytest.mark.parametrize("within_ms", [None, 0, 1, 1023, 1024, 30_000])
@given(rows=ROWS)
@settings(max_examples=15)
def test_every_row_with_a_near_neighbour_stays(
        duck: Engine, rows: list[tuple[str | None, int, int]], within_ms: int | None) -> None:
    must = {n for n, (who, item, time) in enumerate(rows) for m, other in enumerate(rows)
            if m != n and other[:2] == (who, item)
            and (within_ms is None or abs(other[2] - time) <= within_ms)}
    assert must <= _near(duck, rows, within_ms)


def test_rows_far_from_others_and_alone_are_left_out(duck: Engine) -> None:
    start = 946_684_800_000
    rows = [("a", 1, start), ("a", 1, start + 500), ("a", 1, start + 9_000_000),
            ("b", 1, start + 100), ("a", 2, start + 200)]
    assert _near(duck, rows, 30_000) == {0, 1}
