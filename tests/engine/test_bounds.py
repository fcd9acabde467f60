"""Bounds told by Parquet's footers, beside those of the numbers themselves."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.test_engines import plays, scan, spec

from truetally.engine import Resources, bounds, duck_sql, open_engine
from truetally.engine.packed import Ranges
from truetally.engine.spec import FactsSpec, Scan
from truetally.events.schema import DAY_MS, HELD

SPEC = spec(small=("time_ms", "watched_ms", "status"))
NUMBERS = ("time_ms", "watched_ms", "status", "order_id", "day")
HOUR = 3_600_000
NOON = 17_400 * DAY_MS + 12 * HOUR
FEW = settings(max_examples=max(10, settings.default.max_examples // 5), deadline=None)
ROWS = st.lists(st.tuples(
    st.integers(NOON, NOON + 9 * DAY_MS), st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    st.one_of(st.none(), st.integers(0, 600))), min_size=1, max_size=12)


def written(folder: Path, *rows: Sequence[tuple[Any, ...]], **how: Any) -> list[Scan]:
    """Write files of rows (time_ms, watched_ms, status), three to a row group."""
    for number, each in enumerate(rows):
        pq.write_table(plays(*(dict(zip(NUMBERS, row, strict=False)) for row in each)),
                       folder / f"{number}.parquet", row_group_size=3, **how)
    return [scan(folder / f"{n}.parquet", number=n) for n in range(len(rows))]


def told(scans: Sequence[Scan], of: FactsSpec = SPEC) -> tuple[Ranges | None, Ranges]:
    """Ask the footers, and the numbers themselves."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW events AS {duck_sql.events(scans)}")

        def ask(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        return bounds.footers(scans, of, ask), bounds.scanned(of, ask)


@FEW
@given(first=ROWS, second=ROWS)
def test_footers_say_what_the_numbers_say(first: list[Any], second: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        said, looked = told(written(Path(folder), first, second))
    assert said == looked
    assert looked["order_id"] == (0, (1 << 40) + len(second) - 1)
    assert looked.get("watched_ms", (0, 0))[1] <= HELD["watched_ms"]


def test_only_the_days_of_the_spans_are_held(tmp_path: Path) -> None:
    rows = [(NOON, 1, 200), (NOON + 3 * DAY_MS, 1, 200)]
    said, looked = told(written(tmp_path, rows), replace(SPEC, spans=((NOON, NOON + HOUR),)))
    assert said is not None
    assert said["day"] == looked["day"] == (17_400, 17_400)
    assert said["time_ms"] == (NOON, NOON + HOUR - 1)


def test_footers_without_statistics_tell_nothing(tmp_path: Path) -> None:
    said, looked = told(written(tmp_path, [(NOON, 1, 200)], write_statistics=False))
    assert said is None
    assert looked["status"] == (200, 200)


def test_columns_that_are_unknown_throughout_have_no_bounds(tmp_path: Path) -> None:
    said, _ = told(written(tmp_path, [(NOON, None, None)]))
    assert said is not None
    assert set(said) == {"time_ms", "order_id", "day", "hour"}


def test_rows_numbered_in_a_column_have_the_bounds_of_that(tmp_path: Path) -> None:
    rows = plays({"time_ms": NOON}, {"time_ms": NOON})
    lines = pa.array([70, 90], pa.int64())
    pq.write_table(rows.append_column("line", lines), tmp_path / "e.parquet")
    said, looked = told([replace(scan(tmp_path / "e.parquet", number=2), row_column="line")])
    assert said == looked
    assert looked["order_id"] == ((2 << 40) + 70, (2 << 40) + 90)


@pytest.mark.parametrize("forged", [
    None, {}, {"status": (0, 9)}, {"status": (300, 400)}, {"status": (0, 70_000)}])
def test_numbers_that_a_footer_denies_are_held_all_the_same(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path, forged: dict[str, Any] | None) -> None:
    monkeypatch.setattr(bounds, "footers", lambda *_: forged)
    engine = open_engine("duckdb", Resources(temp=tmp_path / "temp", threads=1), (tmp_path,))
    engine.open_events(written(tmp_path, [(NOON, 1, status) for status in (200, 599, 5)]), "")
    engine.open_facts(SPEC)
    raw, held = (ibis.table({"status": "int64"}, name=name) for name in ("facts_raw", "facts"))
    assert engine.hold("facts", raw) == 3
    assert sorted(engine.arrow(held)["status"].to_pylist()) == [5, 200, 599]
    engine.close()


def test_facts_are_held_in_no_more_than_the_footers_ask_for(tmp_path: Path) -> None:
    engine = open_engine("duckdb", Resources(temp=tmp_path / "temp", threads=1), (tmp_path,))
    engine.open_events(written(tmp_path, [(NOON, 1, 200)]), "")
    engine.open_facts(SPEC)
    raw = ibis.table({"status": "int64", "day": "int32"}, name="facts_raw")
    engine.hold("facts", raw.select("day", "status"))
    held = ibis.table({"status": "int64", "day": "int64"}, name="facts_held")
    kinds = engine.arrow(held.select("day", "status")).schema.types
    assert [str(kind) for kind in kinds] == ["uint8", "uint8"]
    engine.close()
