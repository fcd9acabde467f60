"""Run a command and say what it cost; say on what machine and with which versions."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path

VERSIONED = ("truetally", "duckdb", "ibis-framework", "pyarrow", "numpy", "ua-parser-rs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command cost: time on the clock and on the processors, most memory resident."""

    wall_ms: int
    cpu_ms: int
    peak_mb: int


def run(argv: Sequence[str | Path], said: Path) -> Cost:
    """Run a command to its end, with its output in the file `said`.

    Raises SystemExit with the end of that output when the command fails.
    """
    with said.open("wb") as out:
        begin = time.monotonic_ns()
        process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall_ms = (time.monotonic_ns() - begin) // 1_000_000
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = said.read_text("utf-8", "replace")[-2000:]
        sys.exit(f"exit code {process.returncode} from {' '.join(map(str, argv))}\n{tail}")
    return Cost(wall_ms=wall_ms, cpu_ms=round((used.ru_utime + used.ru_stime) * 1000),
                peak_mb=used.ru_maxrss // 1024)


def apart(work: Callable[..., object], *given: object) -> None:
    """Do `work` in a process of its own.

    Linux counts the most memory that a parent ever held as its child's when the child starts: the
    process that measures must stay small, or no figure of memory would be true.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(work, *given).result()


def median(costs: Sequence[Cost]) -> Cost:
    """Take the median of each figure over repeated runs; of memory, the largest."""
    return Cost(wall_ms=round(statistics.median(cost.wall_ms for cost in costs)),
                cpu_ms=round(statistics.median(cost.cpu_ms for cost in costs)),
                peak_mb=max(cost.peak_mb for cost in costs))


def warm(*paths: Path) -> None:
    """Read files once, so that no run pays for the disk and another does not."""
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 24):
                pass


def machine() -> dict[str, str]:
    """Describe the machine by what moves the figures."""
    cpu = [line.partition(":")[2].strip()
           for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
           if line.startswith("model name")]
    memory_kb = int(Path("/proc/meminfo").read_text("utf-8").split()[1])
    return {"processor": cpu[0] if cpu else platform.machine(), "cores": str(cores()),
            "memory": f"{memory_kb >> 20} GiB", "system": platform.freedesktop_os_release()
            .get("PRETTY_NAME", "Linux"), "python": platform.python_version()}


def cores() -> int:
    """Count the processors this process may use."""
    return len(os.sched_getaffinity(0))


def versions() -> dict[str, str]:
    """Name the versions of what was measured and of what it is compared with."""
    found = {}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
