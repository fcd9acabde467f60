"""What a piece of work costs: seconds, and the most memory the process held meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds of wall time, and the peak of resident memory in kB (null: not known here)."""

    wall_ms: int
    peak_kb: int | None


def measured(work: Callable[[], Result]) -> tuple[Result, Cost]:
    """Do `work`; return its result and its cost. The peak includes what the process held before."""
    known = _forget_peak()
    begin = perf_counter()
    result = work()
    wall = perf_counter() - begin
    return result, Cost(wall_ms=round(wall * 1000), peak_kb=_peak() if known else None)


def _forget_peak() -> bool:
    """Let the kernel count the peak from now on; false where it cannot (proc(5), clear_refs)."""
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak() -> int | None:
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) if found else None
