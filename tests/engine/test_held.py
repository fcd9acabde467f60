"""Hostile numbers: how far from zero an engine takes one to be, and what sums up within 64 bits."""

from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine.conftest import Opened
from tests.engine.test_engines import scan

from truetally.engine.dialect import total
from truetally.events.schema import EVENT, HELD

BILLION = 10**9
FAR = 2**63 - 1


def test_every_whole_number_but_the_time_is_held() -> None:
    assert set(HELD) == {c for c, kind in EVENT.items() if kind == pa.int64()} - {"time_ms"}


@pytest.mark.parametrize("column", sorted(c for c in HELD if c.endswith("_ms")))
def test_a_billion_of_the_longest_times_fit_64_bits(column: str) -> None:
    assert HELD[column] * BILLION <= FAR


def test_both_engines_hold_alike_and_leave_believable_values(
        opened: Opened, tmp_path: Path) -> None:
    values = [FAR, -FAR - 1, 86_400_000, 0, None]
    rows = {"time_ms": [1_504_238_400_000 + n for n in range(5)], "kind": ["play"] * 5,
            "item_id": ["i"] * 5} | dict.fromkeys(HELD, values)
    pq.write_table(pa.table({c: pa.array(v, EVENT[c]) for c, v in rows.items()}),
                   tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet", columns=tuple(rows))], "")
    t = ibis.table(dict.fromkeys(("time_ms", *HELD), "int64"), name="events")
    found = engine.arrow(t.order_by("time_ms"))
    for column, most in HELD.items():
        assert found[column].to_pylist() == [most, -most, 86_400_000, 0, None]


def test_a_sum_of_the_longest_times_is_exact_on_both_engines(
        opened: Opened, tmp_path: Path) -> None:
    most = HELD["watched_ms"] * 10_000  # stands for ten thousand events each
    engine = opened(tmp_path)
    engine.load("t", pa.table({"n": pa.array([most] * 100_000 + [-1], pa.int64())}))
    t = ibis.table({"n": "int64"}, name="t")
    assert engine.arrow(t.agg(n=total(t.n)))["n"].to_pylist() == [most * 100_000 - 1]
