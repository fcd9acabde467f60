"""The benchmark: simulate, decide and score every log of a suite, on a few processes."""

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from truetally.bench.campaigns import Tried, attempt, planned
from truetally.bench.rival import libraries
from truetally.bench.score import Levels, Scored, levels, most_kept, score
from truetally.bench.suite import Case, Size, suite, training
from truetally.bench.teach import teach
from truetally.bench.work import Done, Taught, work
from truetally.bench.worth import Trial, Worth, trials
from truetally.bench.worth import attempt as attempt_worth
from truetally.errors import InputError, problem
from truetally.report.progress import Progress

MOST_WORKERS = 2  # cases at a time; each holds one log in memory
_SCRATCH = ".work"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Everything measured. `done` and `scored` are parallel, in the order of the suite; `tried` are
    the logs of the estimates, `worth` the views of logs that single criteria are tried on."""

    size: Size
    seed: int
    done: tuple[Done, ...]
    scored: tuple[Scored, ...]
    levels: Mapping[str, Levels]
    wall_ms: int
    tried: tuple[Tried, ...] = ()
    worth: tuple[Worth, ...] = ()


def run(size: Size, out: Path, *, seed: int, progress: Progress, only: Sequence[str] = (),
        workers: int = MOST_WORKERS) -> Benchmark:
    """Carry out the benchmark, with its scratch files below `out`, which are removed.

    Raises:
        InputError: a library of the extra `bench` is missing, or no scenario is left.
    """
    begin = perf_counter()
    _alone()
    cases = suite(size, seed, only)
    if not cases:
        raise InputError(problem("no such scenario", found=", ".join(only)))
    scratch = out / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        taught = _taught(training(size, seed, only), scratch, progress)
        with ProcessPoolExecutor(min(workers, os.cpu_count() or 1),
                                 multiprocessing.get_context("spawn"),
                                 initializer=_alone) as pool:
            done = _first(pool, cases, scratch, taught, progress)
            level = levels(done)
            scored = _second(pool, done, level, progress)
            small = planned(size.name, seed, only)
            progress.stage("estimates", len(small))
            tried = _all((pool.submit(attempt, job) for job in small), progress.advance)
            worth = _worth(pool, trials(size.name, seed, only), scratch, progress)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    wall_ms = round((perf_counter() - begin) * 1000)
    return Benchmark(size=size, seed=seed, done=tuple(done), scored=tuple(scored), levels=level,
                     wall_ms=wall_ms, tried=tuple(tried), worth=worth)


def _alone() -> None:
    """Keep a process to one thread, so that two of them share two cores, and load libraries."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    libraries()


def _taught(lessons: Sequence[Case], scratch: Path, progress: Progress) -> Taught:
    progress.stage("teach the rivals that learn", len(lessons))
    return teach(lessons, scratch, progress.advance)


def _first(pool: ProcessPoolExecutor, cases: Sequence[Case], scratch: Path, taught: Taught,
           progress: Progress) -> list[Done]:
    progress.stage("simulate and decide", len(cases))
    keep = most_kept(sum(case.events for case in cases))
    return _all((pool.submit(work, case, scratch / case.name, taught, keep) for case in cases),
                progress.advance)


def _second(pool: ProcessPoolExecutor, done: Sequence[Done], level: Mapping[str, Levels],
            progress: Progress) -> list[Scored]:
    progress.stage("compare with the labels", len(done))
    return _all((pool.submit(score, one.case, one.folder, level[one.case.log]) for one in done),
                progress.advance)


def _worth(pool: ProcessPoolExecutor, asked: Sequence[Trial], scratch: Path,
           progress: Progress) -> tuple[Worth, ...]:
    progress.stage("single criteria", len(asked))
    found = _all((pool.submit(attempt_worth, trial, scratch) for trial in asked), progress.advance)
    return tuple(view for views in found for view in views)


def _all(futures: Iterable[Future[Result]], advance: Callable[[int], None]) -> list[Result]:
    """Wait for all, in the order they were asked for; the first failure stops the rest."""
    asked = list(futures)
    try:
        for future in as_completed(asked):
            future.result()
            advance(1)
    except BaseException:
        for future in asked:
            future.cancel()
        raise
    return [future.result() for future in asked]
