"""Progress bars on standard error, only where somebody looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from truetally.report.progress import Progress as Watcher
from truetally.report.progress import Silent
from truetally.report.safe import visible
from truetally.report.terminal.cells import printer


class _Bars:
    """One bar a stage; the stage before is done when the next begins."""

    __slots__ = ("bars", "task")

    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.task: TaskID | None = None

    def stage(self, name: str, total: int | None) -> None:
        """Close the stage before, and begin this one."""
        self._leave()
        self.task = self.bars.add_task(visible(name), total=total)

    def advance(self, steps: int) -> None:
        """Move the bar of the current stage."""
        if self.task is not None:
            self.bars.advance(self.task, steps)

    def _leave(self) -> None:
        """Take a stage of unknown length off the screen; a measured one stays, full."""
        if self.task is not None and self.bars.tasks[-1].total is None:
            self.bars.remove_task(self.task)
            self.task = None
        self.finish()

    def finish(self) -> None:
        """Fill the current bar: its stage is over, whatever was guessed of its length."""
        if self.task is not None:
            done = self.bars.tasks[-1].completed
            total = self.bars.tasks[-1].total
            self.bars.update(self.task, total=total or max(done, 1),
                             completed=total or max(done, 1))


@contextmanager
def watched(*, quiet: bool = False) -> Iterator[Watcher]:
    """Show progress while the block runs; silent if `quiet` or if standard error is no terminal."""
    console = printer(error=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        shown = _Bars(bars)
        yield shown
        shown.finish()
