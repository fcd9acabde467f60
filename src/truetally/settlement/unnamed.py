"""Read, if a case has them, the upper bounds of fakes that no criterion could name, item by item.

An estimate is a file `estimate/*.json` with `items`: objects with `item_id` and `upper_events`, the
upper end of the interval for fakes among the plays that stayed valid. A file without them speaks
of something else and is passed over; of several bounds for one item the largest is taken.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from truetally.errors import CaseError, problem

_MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """Upper bounds by item, and the file they came from; no file: no interval is known."""

    upper: Mapping[str, int] = field(default_factory=dict)
    file: str = ""
    sha256: str = ""


def read_unnamed(case: Path) -> Unnamed:
    """Read the bounds of a case's estimates.

    Raises:
        CaseError: a file that has `items` cannot be read, or a bound in it is no count.
    """
    upper: dict[str, int] = {}
    names, digests = [], []
    for path in sorted((case / "estimate").glob("*.json")):
        content = _content(path)
        found = _bounds(path, content)
        if found:
            names.append(f"estimate/{path.name}")
            digests.append(hashlib.sha256(content).hexdigest())
            for item, events in found.items():
                upper[item] = max(upper.get(item, 0), events)
    return Unnamed(upper=upper, file=" ".join(names), sha256=" ".join(digests))


def _content(path: Path) -> bytes:
    if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        raise CaseError(problem("an estimate is not a plain file", where=path,
                                expected=f"a regular file of at most {_MOST_BYTES} bytes",
                                then="make the estimate again"))
    return path.read_bytes()


def _bounds(path: Path, content: bytes) -> dict[str, int]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CaseError(problem("an estimate cannot be read", where=path, found=str(error)[:200],
                                then="make the estimate again")) from error
    items = value.get("items") if isinstance(value, dict) else None
    found: dict[str, int] = {}
    for entry in items if isinstance(items, list) else ():
        if isinstance(entry, dict) and "item_id" in entry and "upper_events" in entry:
            events = entry["upper_events"]
            if not isinstance(events, int) or isinstance(events, bool) or events < 0:
                raise CaseError(problem("an estimate's bound is no count", where=path,
                                        expected="upper_events, a whole number from 0",
                                        found=repr(events)[:100],
                                        then="make the estimate again"))
            item = str(entry["item_id"])
            found[item] = max(found.get(item, 0), events)
    return found
