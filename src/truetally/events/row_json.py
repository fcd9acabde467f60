"""One row of a columnar source as bytes: canonical JSON, the same on every machine.

After RFC 8785: no spaces, members sorted by name, UTF-8. Integers keep all their digits; what JSON
has no type for is text: decimals, times (ISO 8601), bytes (hexadecimal), non-finite floats.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def canonical_json(row: Mapping[str, Any]) -> bytes:
    """Write one row as canonical JSON."""
    return _text(row).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda k: str(k).encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(str(n))}:{_text(value[n])}" for n in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bytes):
        return _string(value.hex())
    return _string(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    """Write a float as ECMAScript does (RFC 8785, 3.2.2.3); a non-finite one as text."""
    if not math.isfinite(value):
        return _string(str(value))
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e21:
        return np.format_float_positional(value, trim="-")
    digits, _, exponent = repr(value).partition("e")
    return f"{digits}e{int(exponent):+d}"
