"""Read tables of a TOML file that somebody signed: every key known, every value bounded.

Each function takes one key of a table; what is wrong is said with the key and its line.
"""

import datetime
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from truetally.errors import InputError, problem
from truetally.settlement.money import NANO_PER_UNIT, exact, parse_nano
from truetally.settlement.toml_lines import line_of, lines_of

MOST_BYTES = 4 << 20
MOST_TEXT = 300  # characters
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2098, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a document: its values, the path to it, and the text it came from."""

    values: Mapping[str, Any]
    path: tuple[str | int, ...]
    where: str
    text: str

    def refuse(self, key: str | None, what: str, expected: str, found: object) -> NoReturn:
        """Raise InputError for a key of this table, or for the table itself, with its line."""
        path = (*self.path, key) if key is not None else self.path
        line = line_of(lines_of(self.text), path)
        name = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        raise InputError(problem(f"{what}: key {name or '(top)'}, line {line}", where=self.where,
                                 expected=expected, found=found, then="correct the file"))


def read_text(path: Path) -> str:
    """Read a small UTF-8 file.

    Raises:
        InputError: it is missing, not UTF-8, or larger than 4 MiB.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InputError(problem("the file is too large", where=path,
                                     expected=f"at most {MOST_BYTES} bytes", then="divide it"))
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem("cannot read the file", where=path, expected="UTF-8 text",
                                 found=type(error).__name__, then="check the path")) from error


def parse_document(text: str, where: str) -> Table:
    """Parse a TOML text into its top table.

    Raises:
        InputError: it is not TOML; the message has the line.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of absurd numbers and nesting
        raise InputError(problem("the file is not TOML", where=where, found=str(error)[:200],
                                 then="correct the file")) from error
    return Table(values=values, path=(), where=where, text=text)


def known(table: Table, keys: Collection[str]) -> None:
    """Refuse a table that has any other key."""
    for key in table.values:
        if key not in keys:
            table.refuse(key, "unknown key", ", ".join(sorted(keys)), repr(key)[:100])


def text(table: Table, key: str, *, default: str | None = None) -> str:
    """Take a short text of one line that is not empty."""
    value = table.values.get(key, default)
    if value is default is not None:
        return default
    if (not isinstance(value, str) or not 0 < len(value) <= MOST_TEXT or value != value.strip()
            or any(ord(c) < 32 or ord(c) == 127 for c in value)):  # noqa: PLR2004 - ASCII
        table.refuse(key, "not a usable text",
                     f"a text of one line, 1 to {MOST_TEXT} characters", repr(value)[:100])
    return str(value)


def choice(table: Table, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
    """Take one of some words."""
    value = table.values.get(key, default)
    if not isinstance(value, str) or value not in allowed:
        table.refuse(key, "not one of the words", " or ".join(allowed), repr(value)[:100])
    return str(value)


def whole(table: Table, key: str, low: int, high: int, *, default: int | None = None) -> int:
    """Take a whole number within bounds."""
    value = table.values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        table.refuse(key, "not a number within bounds", f"a whole number from {low} to {high}",
                     repr(value)[:100])
    return int(value)


def flag(table: Table, key: str, *, default: bool) -> bool:
    """Take true or false."""
    value = table.values.get(key, default)
    if not isinstance(value, bool):
        table.refuse(key, "not a yes or no", "true or false", repr(value)[:100])
    return bool(value)


def day(table: Table, key: str) -> datetime.date:
    """Take a date without a time."""
    value = table.values.get(key)
    if (not isinstance(value, datetime.date) or isinstance(value, datetime.datetime)
            or not EARLIEST <= value <= LATEST):
        table.refuse(key, "not a date", f"a date such as 2017-09-01, {EARLIEST} to {LATEST}",
                     str(value)[:100])
    return value


def optional_day(table: Table, key: str) -> datetime.date | None:
    """Take a date, None where the key is missing."""
    return day(table, key) if key in table.values else None


def money(table: Table, key: str, *, decimals: int, most_units: int) -> int:
    """Take an amount in nano-units. Money is written as text: a number of TOML is binary.

    A text such as "2.00", never negative, with at most `decimals` places.
    """
    value = table.values.get(key)
    nano = parse_nano(value, decimals=decimals) if isinstance(value, str) else None
    if nano is None or nano > most_units * NANO_PER_UNIT:
        table.refuse(key, "not an amount of money",
                     f'a text such as "2.00": 0 to {most_units}, at most {decimals} decimals',
                     repr(value)[:100])
    return nano


def optional_money(table: Table, key: str, *, decimals: int, most_units: int) -> int | None:
    """Take an amount in nano-units, None where the key is missing."""
    if key not in table.values:
        return None
    return money(table, key, decimals=decimals, most_units=most_units)


def inner(table: Table, key: str) -> Table | None:
    """Enter a table inside this one; None where the key is missing."""
    if key not in table.values:
        return None
    value = table.values[key]
    if not isinstance(value, dict):
        table.refuse(key, "not a table", f"a table [{key}]", repr(value)[:100])
    return Table(values=value, path=(*table.path, key), where=table.where, text=table.text)


def rows(table: Table, key: str, most: int) -> Iterator[Table]:
    """Enter every table of an array of tables, at most `most`."""
    value = table.values.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        table.refuse(key, "not a list of tables", f"at most {most} tables [[{key}]]",
                     f"{len(value)} of them" if isinstance(value, list) else repr(value)[:100])
    for place, each in enumerate(value):
        if not isinstance(each, dict):
            table.refuse(key, "not a list of tables", f"tables [[{key}]]", repr(each)[:100])
        yield Table(values=each, path=(*table.path, key, place), where=table.where,
                    text=table.text)


def shown(nano: int) -> str:
    """Write an amount as a file has it, for a message."""
    return f'"{exact(nano)}"'
