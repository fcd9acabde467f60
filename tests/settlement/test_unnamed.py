"""Bounds of fakes that cannot be named are taken as the estimate says, or not at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from truetally.errors import CaseError
from truetally.settlement.unnamed import FILE, Unnamed, read_unnamed

TERM = (date(2017, 9, 1), date(2017, 9, 30))


def estimate(case: Path, **value: Any) -> None:
    (case / "estimate").mkdir(exist_ok=True)
    (case / FILE).write_text(json.dumps({"digest": "d"} | value), "utf-8")


def window(item: str, first: str, last: str, fakes: object) -> dict[str, Any]:
    return {"items": [{"item": item, "first_day": first, "last_day": last, "fakes": fakes}]}


def read(case: Path) -> Unnamed:
    return read_unnamed(case, "d", *TERM)


def test_a_case_without_an_estimate_has_no_bounds(tmp_path: Path) -> None:
    assert read(tmp_path) == Unnamed()
    assert Unnamed().bound("film", 100) == 0


def test_windows_that_touch_the_term_are_added_up(tmp_path: Path) -> None:
    estimate(tmp_path, lower=[window("film", "2017-08-28", "2017-09-03", 9),
                              window("film", "2017-09-04", "2017-09-10", 4),
                              window("film", "2017-10-02", "2017-10-08", 100)])
    found = read(tmp_path)
    assert (found.fakes, found.file, len(found.sha256)) == ({"film": 13}, FILE, 64)


def test_the_larger_of_title_and_sample_holds(tmp_path: Path) -> None:
    estimate(tmp_path, lower=[window("film", "2017-09-01", "2017-09-07", 30)],
             sample={"kept": {"events": 1000, "exact": {"lower": 1, "upper": 51}}})
    found = read(tmp_path)
    assert [found.bound("film", n) for n in (100, 1000)] == [30, 51]
    assert found.bound("other", 10) == 1  # 0.51, upwards


def test_the_powered_interval_is_taken_where_there_is_one(tmp_path: Path) -> None:
    estimate(tmp_path, sample={"kept": {"events": 10, "exact": {"upper": 9},
                                        "powered": {"upper": 2}}})
    assert read(tmp_path).invalid == 2


@pytest.mark.parametrize("bound", [-1, 1.5, "7", True, None])
def test_a_bound_that_is_no_count_is_refused(tmp_path: Path, bound: object) -> None:
    estimate(tmp_path, lower=[window("film", "2017-09-01", "2017-09-07", bound)])
    with pytest.raises(CaseError, match="not usable"):
        read(tmp_path)


def test_an_estimate_of_other_decisions_is_refused(tmp_path: Path) -> None:
    estimate(tmp_path, digest="e")
    with pytest.raises(CaseError, match="an estimate of the decisions d"):
        read(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"digest": "d", "lower": [1]}'])
def test_a_damaged_estimate_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "estimate").mkdir()
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(CaseError, match="cannot be read"):
        read(tmp_path)
