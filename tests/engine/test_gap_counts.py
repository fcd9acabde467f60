"""Gaps counted by sorting, against one SQL statement and against the words of their definition."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truetally.engine import Engine, Resources, open_engine
from truetally.engine.gap_counts import PIECE, counted, number_sql
from truetally.events.schema import DAY_MS

TYPES = {"day": "int32", "device_id": "int64", "time_ms": "int64", "order_id": "int64"}
T = ibis.table(TYPES, name="rows")
GAPS = ibis.table({"day": "int32", "device_id": "int64", "device_gap_s": "int64",
                   "events": "int64"}, name="gaps")
OFFSETS = (-14, 0, 8, 14)
EVENTS = st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), st.integers(-1, 1),
                            st.sampled_from([0, 1, 999, 1000, 30_000, DAY_MS - 1])), max_size=30)
Event = tuple[int | None, int, int]  # device, local day, local time of day in ms
Found = dict[tuple[int, int, int], int]


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One embedded engine for all examples."""
    engine = open_engine("duckdb", Resources(temp=tmp_path_factory.mktemp("gaps")), ())
    yield engine
    engine.close()


def _load(engine: Engine, events: list[Event], hours: int) -> pa.Table:
    rows = pa.table({
        "day": pa.array([day for _, day, _ in events], pa.int32()),
        "device_id": pa.array([device for device, _, _ in events], pa.int64()),
        "time_ms": pa.array([day * DAY_MS + time - hours * 3_600_000
                             for _, day, time in events], pa.int64()),
        "order_id": pa.array(range(len(events)), pa.int64())})
    engine.load("rows", rows)
    return rows


def _rows(table: pa.Table) -> Found:
    return {(r["day"], r["device_id"], r["device_gap_s"]): r["events"] for r in table.to_pylist()}


def _literal(events: list[Event]) -> Found:
    known = sorted((day, device, time) for device, day, time in events if device is not None)
    found: Counter[tuple[int, int, int]] = Counter()
    for (day, device), own in groupby(known, key=lambda e: e[:2]):
        for before, after in pairwise(time for _, _, time in own):
            found[day, device, (after - before) // 1000] += 1
    return dict(found)


@given(events=EVENTS, hours=st.sampled_from(OFFSETS))
@settings(max_examples=30)
def test_gaps_are_counted_as_their_definition_and_one_statement_say(
        duck: Engine, events: list[Event], hours: int) -> None:
    rows = _load(duck, events, hours)
    duck.gaps("gaps", T)
    found = duck.arrow(GAPS)
    assert _rows(found) == _literal(events)
    assert len(found) == len(_literal(events))  # once each
    with duckdb.connect() as plain:
        plain.register("rows", rows)
        assert _rows(plain.sql(duck.ran["gaps"]).to_arrow_table()) == _literal(events)


def test_only_the_days_of_devices_in_the_crowd_are_looked_at(duck: Engine) -> None:
    events: list[Event] = [(1, 0, 0), (1, 0, 5_000), (1, 1, 0), (1, 1, 7_000), (2, 0, 0),
                           (2, 0, 9_000)]
    _load(duck, events, 8)
    duck.load("crowd", pa.table({"day": pa.array([0], pa.int32()), "device_id": [1]}))
    duck.gaps("gaps", T, "crowd")
    assert _rows(duck.arrow(GAPS)) == {(0, 1, 5): 1}


def test_gaps_across_pieces_are_counted_in_full() -> None:
    shift = number_sql(2)[1]
    times = np.arange(PIECE + 5, dtype=np.uint64)  # a millisecond apart
    groups = [times, (np.uint64(1) << np.uint64(shift)) + times * np.uint64(100)]
    found = counted([np.concatenate(groups)[::-1]], 2 * len(times), shift).read_all()
    assert found.to_pylist() == [
        {"id": group, "device_gap_s": 0, "events": PIECE + 4} for group in (0, 1)]


def test_gaps_of_as_many_kinds_as_events_are_given_piece_by_piece() -> None:
    shift = number_sql(PIECE)[1]
    groups = np.arange(PIECE + 5, dtype=np.uint64) << np.uint64(shift)
    numbers = np.concatenate([groups, groups + np.uint64(7_000)])
    batches = list(counted([numbers], len(numbers), shift))
    assert [batch.num_rows for batch in batches if batch.num_rows > PIECE] == []
    found = pa.Table.from_batches(batches)
    assert found["id"].to_pylist() == list(range(PIECE + 5))
    assert (set(found["device_gap_s"].to_pylist()), set(found["events"].to_pylist())) == ({7}, {1})


def test_no_events_have_no_gaps() -> None:
    assert counted([], 0, number_sql(0)[1]).read_all().num_rows == 0
