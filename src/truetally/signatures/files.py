"""Read the entries of a list from a file: plain text, or TOML with source and date per entry."""

import datetime
import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from truetally.errors import PolicyError, problem
from truetally.signatures.entries import Entry, Kind

LARGEST_BYTES = 64_000_000
FIELDS = ("value", "source", "added", "withdrawn", "reason")


def canonical(content: Mapping[str, Any]) -> bytes:
    """Write JSON without spaces, names sorted: what hashes of signatures and lists are over."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_builtin(name: str, kind: Kind) -> tuple[str, tuple[Entry, ...]]:
    """Read a list that comes with the product; return its version and entries.

    Raises PolicyError if there is no such list, naming those there are.
    """
    folder = files(__package__) / "builtin"
    known = sorted(item.name.removesuffix(".toml") for item in folder.iterdir()
                   if item.name.endswith(".toml") and "[[entry]]" in item.read_text("utf-8"))
    if name not in known:
        raise PolicyError(problem("unknown built-in list", expected=", ".join(known),
                                  found=repr(name), then="correct the name after builtin:"))
    return _from_toml(_text(folder / f"{name}.toml", f"builtin:{name}"), f"builtin:{name}", kind)


def read_file(folder: Path, path: str, kind: Kind) -> tuple[str, tuple[Entry, ...]]:
    """Read the list at `path` under `folder`; return its version and entries.

    Text: one entry a line; blank lines and lines that start with ``#`` are left out. TOML: a
    `version`, a `kind`, and ``[[entry]]`` tables with value, source, added, withdrawn, reason.
    Raises PolicyError if the path leaves the folder, or the file is missing or malformed.
    """
    place = (folder / path).resolve()
    if not place.is_relative_to(folder.resolve()) or not place.is_file():
        raise PolicyError(problem("cannot read the list", where=f"file:{path}",
                                  expected="a file in the policy's folder or below it",
                                  found="a path outside" if not place.is_relative_to(
                                      folder.resolve()) else "no such file",
                                  then="put the list beside the policy"))
    text = _text(place, f"file:{path}")
    if place.suffix == ".toml":
        return _from_toml(text, f"file:{path}", kind)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return "", tuple(Entry(value=line, source=f"file:{path}, line {number}")
                     for number, line in lines if line and not line.startswith("#"))


def iso_date(value: object, where: str) -> str:
    """Return a TOML date as ISO 8601 text, "" for none. Raises PolicyError if it is no date."""
    if value is None:
        return ""
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise PolicyError(problem("not a date", where=where, expected="a date such as 2019-07-01",
                                  found=repr(value), then="write it without quotes or a time"))
    return value.isoformat()


def toml_tables(text: str, where: str) -> Mapping[str, Any]:
    """Parse TOML. Raises PolicyError with the parser's line if it is malformed."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise PolicyError(problem("malformed TOML", where=where, found=str(why))) from None


def _text(place: Traversable | Path, where: str) -> str:
    data = place.read_bytes()
    if len(data) > LARGEST_BYTES:
        raise PolicyError(problem("the list is too large", where=where,
                                  expected=f"at most {LARGEST_BYTES} bytes", found=len(data)))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise PolicyError(problem("not text", where=where, expected="UTF-8",
                                  found=f"byte {why.start}")) from None


def _from_toml(text: str, where: str, kind: Kind) -> tuple[str, tuple[Entry, ...]]:
    tables = toml_tables(text, where)
    if tables.get("kind") != kind:
        raise PolicyError(problem("a list of another kind", where=where,
                                  expected=f'kind = "{kind}"',
                                  found=repr(tables.get("kind"))))
    rows = tables.get("entry", [])
    if not isinstance(rows, list):
        raise PolicyError(problem("no entries", where=where, expected="[[entry]] tables",
                                  found=repr(rows)[:80]))
    return str(tables.get("version", "")), tuple(
        _entry(row, f"{where}, entry {number}") for number, row in enumerate(rows, 1))


def _entry(row: object, where: str) -> Entry:
    if not isinstance(row, dict) or not set(row) <= set(FIELDS):
        raise PolicyError(problem("not an entry", where=where, expected=", ".join(FIELDS),
                                  found=repr(row)[:200]))
    texts = {name: row.get(name, "") for name in ("value", "source", "reason")}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["source"]:
        raise PolicyError(problem("an entry without a source", where=where,
                                  expected="value and source as text", found=repr(row)[:200],
                                  then="say who says so, and where"))
    withdrawn = iso_date(row.get("withdrawn"), where)
    if withdrawn and not texts["reason"]:
        raise PolicyError(problem("an entry withdrawn without a reason", where=where,
                                  expected="reason", found=repr(texts["value"])[:200]))
    return Entry(value=texts["value"], source=texts["source"], reason=texts["reason"],
                 added=iso_date(row.get("added"), where), withdrawn=withdrawn)
