"""Teach the rivals that learn: labelled logs of seeds that are never scored."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from truetally.bench.log import read_log, read_truth
from truetally.bench.rival import Lesson
from truetally.bench.rivals import all_rivals
from truetally.bench.suite import Case
from truetally.bench.work import Taught
from truetally.simulate import simulate


def teach(cases: Sequence[Case], folder: Path, advance: Callable[[int], None]) -> Taught:
    """Simulate the training logs and teach every rival that learns, for each kind of log."""
    taught: dict[str, dict[str, Any]] = {}
    for kind in sorted({case.log for case in cases}):
        lessons = []
        for case in cases:
            if case.log == kind:
                lessons.append(_lesson(case, folder / case.name))
                advance(1)
        taught[kind] = {name: rival.teach(lessons) for name, rival in all_rivals().items()
                        if rival.teach is not None}
    return taught


def _lesson(case: Case, folder: Path) -> Lesson:
    shutil.rmtree(folder, ignore_errors=True)
    written = simulate(case.scenario, folder, events=case.events, seed=case.seed, dose=case.dose)
    lesson = read_log(written.files, case.log), read_truth(written.labels).fake
    shutil.rmtree(folder)
    return lesson
