"""Drawings come out the same from another process, from this one, and when that process fails."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from truetally.report.html import drawer as module
from truetally.report.html.drawer import Drawer, svg

SPEC: dict[str, Any] = {
    "data": {"values": [{"day": "a <b>&\n'\"", "n": 3}, {"day": "b", "n": 5}]}, "mark": "bar",
    "encoding": {"x": {"field": "day", "type": "nominal"},
                 "y": {"field": "n", "type": "quantitative"}}}


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    with Drawer() as made:
        yield made


def process(drawer: Drawer) -> Any:
    """Give the process behind a drawer, None if it has none."""
    return drawer._process  # noqa: SLF001  # the tests look at what nobody else may


def test_another_process_draws_what_this_one_draws(drawer: Drawer) -> None:
    drawer.for_days(2)
    assert process(drawer).poll() is None
    assert [drawer.svg(SPEC), drawer.svg(SPEC)] == [svg(SPEC)] * 2
    assert process(drawer) is not None


@pytest.mark.parametrize("days", [0, 1])
def test_a_page_without_a_trend_starts_no_process(drawer: Drawer, days: int) -> None:
    drawer.for_days(days)
    assert process(drawer) is None
    assert drawer.svg(SPEC) == svg(SPEC)


def test_what_was_asked_ahead_is_drawn_once_and_given_when_asked_for(drawer: Drawer) -> None:
    other = SPEC | {"mark": "point"}
    drawer.begin()
    for spec in (SPEC, other):
        drawer.ahead(spec)
    assert [drawer.svg(other), drawer.svg(SPEC)] == [svg(other), svg(SPEC)]
    assert drawer.svg(SPEC) == svg(SPEC)


def test_what_was_asked_ahead_of_a_process_that_dies_is_done_without(drawer: Drawer) -> None:
    drawer.begin()
    process(drawer).kill()
    drawer.ahead(SPEC)
    assert drawer.svg(SPEC) == svg(SPEC)


def test_a_process_that_dies_is_done_without(drawer: Drawer) -> None:
    drawer.begin()
    process(drawer).kill()
    assert drawer.svg(SPEC) == svg(SPEC)
    assert process(drawer) is None


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "print('<svg'); input()",
                                     "input(); print('[1]'); input()", "input(); print()",
                                     "import time; time.sleep(60)"])
def test_a_process_that_answers_nonsense_or_nothing_is_done_without(
        drawer: Drawer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    (tmp_path / "draw.py").write_text(program)
    monkeypatch.setattr(module, "PATIENCE_S", 0.5)
    monkeypatch.setattr(module, "_PROGRAM", tmp_path / "draw.py")
    drawer.begin()
    assert drawer.svg(SPEC) == svg(SPEC)


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_where_no_process_can_be_started_this_one_draws(
        drawer: Drawer, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr(sys, "executable", python)
    drawer.begin()
    assert drawer.svg(SPEC) == svg(SPEC)


def test_a_drawer_that_has_ended_draws_in_this_process() -> None:
    with Drawer() as drawer:
        drawer.begin()
    assert drawer.svg(SPEC) == svg(SPEC)


def test_the_process_ends_with_its_drawer() -> None:
    with Drawer() as drawer:
        drawer.begin()
        begun = process(drawer)
        drawer.begin()
        assert process(drawer) is begun
    assert begun.poll() is not None
    assert process(drawer) is None
