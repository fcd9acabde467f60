"""Refusals of a mapping file: what is wrong, in which line, and what is expected."""

import re
from collections.abc import Mapping
from typing import Any

from truetally.errors import InputError, problem


class Check:
    """Refuse what a mapping cannot say, naming the line it stands in. Each raises InputError."""

    def __init__(self, where: str, text: str) -> None:
        self.where = where
        self.lines = text.splitlines()

    def fail(self, what: str, key: str, expected: object, found: object) -> InputError:
        """Make the error for a key; its line is the first that begins with the key."""
        pattern = re.compile(rf"""\s*(\[.*)?["']?{re.escape(key)}["']?\s*(=|\.|\])""")
        line = next((n for n, text in enumerate(self.lines, 1) if pattern.match(text)), 0)
        place = f"{self.where}, line {line}" if line else self.where
        return InputError(problem(f"{what} {key!r}", where=place, expected=expected, found=found,
                                  then="correct the mapping"))

    def known(self, key: str, allowed: tuple[str, ...] | Mapping[str, Any], name: str) -> None:
        """Refuse a key that is not one of `allowed`."""
        if key not in allowed:
            raise self.fail("unknown name", name, f"one of {', '.join(allowed)}", repr(key))

    def type(self, value: object, kind: type, key: str) -> None:
        """Refuse a value of another type; true is no number."""
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail("wrong type of", key, f"a {kind.__name__}", repr(value))

    def one_of(self, value: Any, allowed: tuple[str, ...], key: str) -> str:
        """Return a text that is one of `allowed`."""
        self.type(value, str, key)
        if value not in allowed:
            raise self.fail("wrong value of", key, " or ".join(map(repr, allowed)), repr(value))
        return str(value)

    def texts(self, value: Any, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        self.type(value, list, key)
        for entry in value:
            self.type(entry, str, key)
        return tuple(value)

    def table(self, value: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
        """Return a table that has no key but the allowed ones."""
        for key in value:
            self.known(key, allowed, key)
        return value
