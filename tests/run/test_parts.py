"""A case that grows, or is decided in parts, names keys of days that are not in sight."""

from pathlib import Path

import pytest
from tests.run.cases import DAY_MS, row, write
from tests.run.test_incremental import everything

from truetally.run import run_case, runner


def plays(days: range) -> list[dict[str, object]]:
    """Plays of titles of which each day has its own, and one device that every day has."""
    return [row(n * 60, item_id=f"{day}-{n % 2}", device_id=f"d{n % 5}") | {
        "time_ms": row(n * 60)["time_ms"] + day * DAY_MS} for day in days for n in range(120)]


def test_a_title_that_no_new_source_has_keeps_its_name(tmp_path: Path) -> None:
    files = [str(write(tmp_path / f"{d}.parquet", plays(range(d, d + 2)))) for d in (0, 2, 4)]
    for file in files:
        grown = run_case([file], tmp_path / "case", policy="video")
    whole = run_case(files, tmp_path / "whole", policy="video")
    assert everything(tmp_path / "case", grown) == everything(tmp_path / "whole", whole)


@pytest.mark.parametrize("most", [1, 100])
def test_a_case_too_large_for_one_pass_is_decided_alike_in_parts(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    file = str(write(tmp_path / "s.parquet", plays(range(4))))
    whole = run_case([file], tmp_path / "whole", policy="video")
    monkeypatch.setattr(runner.chunks, "__defaults__", (most,))
    parts = run_case([file], tmp_path / "parts", policy="video")
    assert everything(tmp_path / "parts", parts) == everything(tmp_path / "whole", whole)
