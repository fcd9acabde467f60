"""How long each stage took, in whole milliseconds, for the manifest."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from truetally.report.progress import Progress, Silent


class Clock:
    """Adds up wall time by stage name."""

    __slots__ = ("_progress", "timings_ms")

    def __init__(self, progress: Progress | None = None) -> None:
        self.timings_ms: dict[str, int] = {}
        self._progress = progress or Silent()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the stage `name`."""
        self._progress.stage(name, None)
        start = time.monotonic_ns()
        try:
            yield
        finally:
            spent = (time.monotonic_ns() - start) // 1_000_000
            self.timings_ms[name] = self.timings_ms.get(name, 0) + spent

    def advance(self, steps: int) -> None:
        """Count steps of the current stage as done."""
        self._progress.advance(steps)
