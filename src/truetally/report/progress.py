"""How long work says where it is: a protocol that `run` calls and a view fulfils."""

from typing import Protocol


class Progress(Protocol):
    """Told of stages and of steps done in them; it never changes what is computed."""

    def stage(self, name: str, total: int | None) -> None:
        """Begin the stage `name` of `total` steps (bytes, rows or files; None: not known)."""

    def advance(self, steps: int) -> None:
        """Count `steps` more of the current stage as done."""


class Steps:
    """Turn "so many of so many" into steps of the stage that has begun."""

    __slots__ = ("_done", "_progress")

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def __call__(self, done: int, whole: int) -> None:
        """Advance to `done` of `whole`."""
        del whole
        self._progress.advance(done - self._done)
        self._done = done


class Silent:
    """Says nothing: for pipes, logs and libraries."""

    def stage(self, name: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, steps: int) -> None:
        """Say nothing."""
