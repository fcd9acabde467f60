"""Bounds of fakes that cannot be named are taken as the estimate says, or not at all."""

import json
from pathlib import Path

import pytest

from truetally.errors import CaseError
from truetally.settlement.unnamed import read_unnamed


def estimate(case: Path, name: str, value: object) -> None:
    (case / "estimate").mkdir(exist_ok=True)
    (case / "estimate" / name).write_text(json.dumps(value), "utf-8")


def test_a_case_without_an_estimate_has_no_bounds(tmp_path: Path) -> None:
    assert (read_unnamed(tmp_path).upper, read_unnamed(tmp_path).file) == ({}, "")


def test_the_largest_bound_of_an_item_is_taken(tmp_path: Path) -> None:
    estimate(tmp_path, "a.json", {"items": [{"item_id": "film", "upper_events": 9, "more": 1}]})
    estimate(tmp_path, "b.json", {"items": [{"item_id": "film", "upper_events": 4}]})
    estimate(tmp_path, "c.json", {"other": 1})
    found = read_unnamed(tmp_path)
    assert (found.upper, found.file) == ({"film": 9}, "estimate/a.json estimate/b.json")


@pytest.mark.parametrize("bound", [-1, 1.5, "7", True, None])
def test_a_bound_that_is_no_count_is_refused(tmp_path: Path, bound: object) -> None:
    estimate(tmp_path, "a.json", {"items": [{"item_id": "film", "upper_events": bound}]})
    with pytest.raises(CaseError, match="no count"):
        read_unnamed(tmp_path)


def test_a_damaged_estimate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "estimate").mkdir()
    (tmp_path / "estimate" / "a.json").write_text("{", "utf-8")
    with pytest.raises(CaseError, match="cannot be read"):
        read_unnamed(tmp_path)
