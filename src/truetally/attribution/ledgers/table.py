"""Read a table of texts from CSV or XLSX: header, then rows with their numbers."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from truetally.attribution.artefacts.content import Content, NotReadError, mapped
from truetally.attribution.artefacts.texts import encoding_of, text_of
from truetally.attribution.ledgers.order import Rejected
from truetally.errors import InputError, problem
from truetally.events import csv_dialect

_LARGEST_FILE, _LARGEST_UNPACKED, _LARGEST_RATIO = 1 << 28, 1 << 28, 200
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 1_000_000, 200, 20_000
_ZIP = b"PK\x03\x04"
_SPOKEN = re.compile(r"[\s_\-()（）\[\]【】:：/]+")
# A document type can declare entities that grow without end; a workbook never has one.
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
_HEAD = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of one file below its header: 1-based number and the known texts by column.

    Names of columns are those of `plain_name`; empty cells are left out.
    """

    path: str
    sha256: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    rejected: tuple[Rejected, ...]


def plain_name(name: str) -> str:
    """Return a column's name in lower case, without spaces and marks: "Order ID" is "orderid"."""
    return _SPOKEN.sub("", name).lower()


def read_table(path: Path) -> Table:
    """Read a CSV (any delimiter; UTF-8, UTF-16 or GBK) or the first sheet of an XLSX file.

    Raises:
        InputError: the file is missing, too large, damaged, or neither of the two.
    """
    try:
        with mapped(path.resolve(), path.name, _LARGEST_FILE) as content:
            return table_of(content)
    except NotReadError as why:
        raise InputError(problem("cannot read the table", where=path, found=str(why),
                                 expected="CSV or XLSX with a header",
                                 then="export it again from its program")) from None


def table_of(content: Content) -> Table:
    """Read a table's bytes. Raises NotReadError if they are neither CSV nor XLSX."""
    data = bytes(content.data)
    rows = list(_held(_sheet(data) if data.startswith(_ZIP) else _text(data)))
    header = next((row for _, row in rows if isinstance(row, list)), [])
    names = [plain_name(cell) for cell in header]
    start = next((n for n, (_, row) in enumerate(rows) if row is header), 0)
    first = rows[start][0] if rows else 0
    good, bad = list[tuple[int, Mapping[str, str]]](), list[Rejected]()
    for number, row in rows[start + 1:]:
        if isinstance(row, str):
            bad.append(Rejected(row=number - first, reason=row))
        elif any(row):
            good.append((number - first, {name: cell for name, cell in zip(names, row, strict=False)
                                          if name and cell}))
    return Table(path=content.path, sha256=content.sha256, header=tuple(header), rows=tuple(good),
                 rejected=tuple(bad))


def _held(cells: Iterator[list[str] | str]) -> Iterator[tuple[int, list[str] | str]]:
    """Number the rows, leave out blank ones, and bound what they hold."""
    for number, row in enumerate(cells):
        if number > _MOST_ROWS:
            yield number, f"more than {_MOST_ROWS} rows: this and the rest were not read"
            return
        if isinstance(row, list):
            if not any(row):
                continue
            if len(row) > _MOST_COLUMNS or max(map(len, row)) > _LONGEST_CELL:
                yield number, (f"more than {_MOST_COLUMNS} columns, or a cell of more than "
                               f"{_LONGEST_CELL} characters")
                continue
        yield number, row


def _text(data: bytes) -> Iterator[list[str] | str]:
    encoding = encoding_of(data, whole=True)
    if not encoding:
        raise NotReadError("no text in UTF-8, UTF-16 or GBK, and no XLSX")
    text = text_of(data, encoding).lstrip("\n")
    dialect = csv_dialect.of(text.partition("\n")[0], None)
    reader = csv.reader(io.StringIO(text), delimiter=dialect.delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            yield f"not CSV: {why}"
            continue
        yield [cell.strip() for cell in row]


def _sheet(data: bytes) -> Iterator[list[str] | str]:
    """Yield the rows of a workbook's first sheet. Formulas give the value they had when saved."""
    try:
        import openpyxl
    except ImportError:
        raise NotReadError("an XLSX file: install truetally[forensics] to read it") from None
    try:
        _refuse_hostile(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and extensions that are not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                for row in book.worksheets[0].iter_rows(values_only=True,
                                                        max_col=_MOST_COLUMNS + 1):
                    yield _shorn([_cell(value) for value in row])
            finally:
                book.close()
    except NotReadError:
        raise
    except Exception as why:  # noqa: BLE001 — the library raises whatever its parsers do
        raise NotReadError(f"a damaged workbook: {str(why)[:200]}") from None


def _refuse_hostile(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        members = book.infolist()
        unpacked = sum(one.file_size for one in members)
        if unpacked > _LARGEST_UNPACKED or unpacked > max(_LARGEST_RATIO * len(data), 1 << 22):
            raise NotReadError(f"a workbook that unpacks to {unpacked} bytes")
        for one in members:
            if one.filename.lower().endswith((".xml", ".rels")):
                with book.open(one) as part:
                    head = part.read(_HEAD)
                if any(sign in head for sign in _DOCTYPES):
                    raise NotReadError("a workbook with a document type, which none has")


def _shorn(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _cell(value: Any) -> str:
    """Return a cell as the text it shows: whole numbers without a point, moments as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
