"""DuckDB's internal keys: 64 bits, of texts that are apt to collide, and what a collision does."""

import re
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truetally.engine import Resources, duck_sql
from truetally.engine.duck import Duck
from truetally.engine.spec import FactsSpec, Scan, table
from truetally.errors import EngineError
from truetally.events.schema import EVENT

SALT = "2eaddc861c3da44a601856b34bc97328"
MANY = 400_000
# Texts of logs, each of its own shape; {n} takes every number below MANY.
SHAPES = ["'user-' || n", "'GA1.2.' || (1000000000 + n * 7) || '.1512057595'",
          "(n // 65536) || '.' || (n // 256 % 256) || '.' || (n % 256) || '.17'",
          "printf('%08x-0000-1000-8000-00805f9b34fb', n)",
          "'Mozilla/5.0 (Windows NT 6.1) Chrome/' || (n % 100) || '.0.' || (n // 100) || '.1'",
          "repeat('a', 8 * (n % 5)) || printf('%06d', n) || repeat('b', 3)",
          "chr((20000 + n % 500)::INTEGER) || n"]


@pytest.mark.parametrize("column", [*duck_sql.USER, "device_id", "item_id", "ip", "listener"])
@pytest.mark.parametrize("shape", SHAPES)
def test_keys_of_texts_that_differ_in_a_few_places_are_all_different(
        column: str, shape: str) -> None:
    made = duck_sql.key(column, SALT, "said")
    counted = duckdb.execute(f"SELECT count(DISTINCT said), count(DISTINCT {made}) FROM "
                             f"(SELECT {shape} AS said FROM range({MANY}) AS t(n))").fetchall()
    assert counted[0][0] == counted[0][1] > MANY // 2


def test_what_texts_are_hashed_behind_puts_late_bytes_first() -> None:
    for column in EVENT:
        found = re.search(rf"'({SALT}{column}:[.]*)'", duck_sql.key(column, SALT))
        assert found
        assert len(found[1]) % 8 == 4


def test_a_key_tells_columns_and_salts_apart() -> None:
    made = [duck_sql.key(column, salt, "'x'") for column in ("account_id", "cookie_id")
            for salt in (SALT, SALT[::-1])]
    assert len(set(duckdb.sql(f"SELECT {', '.join(made)}").fetchall()[0])) == len(made)


def opened(tmp_path: Path, devices: list[str | None]) -> Duck:
    """Open an engine on plays of some devices."""
    path = tmp_path / "events.parquet"
    pq.write_table(pa.Table.from_pylist(
        [{"time_ms": 1_510_000_000_000 + n, "kind": "play", "item_id": "i", "device_id": device}
         for n, device in enumerate(devices)], schema=pa.schema(list(EVENT.items()))), path)
    duck = Duck(Resources(temp=tmp_path / "temp"), (path,))
    duck.open_events([Scan(path=path, number=0, rank=0, columns=tuple(EVENT), row_column="")], SALT)
    return duck


def all_keys(duck: Duck) -> ibis.Table:
    """Select the keys of every device."""
    duck.open_facts(FactsSpec(small=("time_ms",), keys=("device_id",), derived=(), computed=(),
                              masked=(), present=(), offset_ms=0, columns=tuple(EVENT)))
    return table("facts_raw", ("device_id",), duck.key_type).distinct()


def test_a_finding_is_named_by_the_one_text_behind_its_key(tmp_path: Path) -> None:
    duck = opened(tmp_path, ["a", "b", "b", None])
    duck.texts("named", "device_id", all_keys(duck))
    named = duck.arrow(ibis.table({"key": "int64", "text": "string"}, name="named"))
    assert sorted(named["text"].to_pylist()) == ["a", "b"]
    assert named.column_names == ["key", "text"]


def test_a_finding_of_two_devices_under_one_key_stops_the_run(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck_sql, "key", lambda column, _, value=None: (
        f"CASE WHEN {value or column} IS NOT NULL THEN 7::UBIGINT END"))
    duck = opened(tmp_path, ["a", "b"])
    with pytest.raises(EngineError, match="two values of device_id share an internal key"):
        duck.texts("named", "device_id", all_keys(duck))
