"""Let numbers be sorted by instructions that the processor at hand is good at.

AMD's Zen 4 has AVX-512, and NumPy sorts with it where it is; but what packs numbers into memory
there is microcode (AMD, Software Optimization Guide for the Zen4 Microarchitecture, 57647, 2.11.2:
avoid the memory destination form of COMPRESS). Sorting takes five times as long as with AVX2. The
numbers that come out are the same.
"""

import os
from collections.abc import Iterable
from pathlib import Path

ASKED = "NPY_DISABLE_CPU_FEATURES"  # NumPy reads it when it is loaded
CPUINFO = Path("/proc/cpuinfo")
ZEN4 = {"vendor_id": "AuthenticAMD", "cpu family": "25"}
RENAMED = (2, 4)  # the version of NumPy that has names for levels of x86 in place of features


def choose_sort() -> None:
    """Tell NumPy, which is not loaded yet, what not to sort with; whoever said it before is right.

    Where nothing can be told of the processor, nothing is said.
    """
    try:
        with CPUINFO.open(encoding="utf-8", errors="replace") as lines:
            if not sorts_badly(lines):
                return
        from importlib.metadata import version  # as long as all the rest here, and seldom needed

        os.environ.setdefault(ASKED, feature_name(version("numpy")))
    except (OSError, ValueError, ImportError):
        return


def sorts_badly(lines: Iterable[str]) -> bool:
    """Read of the first processor whether AVX-512 is there and slow at sorting."""
    said: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if not name.strip():
            break  # the other processors are like the first
        said[name.strip()] = value.strip()
    return (all(said.get(name) == value for name, value in ZEN4.items())
            and "avx512bw" in said.get("flags", "").split())


def feature_name(numpy: str) -> str:
    """Name what this version of NumPy sorts with where AVX-512 is."""
    major, minor = (int(part) for part in numpy.split(".")[:2])
    return "X86_V4" if (major, minor) >= RENAMED else "AVX512_SKX"
