"""What other commands have found in a case, read for the report from the files they leave.

`attribution/*.json`, `estimate/*.json`, `settlement/*.json`, `sample/*/outcome.json`: one JSON object a file. Its own
members that are texts, whole numbers or booleans become lines; lists of flat objects become tables.
A file that is no such object is named with its digest alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from truetally.report.data import Text
from truetally.report.document.court import Added, AddedTable
from truetally.report.shares import grouped
from truetally.report.words import say

FOLDERS = ("attribution", "estimate", "settlement", "sample")
_NAMES = {"sample": "*/outcome.json"}
SEALED = ("attribution",)  # it names signatures, which would teach how to pass
_MOST_ROWS = 40
_MOST_HEADS = 7
_MOST_BYTES = 4 << 20
_MOST_TEXT = 200
_HEX = 64


def added(case: Path) -> tuple[Added, ...]:
    """Read what attribution, estimate and settlement have left in a case."""
    return tuple(_read(case, folder, path) for folder in FOLDERS
                 for path in sorted((case / folder).glob(_NAMES.get(folder, "*.json")))
                 if path.is_file() and not path.is_symlink())


def _read(case: Path, folder: str, path: Path) -> Added:
    content = path.read_bytes()
    found = _parsed(content) if len(content) <= _MOST_BYTES else {}
    facts = [(name, value) for name, value in found.items()
             if isinstance(value, str | int) and len(str(value)) <= _MOST_TEXT]
    tables = [(name, value) for name, value in found.items() if _flat(value)]
    return Added(title=_title(folder, path.stem), file=str(path.relative_to(case)),
                 sha256=hashlib.sha256(content).hexdigest(), note=None,
                 facts=tuple((_named(name), _text(value)) for name, value in facts),
                 tables=tuple(_table(name, rows) for name, rows in tables),
                 sealed=folder in SEALED)


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _flat(value: object) -> bool:
    """Tell whether a value is a list of objects whose members are texts and numbers."""
    return (isinstance(value, list) and bool(value)
            and all(isinstance(row, dict) and row for row in value)
            and all(isinstance(cell, str | int | None) for row in value for cell in row.values()))


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> AddedTable:
    heads = list(dict.fromkeys(head for row in rows for head in row))[:_MOST_HEADS]
    numeric = tuple(all(isinstance(row.get(head), int | None) for row in rows) for head in heads)
    return AddedTable(title=_named(name), heads=tuple(_named(head) for head in heads),
                      numeric=numeric,
                      rows=tuple(tuple(_text(row.get(head)) for head in heads)
                                 for row in rows[:_MOST_ROWS]))


def _named(name: str) -> Text:
    shown = name.replace("_", " ")
    return Text(en=shown, zh=shown)


def _title(folder: str, stem: str) -> Text:
    return Text(en=f"{say(f'added.{folder}', 'en')}: {stem}",
                zh=f"{say(f'added.{folder}', 'zh')}：{stem}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or value is None:
        return grouped(value)
    return str(value)
