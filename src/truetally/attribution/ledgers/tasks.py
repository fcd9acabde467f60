"""Read the task log of a client: what it was told to open, when, and how it ended."""

from pathlib import Path
from typing import Any

from truetally.attribution.ledgers.columns import TASK, named_rows
from truetally.attribution.ledgers.order import Task, TaskLog
from truetally.attribution.ledgers.orders import CHINA_S
from truetally.attribution.ledgers.table import read_table


def read_tasks(path: Path, *, zone_s: int = CHINA_S) -> TaskLog:
    """Read the tasks of a log (CSV or XLSX); times without a zone are `zone_s` s east of UTC.

    A task needs its target alone. A cell that cannot be read is unknown, and told in `rejected`.

    Raises:
        InputError: the file is missing or damaged, or has no column of targets.
    """
    table = read_table(path)
    found = named_rows(table, TASK, ("target",), zone_s, path)
    tasks = []
    for row in found.rows:
        values: dict[str, Any] = {name: row.values.get(name) for name in TASK}
        tasks.append(Task(**values, row=row.number))
    return TaskLog(path=table.path, sha256=table.sha256, tasks=tuple(tasks),
                   rejected=found.rejected)
