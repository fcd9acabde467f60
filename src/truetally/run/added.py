"""What other commands have found in a case, read for the report from the files they leave.

`attribution/*.json`, `estimate/*.json`, `settlement/*.json`, `sample/*/outcome.json`: one JSON
object a file. Its own members that are texts, whole numbers or booleans become lines; lists of
objects become tables of such members. A file that is no such object is named with its digest alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from truetally.report.data import Text
from truetally.report.document.court import Added, AddedTable
from truetally.report.shares import grouped
from truetally.report.words import all_words, say

FOLDERS = ("attribution", "estimate", "settlement", "sample")
_NAMES = {"sample": "*/outcome.json"}
SEALED = ("attribution",)  # it names signatures, which would teach how to pass
OPEN = ("attribution/results.json",)  # but for its figures and answers, which name none
_ANSWERED = ("argument_text", "status", "answer_text")
_TOLD = ("devices", "events", "items")
_MOST_ROWS = 40
_MOST_HEADS = 7
_MOST_BYTES = 64 << 20
_MOST_TEXT = 200


def added(case: Path) -> tuple[Added, ...]:
    """Read what attribution, estimate, settlement and sample have left in a case."""
    return tuple(_read(case, folder, path) for folder in FOLDERS
                 for path in sorted((case / folder).glob(_NAMES.get(folder, "*.json")))
                 if path.is_file() and not path.is_symlink())


def _read(case: Path, folder: str, path: Path) -> Added:
    content, name = path.read_bytes(), path.relative_to(case).as_posix()
    found = _parsed(content) if len(content) <= _MOST_BYTES else {}
    if name in OPEN:
        found = {key: found[key] for key in (*_TOLD, "answers") if key in found}
    facts = [(key, value) for key, value in found.items() if _scalar(value)]
    tables = [_table(key, rows) for key, rows in found.items() if _listed(rows)]
    return Added(title=_title(folder, path.stem), file=name,
                 sha256=hashlib.sha256(content).hexdigest(), note=None,
                 facts=tuple((_named(key), _cell(value)) for key, value in facts),
                 tables=tuple(table for table in tables if table.heads),
                 sealed=folder in SEALED and name not in OPEN)


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _listed(value: object) -> bool:
    return (isinstance(value, list) and bool(value)
            and all(isinstance(row, dict) for row in value))


def _scalar(value: object) -> bool:
    """Tell whether a value fits a line or a cell: a short text, a whole number, yes or no."""
    return isinstance(value, str | int) and len(str(value)) <= _MOST_TEXT


def _said(value: object) -> bool:
    """Tell whether a value is one sentence in both languages."""
    return (isinstance(value, dict) and set(value) == {"en", "zh"}
            and all(isinstance(text, str) for text in value.values()))


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> AddedTable:
    """Lay out the members that fit a cell; what is nested stays in the file."""
    every = list(dict.fromkeys(head for row in rows for head, value in row.items()
                               if _scalar(value) or _said(value)))
    every.sort(key=lambda head: f"member.{head}" not in all_words())  # those with words first
    heads = [head for head in _ANSWERED if head in every] or every[:_MOST_HEADS]
    numeric = tuple(all(isinstance(row.get(head), int | None)
                        and not isinstance(row.get(head), bool) for row in rows) for head in heads)
    return AddedTable(title=_named(name), heads=tuple(_named(head) for head in heads),
                      numeric=numeric, rows=tuple(tuple(_cell(row.get(head)) for head in heads)
                                                  for row in rows[:_MOST_ROWS]))


def _named(name: str) -> Text:
    """Name a member in both languages where there are words for it, else as the file does."""
    if f"member.{name}" in all_words():
        return Text(en=say(f"member.{name}", "en"), zh=say(f"member.{name}", "zh"))
    shown = name.replace("_", " ")
    return Text(en=shown, zh=shown)


def _title(folder: str, stem: str) -> Text:
    return Text(en=f"{say(f'added.{folder}', 'en')}: {stem}",
                zh=f"{say(f'added.{folder}', 'zh')}：{stem}")


def _cell(value: Any) -> str | Text:
    if _said(value):
        return Text(en=value["en"], zh=value["zh"])
    if isinstance(value, bool):
        return Text(en=say("common.yes", "en"), zh=say("common.yes", "zh")) if value else Text(
            en=say("common.no", "en"), zh=say("common.no", "zh"))
    if isinstance(value, int) or value is None:
        return grouped(value)
    if isinstance(value, str) and f"member.{value}" in all_words():
        return _named(value)
    return str(value) if _scalar(value) else "…"
