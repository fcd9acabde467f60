"""What criteria of groups found is kept with the texts that its keys stand for."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tests.run.cases import decide, row

from truetally.run.case import read_manifest


def findings(case: Path, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(
        case / read_manifest(case)["findings"][code]).to_pylist()
    return found


def test_a_device_that_several_criteria_flagged_is_named_by_each(tmp_path: Path) -> None:
    rows = [row(n * 40) for n in range(40)]
    rows += [row(n * 4_000, device_id="honest", account_id=None) for n in range(3)]
    summary = decide(tmp_path, rows)
    for code in ("watch-over-wall-time", "interval-heaping"):
        assert summary.reasons[code] == 40
        assert {each["device_id"] for each in findings(tmp_path / "case", code)} == {"d1"}


def test_a_criterion_that_found_nothing_has_a_table_of_the_same_columns(tmp_path: Path) -> None:
    decide(tmp_path, [row(0)])
    found = pq.read_schema(tmp_path / "case" / read_manifest(
        tmp_path / "case")["findings"]["interval-heaping"])
    assert [str(found.field(name).type) for name in ("day", "device_id")] == ["int32", "string"]
    assert findings(tmp_path / "case", "interval-heaping") == []
