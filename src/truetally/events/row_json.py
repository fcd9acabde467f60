"""One row of a columnar source as bytes: canonical JSON, the same on every machine.

After RFC 8785: no spaces, members sorted by name, UTF-8. Integers keep all their digits; what JSON
has no type for is text: decimals, times (ISO 8601), bytes (hexadecimal), non-finite floats.
"""

import json
import math
from collections.abc import Mapping
from typing import Any


def canonical_json(row: Mapping[str, Any]) -> bytes:
    """Write one row as canonical JSON."""
    text = json.dumps(_plain(row), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:  # noqa: ANN401 any Arrow value
    if isinstance(value, Mapping):
        return {str(k): _plain(value[k])
                for k in sorted(value, key=lambda k: str(k).encode("utf-16-be", "surrogatepass"))}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _number(value: float) -> float | int | str:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value == int(value) and abs(value) < 1e21 else value  # noqa: PLR2004 RFC 8785, 3.2.2.3
