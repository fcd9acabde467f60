"""Bad records in good files: each costs itself alone, and is kept with its row and reason."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import parquet, rejects, rows, run

from truetally.errors import InputError
from truetally.events.read import read
from truetally.events.schema import EARLIEST_MS, LATEST_MS

T = 1_700_000_000_000
GOOD = {"time_ms": T, "kind": "play", "item_id": "a"}
YEAR_1970, YEAR_2100 = 1, 4_102_444_800_000
KINDS = ("csv", "json-lines")


def text(kind: str, records: list[dict[str, Any]]) -> bytes:
    """Write records as a source of a kind."""
    if kind == "json-lines":
        return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([GOOD, *(r.values() for r in records)])
    return out.getvalue().encode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_ten_megabytes_is_a_reject(tmp_path: Path, kind: str) -> None:
    source = run(tmp_path, text(kind, [GOOD, GOOD | {"item_id": "x" * 10_000_000}, GOOD]))
    assert (source.rows, source.rejected) == (2, 1)
    found, = rejects(source, tmp_path)
    assert found["row"] == 1
    assert "longer than 1048576 bytes" in found["reason"]
    assert len(found["raw"]) <= 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_nul_is_kept_as_it_is_or_rejects_its_row_alone(tmp_path: Path, kind: str) -> None:
    data = text(kind, [GOOD, GOOD | {"item_id": "b"}, GOOD])
    source = run(tmp_path, data.replace(b"b", b"b\0c") if kind == "csv"
                 else data.replace(b'"b"', b'"b\\u0000c"'))
    assert source.rows + source.rejected == 3
    kept = {row["row"]: row["item_id"] for row in rows(source)}
    assert {0: "a", 2: "a"}.items() <= kept.items()
    assert kept.get(1, "b\0c") == "b\0c"


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_nuls_is_a_reject(tmp_path: Path, kind: str) -> None:
    source = run(tmp_path, text(kind, [GOOD, GOOD]) + b"\0" * 100 + b"\n")
    assert (source.rows, source.rejected) == (2, 1)
    assert rejects(source, tmp_path)[0]["row"] == 2


@pytest.mark.parametrize("time_ms", [YEAR_1970, YEAR_2100, EARLIEST_MS - 1, LATEST_MS + 1, -T])
@pytest.mark.parametrize("kind", [*KINDS, "parquet"])
def test_a_time_of_1970_or_2100_rejects_its_row_alone(
        tmp_path: Path, kind: str, time_ms: int) -> None:
    times = [T, time_ms, T, T]
    if kind == "parquet":
        path = parquet(tmp_path, {"time_ms": times, "kind": ["play"] * 4, "item_id": ["a"] * 4})
        source = read(path, tmp_path / "case" / "events")
    else:
        source = run(tmp_path, text(kind, [GOOD | {"time_ms": t} for t in times]))
    assert (source.rows, source.rejected) == (3, 1)
    assert (source.first_ms, source.last_ms) == (T, T)
    assert rejects(source, tmp_path)[0]["row"] == 1


@given(at=st.floats(0, 1, exclude_max=True))
def test_a_parquet_file_that_is_cut_anywhere_is_refused(
        tmp_path_factory: pytest.TempPathFactory, at: float) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = parquet(folder, {"time_ms": [T] * 50, "kind": ["play"] * 50, "item_id": ["a"] * 50})
    data = path.read_bytes()
    path.write_bytes(data[:int(at * len(data))])
    with pytest.raises(InputError, match="Next: "):
        read(path, folder / "case" / "events")
    assert [p for p in folder.rglob("*") if p.is_file()] == [path]
