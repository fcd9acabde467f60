"""Parquet: canonical files stay where they are, others are converted; damage is said plainly."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import parquet, rejects, rows, values

from truetally.errors import InputError
from truetally.events import mapping
from truetally.events.good import REASONS, good_row_sql, row_faults
from truetally.events.read import read
from truetally.events.schema import EARLIEST_MS, LATEST_MS
from truetally.events.source import Source

T = 1_700_000_000_000
GOOD = {"time_ms": [T, T + 5], "kind": ["play", "click"], "item_id": ["a", "b"]}


def take(folder: Path, columns: dict[str, object], toml: str = "") -> Source:
    said = mapping.parse(toml.encode()) if toml else None
    return read(parquet(folder, columns), folder / "case" / "events", mapping=said)


def test_a_canonical_file_is_not_converted(tmp_path: Path) -> None:
    source = take(tmp_path, {**GOOD, "label": [1, 2]})
    assert source.events_path == source.path
    assert source.row_column is None
    assert source.columns == ("time_ms", "kind", "item_id")
    assert (source.first_ms, source.last_ms, source.rows) == (T, T + 5, 2)
    assert list((tmp_path / "case" / "events").iterdir()) == []


def test_its_bad_rows_are_rejects_with_the_whole_row(tmp_path: Path) -> None:
    kinds = ["play"] * 3 + [None, "x", "play"]
    source = take(tmp_path, {"time_ms": [T, None, 5, T, T, T], "kind": kinds,
                             "item_id": ["a"] * 5 + [""], "status": [200] * 6})
    assert (source.rows, source.rejected) == (1, 5)
    found = rejects(source, tmp_path)
    assert [r["reason"] for r in found] == list(REASONS[1:])
    assert found[1]["raw"] == '{"item_id":"a","kind":"play","status":200,"time_ms":5}'


TIMES = st.sampled_from([None, T, EARLIEST_MS, EARLIEST_MS - 1, LATEST_MS, LATEST_MS + 1, 2**62])
KINDS = st.sampled_from([None, "play", "click", "view", "Play", ""])
ITEMS = st.sampled_from([None, "", "a", " "])


@given(st.lists(st.tuples(TIMES, KINDS, ITEMS), min_size=1))
def test_sql_and_arrow_keep_the_same_rows(
        found: list[tuple[int | None, str | None, str | None]]) -> None:
    columns = [pa.array([r[i] for r in found], t) for i, t in
               enumerate((pa.int64(), pa.string(), pa.string()))]
    table = pa.table(dict(zip(("time_ms", "kind", "item_id"), columns, strict=True)))
    with duckdb.connect() as connection:
        connection.register("t", table)
        kept = connection.execute(f"SELECT {good_row_sql('t.')} FROM t").fetchall()
    assert [k for k, in kept] == [not f for f in row_faults(*columns)]


def test_narrower_integers_are_converted(tmp_path: Path) -> None:
    source = take(tmp_path, {**GOOD, "status": pa.array([200, 304], pa.int16())})
    assert source.row_column == "row"
    assert values(source, "status") == [200, 304]


@pytest.mark.parametrize("column_type", [pa.float64(), pa.string(), pa.timestamp("ms"), pa.bool_()])
def test_a_wrong_type_is_refused_with_what_was_expected(
        tmp_path: Path, column_type: pa.DataType) -> None:
    with pytest.raises(InputError, match=r"wrong type of column status.*expected int64"):
        take(tmp_path, {**GOOD, "status": pa.nulls(2, column_type)})


MAPPED = '[time]\ncolumn = "t"\n%s\n[columns]\nitem_id = "v"\n[constants]\nkind = "play"'


@pytest.mark.parametrize(("times", "said", "wanted"), [
    (pa.array([T // 1000], pa.int32()), 'unit = "s"', T),
    (pa.array([T * 1000 + 999], pa.int64()), 'unit = "us"', T),
    (pa.array([1700000000.25], pa.float64()), 'unit = "s"', T + 250),
    (pa.array([Decimal("1700000000.125")], pa.decimal128(20, 3)), 'unit = "s"', T + 125),
    (pa.array([T], pa.timestamp("ms", tz="Asia/Shanghai")), "", T),
    (pa.array([T], pa.timestamp("us", tz="UTC")).cast(pa.timestamp("ns", tz="UTC")), "", T // 1000),
    (pa.array([T + 28_800_000], pa.timestamp("ms")), 'zone = "+08:00"', T)])
def test_times_of_every_type_are_read_by_their_declared_unit(
        tmp_path: Path, times: pa.Array, said: str, wanted: int) -> None:
    if wanted < EARLIEST_MS:
        with pytest.raises(InputError, match="most times"):
            take(tmp_path, {"t": times, "v": ["a"]}, MAPPED % said)
        return
    assert rows(take(tmp_path, {"t": times, "v": ["a"]}, MAPPED % said)) == [
        {"time_ms": wanted, "kind": "play", "item_id": "a", "row": 0}]


def test_a_timestamp_without_zone_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"set time\.zone"):
        take(tmp_path, {"t": pa.array([T], pa.timestamp("ms")), "v": ["a"]}, MAPPED % "")


def test_lists_of_plugins_keep_their_order(tmp_path: Path) -> None:
    source = take(tmp_path, {"t": [T] * 3, "v": [1, 2, 3], "p": [["b", "a"], [], None]},
                  (MAPPED % 'unit = "ms"').replace("[constants]", 'plugins = "p"\n[constants]'))
    assert values(source, "plugins") == ["b | a", None, None]
    assert values(source, "item_id") == ["1", "2", "3"]


def test_a_cut_or_damaged_file_says_so(tmp_path: Path) -> None:
    path = parquet(tmp_path, GOOD)
    data = path.read_bytes()
    for broken in (data[:-8], data[:50], b"PAR1", b"PAR1" + bytes(100) + b"PAR1"):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"cut off or damaged.*copy the file again"):
            read(path, tmp_path / "case" / "events")


def test_two_hundred_thousand_plugin_lists_are_read(tmp_path: Path) -> None:
    n = 200_000
    path = tmp_path / "p.parquet"
    plugins = [["x" * 40, str(i)] for i in range(n)]
    pq.write_table(pa.table({"time_ms": pa.array([T] * n), "kind": ["play"] * n,
                             "item_id": ["a"] * n, "plugins": plugins}), path)
    said = mapping.parse(b'[columns]\nkind = "kind"\nitem_id = "item_id"\nplugins = "plugins"')
    source = read(path, tmp_path / "case" / "events", mapping=said)
    assert len(set(values(source, "plugins"))) == source.rows == n
