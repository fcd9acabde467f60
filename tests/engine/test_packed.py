"""A table held in few bytes gives back what was put in."""

from collections.abc import Iterator

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.engine import Resources, open_engine
from truetally.engine.packed import pack
from truetally.engine.spec import Engine

INT64 = st.integers(-(2**63) + 1, 2**63 - 1)
NEAR = st.one_of(st.integers(-3, 70_000), st.integers(2**32 - 3, 2**32 + 3), INT64)
TYPES = {"time_ms": "BIGINT", "day": "INTEGER", "watched_ms": "BIGINT", "watched_s": "BIGINT",
         "item_id": "UBIGINT"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine("duckdb", Resources(temp=tmp_path_factory.mktemp("temp"), threads=1), ())
    opened.load("rows", pa.table({"time_ms": [7, 5], "watched_ms": [2500, None], "mask": [1, 2],
                                  "watched_s": [2, None]}))
    yield opened
    opened.close()


@given(values=st.lists(st.one_of(st.none(), NEAR), min_size=1, max_size=6))
def test_numbers_of_any_range_come_back_as_they_were(values: list[int | None]) -> None:
    known = [value for value in values if value is not None]
    packed = pack({"a": "BIGINT"}, {"a": (min(known), max(known))} if known else {})
    with duckdb.connect() as connection:
        connection.register("rows", pa.table({"a": pa.array(values, pa.int64())}))
        connection.execute(f"CREATE TABLE held AS SELECT {packed.held['a']} AS a FROM rows")
        found = connection.sql(f"SELECT {packed.shown['a']} AS a FROM held")
        assert str(found.types[0]) == "BIGINT"
        assert [row[0] for row in found.fetchall()] == values


@pytest.mark.parametrize(("low", "high", "held"), [
    (0, 255, "a::UTINYINT"), (0, 256, "a::USMALLINT"), (-1, 254, "(a - (-1))::UTINYINT"),
    (0, 2**32 - 1, "a::UINTEGER"), (0, 2**32, "a"),
    (2**40, 2**40 + 9, f"(a - ({2**40}))::UTINYINT")])
def test_numbers_are_held_in_what_their_range_needs(low: int, high: int, held: str) -> None:
    assert pack({"a": "BIGINT"}, {"a": (low, high)}).held["a"] == held


def test_columns_of_other_types_and_of_unknown_range_stay_as_they_are() -> None:
    packed = pack(TYPES, {"item_id": (0, 1), "day": (17_000, 18_000)})
    assert packed.held == {"time_ms": "time_ms", "day": "day::USMALLINT",
                           "watched_ms": "watched_ms", "item_id": "item_id"}
    assert packed.shown["day"] == "day::INTEGER"


def test_what_is_made_of_another_column_is_not_held_and_keeps_what_it_is_made_of() -> None:
    packed = pack(TYPES, {"watched_ms": (0, 9)}).narrow({"watched_s", "day"})
    assert set(packed.shown) == {"watched_s", "day"}
    assert set(packed.held) == {"watched_ms", "day"}
    assert packed.shown["watched_s"] == "(watched_ms::BIGINT) // 1000"


def test_a_held_table_can_be_narrowed_replaced_by_what_reads_it_and_dropped(
        engine: Engine) -> None:
    t = ibis.table(dict.fromkeys(("time_ms", "watched_ms", "mask", "watched_s"), "int64"),
                   name="rows")
    assert engine.hold("kept", t.filter(t.mask > 0)) == 2
    engine.narrow("kept", ("time_ms", "watched_s", "mask"))
    kept = ibis.table(dict.fromkeys(("mask", "time_ms", "watched_s"), "int64"), name="kept")
    few = kept.filter(kept.mask == 1).select("watched_s", "time_ms", "mask")
    assert engine.create("kept", few) == 1
    assert engine.arrow(few).to_pylist() == [{"watched_s": 2, "time_ms": 7, "mask": 1}]
    engine.drop("kept")
    assert engine.hold("kept", t.filter(t.mask > 1)) == 1
    engine.drop("kept")
    engine.drop("kept")
