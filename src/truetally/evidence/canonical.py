"""Canonical JSON (RFC 8785): one value, one text.

Fractions are refused: nothing that is sealed holds one. So are whole numbers that a double cannot
hold exactly (RFC 8785, 3.1, by way of I-JSON): write both as text.
"""

import json
from collections.abc import Mapping
from typing import Any

from truetally.evidence.errors import EvidenceError

_LARGEST = 2**53 - 1


def canonical(value: object) -> bytes:
    """Encode as canonical JSON.

    Raises:
        EvidenceError: it holds what canonical JSON has no form for, or a fraction.
    """
    try:
        return json.dumps(_exact(value), ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise EvidenceError("half of a surrogate pair has no canonical JSON") from error


def parsed(data: bytes, place: str) -> Any:
    """Read canonical JSON, and refuse any other text of the same value.

    Raises:
        EvidenceError: it is no JSON, or not in canonical form.
    """
    try:
        value = json.loads(data)
        exact = canonical(value)
    except (ValueError, RecursionError, EvidenceError) as error:
        raise EvidenceError(f"{place} is not canonical JSON: {error}") from error
    if exact != data:
        raise EvidenceError(f"{place} is not in canonical form (RFC 8785)")
    return value


def _exact(value: object) -> object:
    """Put members in the order of the standard (3.2.3); refuse what has no exact form."""
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise EvidenceError("a member's name must be text")
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _exact(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_exact(one) for one in value]
    if value is None or isinstance(value, bool | str) or (
            isinstance(value, int) and abs(value) <= _LARGEST):
        return value
    raise EvidenceError(f"no canonical JSON for {type(value).__name__} {str(value)[:40]}")
