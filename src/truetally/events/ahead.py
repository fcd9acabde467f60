"""Work on a few items at once, in order: a block parsed, a day written, while the next is made."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS = 2


def ahead(items: Iterable[Item], work: Callable[[Item], Result],
          workers: int = WORKERS) -> Generator[Result, None, None]:
    """Yield the result of every item in its order; at most `workers` + 1 items are held at once.

    An error of one item is raised in its place, and what was not begun is not begun any more. One
    worker is the caller itself, which an interruption stops at once.
    """
    if workers < WORKERS:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[Result]] = deque()
        try:
            for item in items:
                running.append(pool.submit(work, item))
                if len(running) > workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
