"""On which line of a TOML text each key stands, so that an error can name it.

`tomllib` gives values alone. This walks the lines beside it: it knows headers, arrays of tables,
bare, quoted and dotted keys, and passes over texts and lists that span lines. A key it cannot place
(inside an inline table) is given the line of the nearest key around it.
"""

import re
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEYS = rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*"
_HEADER = re.compile(rf"\s*(\[\[?){_KEYS}\]")
_ASSIGNED = re.compile(rf"{_KEYS}=")
_ONE = re.compile(_PART)
# Brackets, and what may hold brackets without meaning them: texts and comments.
_TOKEN = re.compile(r"""
    \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''.*?''' | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | \#[^\n]* | [\[\]{}]
    """, re.DOTALL | re.VERBOSE)


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, of every header and key of a valid TOML text, by its path."""
    found: dict[Path, int] = {(): 1}
    tables: dict[Path, int] = {}
    here: Path = ()
    for number, line in _statements(text):
        header = _HEADER.match(line)
        if header:
            here = _opened(_parts(header[2]), tables, new=header[1] == "[[")
            found.setdefault(here, number)
        elif assigned := _ASSIGNED.match(line):
            path = here + tuple(_parts(assigned[1]))
            for end in range(len(here) + 1, len(path) + 1):
                found.setdefault(path[:end], number)
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a key, or of the nearest table or key around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield every line that begins a statement with its number; what lies inside one is passed."""
    inside = _inside(text)
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in inside:
            yield number, line


def _inside(text: str) -> set[int]:
    """Number the lines that begin inside a bracket or a long text."""
    found: set[int] = set()
    depth, number, at = 0, 1, 0
    for token in _TOKEN.finditer(text):
        passed = text.count("\n", at, token.start())
        if depth:
            found.update(range(number + 1, number + passed + 1))
        number += passed
        spanned = token[0].count("\n")
        found.update(range(number + 1, number + spanned + 1))
        number, at = number + spanned, token.end()
        depth += (token[0] in {"[", "{"}) - (token[0] in {"]", "}"})
    return found


def _parts(keys: str) -> list[str]:
    return [part.strip("\"'") for part in _ONE.findall(keys)]


def _opened(parts: list[str], tables: dict[Path, int], *, new: bool) -> Path:
    """Follow a header to its table; an array of tables is entered at its newest place."""
    path: Path = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        if new and place == len(parts) - 1:
            tables[path] = tables.get(path, -1) + 1
        if path in tables:
            path = (*path, tables[path])
    return path
