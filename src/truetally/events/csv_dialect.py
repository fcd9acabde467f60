"""How a CSV file is written: encoding, delimiter, quote and header."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.events.column_map import ColumnMap

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One delimiter and one quote ("" for none), both single ASCII characters."""

    delimiter: str
    quote: str

    def parse(self, lines: Iterator[str]) -> list[str]:
        """Read one record from `lines` after RFC 4180.

        Raises:
            csv.Error: its quotes are wrong, or a field is larger than 131,072 characters.
        """
        if not self.quote:
            return next(csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE,
                                   quotechar=None), [])
        return next(csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote,
                               doublequote=True, strict=True), [])


def of(first_line: str, mapping: ColumnMap | None) -> Dialect:
    """Take the dialect a mapping states, or the delimiter the first line uses most."""
    said = mapping or ColumnMap()
    outside = "".join(first_line.split(said.quote)[::2]) if said.quote else first_line
    delimiter = said.delimiter or max(DELIMITERS, key=outside.count)
    return Dialect(delimiter=delimiter, quote=said.quote)


def not_utf8(path: Path, what: str) -> InputError:
    """Say that a file is not in the encoding it was read in."""
    return InputError(problem(
        "the text is not valid UTF-8", where=path, expected="UTF-8, or `encoding` in the mapping",
        found=what, then='set encoding, for example encoding = "gb18030"'))
