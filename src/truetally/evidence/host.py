"""Facts of the machine that a court asks for: system, disk, clock, network (民事诉讼证据规定 93).

What the machine does not say is null. Nothing here is measured by sending anything to anyone.
"""

import ctypes
import getpass
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

_CLOCK_SOURCES = (  # what keeps a time service's state, and the service that does
    ("/run/systemd/timesync/synchronized", "systemd-timesyncd"), ("/run/chrony", "chrony"),
    ("/var/lib/chrony/drift", "chrony"), ("/var/lib/ntp/ntp.drift", "ntpd"),
    ("/var/lib/ntpsec/ntp.drift", "ntpd"))
_UNSYNCHRONISED = 0x40  # STA_UNSYNC, adjtimex(2)
_TIMEX_WORDS = 64  # more than struct timex is long


def who() -> dict[str, Any]:
    """Name the account that works, and the person if TRUETALLY_OPERATOR says so."""
    try:
        user: str | None = getpass.getuser()
    except (OSError, KeyError):
        user = None
    return {"user": user, "operator": os.environ.get("TRUETALLY_OPERATOR") or None}


def facts(place: Path) -> dict[str, Any]:
    """Collect the facts: operating system, the disk below `place`, clock and network state."""
    return {"name": platform.node() or None, "system": platform.system(),
            "release": platform.release(), "machine": platform.machine(),
            "python": platform.python_version(), "disk": _disk(place), "clock": _clock(),
            "network": _network()}


def _disk(place: Path) -> dict[str, Any]:
    usage = shutil.disk_usage(place)
    device, kind = _mount(place.resolve())
    return {"device": device, "filesystem": kind, "total_bytes": usage.total,
            "free_bytes": usage.free}


def _mount(place: Path) -> tuple[str | None, str | None]:
    """Find the mount with the longest path above `place`."""
    found: tuple[int, str | None, str | None] = (-1, None, None)
    for line in _lines("/proc/self/mounts"):
        device, point, kind = (*line.split(" "), "", "", "")[:3]
        point = point.replace("\\040", " ")
        if place.is_relative_to(point or "?") and len(point) >= found[0]:
            found = (len(point), device, kind)
    return found[1], found[2]


def _clock() -> dict[str, Any]:
    """Say what keeps the clock, and what the kernel holds of its error."""
    source = next((name for path, name in _CLOCK_SOURCES if Path(path).exists()), None)
    words = (ctypes.c_long * _TIMEX_WORDS)()
    try:
        code = ctypes.CDLL(None).adjtimex(ctypes.byref(words))
    except (OSError, AttributeError):
        code = -1
    if code < 0 or sys.maxsize < 2**32:
        return {"source": source, "synchronised": None, "offset_us": None, "largest_error_us": None}
    # struct timex of 64-bit Linux: modes, offset, freq, maxerror, esterror, status, ...
    status = words[5] & 0xFFFFFFFF
    offset = words[1] // 1000 if status & 0x2000 else words[1]  # STA_NANO
    return {"source": source, "synchronised": code != 5 and not status & _UNSYNCHRONISED,
            "offset_us": offset, "largest_error_us": words[3]}


def _network() -> dict[str, Any]:
    root = Path("/sys/class/net")
    cards = sorted(root.iterdir()) if root.is_dir() else []
    states = {card.name: " ".join(_lines(str(card / "operstate"))) or None for card in cards}
    routes = [line.split() for line in _lines("/proc/net/route")[1:]]
    return {"interfaces": states or None,
            "default_route": any(r[1] == "00000000" for r in routes if len(r) > 1)
            if Path("/proc/net/route").exists() else None}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
