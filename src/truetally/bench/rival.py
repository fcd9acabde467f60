"""The shape of a rival: a score for every event, higher for more suspicious."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from truetally.bench.log import F64, Flags, Log
from truetally.errors import InputError, problem

LIBRARIES = ("sklearn.ensemble", "pyod.models.ecod", "pyod.models.iforest")
Lesson = tuple[Log, Flags]  # a log and which of its rows are fake


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One method.

    `score(log, taught, truth)` gives a number for each event. `teach` learns from labelled logs of
    other seeds; what it returns is handed to `score` and can be pickled. `truth` (which rows are
    fake) is null except for a method that is `told` it: such a method is an upper reference, no
    competitor. If it `decides`, a score of 1 voids and 0 keeps; if not, a threshold is needed.
    """

    name: str
    title: str
    citation: str
    score: Callable[[Log, Any, Flags | None], F64]
    teach: Callable[[Sequence[Lesson]], Any] | None = None
    told: bool = False
    decides: bool = False


def libraries() -> None:
    """Import the libraries that rivals need, so that no rival's time includes it.

    Raises:
        InputError: one is missing.
    """
    for name in LIBRARIES:
        try:
            import_module(name)
        except ImportError as error:
            raise missing(name.partition(".")[0]) from error


def missing(library: str) -> InputError:
    """Say that an optional library is needed."""
    return InputError(problem(f"{library} is not installed",
                              expected="the optional packages of the benchmark",
                              then="pip install 'truetally[bench]'"))
