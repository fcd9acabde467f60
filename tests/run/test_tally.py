"""A case's counts on the engine: under any name, and refused where they are gone or damaged."""

from pathlib import Path

import pytest
from tests.run.cases import decide, row

from truetally.errors import CaseError
from truetally.run.case import read_manifest
from truetally.run.summary import judge
from truetally.run.tally import only, open_counts


@pytest.fixture
def case(tmp_path: Path) -> Path:
    decide(tmp_path, [row(n * 100, item_id=f"film{n % 2}", account_id=f"p{n}") for n in range(6)])
    moved = tmp_path / "we[ir]d *?"
    (tmp_path / "case").rename(moved)
    return moved


def test_counts_are_read_in_a_folder_whose_name_is_a_pattern(case: Path) -> None:
    manifest = read_manifest(case)
    with open_counts(case, manifest, judge(manifest)[1]) as counts:
        assert [r["gross"] for r in counts.levels("item_id").to_pylist()] == [3, 3]
        assert only(counts, ["film1"]).uniques("item_id").to_pylist() == [
            {"item_id": "film1", "unique_gross": 3, "unique_net": 3, "unique_total_net": 3}]


@pytest.mark.parametrize("left", [None, b"not Parquet"])
def test_counts_that_are_gone_or_damaged_are_said_to_be(case: Path, left: bytes | None) -> None:
    manifest = read_manifest(case)
    path = case / manifest["partitions"][0]["cube"]
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    with pytest.raises(CaseError, match="the counts cannot be read") as caught, open_counts(
            case, manifest, judge(manifest)[1]):
        pass
    assert str(path) in str(caught.value)
