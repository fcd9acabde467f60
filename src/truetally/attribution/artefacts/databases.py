"""SQLite files of a client: cookies, tasks and user agents in their tables, read as dead bytes.

A seized file may be made to attack its reader, so it is opened from a private copy, read-only and
immutable; its views, triggers, virtual tables and functions are never touched (an authorizer allows
reading tables and nothing else), and a count of steps ends what takes too long.
(https://www.sqlite.org/security.html, "Untrusted SQLite Database Files".)
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from truetally.attribution.artefacts import agents
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Buffer, NotReadError
from truetally.attribution.artefacts.item import Kind

Said = tuple[Kind, str, str, str]  # kind, text, place, note
_STEPS = 10_000
_MOST_TABLES, _MOST_COLUMNS, _LONGEST_SQL, _LONGEST_NOTE = 500, 200, 200_000, 400
_COPIED_AT_ONCE = 1 << 22
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_WRITE_AHEAD = 2  # bytes 18 and 19 of the header: the file may have a log beside it
# Chromium's and Firefox's cookie tables: where host, name and value stand.
_COOKIES = {"cookies": ("host_key", "name", "value"), "moz_cookies": ("host", "name", "value")}


def database_says(data: Buffer, bounds: Bounds, refused: list[str]) -> Iterator[Said]:
    """Yield cookies, tasks (cells with an address) and user agents: kind, text, place, note.

    What is not read of the file is told in `refused`. Raises NotReadError if it is damaged.
    """
    if _WRITE_AHEAD in data[18:20]:
        refused.append("a write-ahead log may stand beside it: what is only in that was not read")
    try:
        with _opened(data, bounds) as database:
            for table in _tables(database, refused):
                yield from _rows(database, table, bounds, refused)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError) as why:
        raise NotReadError(f"a damaged or hostile database: {str(why)[:200]}") from None


@contextmanager
def _opened(data: Buffer, bounds: Bounds) -> Iterator[sqlite3.Connection]:
    with tempfile.NamedTemporaryFile(prefix="truetally-", suffix=".sqlite") as copy:
        with memoryview(data) as view:
            for start in range(0, len(view), _COPIED_AT_ONCE):
                copy.write(view[start:start + _COPIED_AT_ONCE])
        copy.flush()
        address = f"file:{quote(str(Path(copy.name)))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            _restrict(database, bounds)
            yield database


def _restrict(database: sqlite3.Connection, bounds: Bounds) -> None:
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON",
                   "mmap_size = 0", "cache_size = -8000"):
        database.execute(f"PRAGMA {pragma}")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 24)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    left = [bounds.database_steps // _STEPS]

    def step() -> int:
        left[0] -= 1
        return left[0] < 0

    database.set_progress_handler(step, _STEPS)
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED
                            else sqlite3.SQLITE_DENY)


def _tables(database: sqlite3.Connection, refused: list[str]) -> Iterator[str]:
    found = database.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(10_000)
    texts = [(str(kind), str(name), str(sql or "")) for kind, name, sql in found]
    tables = sorted((name, sql) for kind, name, sql in texts
                    if kind == "table" and not name.lower().startswith("sqlite_"))
    if len(tables) > _MOST_TABLES:
        refused.append(f"{len(tables)} tables: the first {_MOST_TABLES} were read")
    for name, sql in tables[:_MOST_TABLES]:
        if sql.lstrip()[:14].upper() == "CREATE VIRTUAL" or len(sql) > _LONGEST_SQL:
            refused.append(f"table {name[:80]!r} is virtual, or its definition too long")
        else:
            yield name


def _rows(database: sqlite3.Connection, table: str, bounds: Bounds,
          refused: list[str]) -> Iterator[Said]:
    quoted = '"' + table.replace('"', '""') + '"'
    try:
        cursor = database.execute(f"SELECT * FROM {quoted}")
        names = [str(column[0]) for column in cursor.description][:_MOST_COLUMNS]
        for number, row in enumerate(cursor, 1):
            if number > bounds.database_rows:
                refused.append(f"table {table[:80]!r} has more than {bounds.database_rows} rows")
                return
            cells = {name: value for name, value in zip(names, row, strict=False)
                     if isinstance(value, str | int) and value != ""}
            yield from _row(table, number, cells, bounds)
    except sqlite3.Error as why:
        refused.append(f"table {table[:80]!r} was not read to its end: {str(why)[:200]}")


def _row(table: str, number: int, cells: dict[str, str | int], bounds: Bounds) -> Iterator[Said]:
    shown = table[:80]
    if (columns := _COOKIES.get(table)) and set(columns[1:]) <= set(cells):
        host, name, held = (str(cells.get(column, ""))[:bounds.item_chars] for column in columns)
        yield "cookie", held, f"row {number} of table {shown}", f"{name} of {host}"
        return
    for column, value in cells.items():
        place = f"row {number} of table {shown}, column {column[:80]}"
        text = str(value)[:bounds.item_chars]
        for agent in agents.agents_in(text)[:1]:
            yield "user-agent", agent, place, ""
        if text.startswith(("http://", "https://")):
            others = "; ".join(f"{key}={str(said)[:80]}" for key, said in cells.items()
                               if key != column)
            yield "task", text, place, others[:_LONGEST_NOTE]
