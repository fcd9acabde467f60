"""Read what `truetally estimate` bounded, if a case has it: fakes that no verdict names.

Two bounds are taken from `estimate/estimate.json`, and the larger holds for an item:

- `lower`: at least so many of a title's plays in a window are not honest. Windows do not overlap;
  those that touch the contract's term are added up.
- `sample`: at most this share of all events that still count is invalid, by examiners' words on a
  random sample.

What a title was played more than its like (`counterfactual`) is left out: more is not fake.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem

FILE = "estimate/estimate.json"
_MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """Bounds by item; at most `invalid` of `events` by the sample; no `file`: nothing is known."""

    fakes: Mapping[str, int] = field(default_factory=dict)
    invalid: int = 0
    events: int = 0
    file: str = ""
    sha256: str = ""

    def bound(self, item: str, plays: int) -> int:
        """Bound the fakes among an item's payable plays, the sample's share rounded up."""
        share = -(-plays * self.invalid // self.events) if self.events else 0
        return max(self.fakes.get(item, 0), share)


def read_unnamed(case: Path, digest: str, first: date, last: date) -> Unnamed:
    """Read the bounds of a case's estimate for a contract's term; none if there is no estimate.

    Raises:
        CaseError: it cannot be read, a bound in it is no count, or it is of other decisions.
    """
    path = case / FILE
    if not path.exists():
        return Unnamed()
    if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        _refuse(path, f"a regular file of at most {_MOST_BYTES} bytes", "another")
    content = path.read_bytes()
    try:
        value = json.loads(content)
        found = value["digest"], _fakes(path, value, first, last), _sample(path, value)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CaseError(problem("an estimate cannot be read", where=path,
                                found=f"{type(error).__name__} {error}"[:200],
                                then="truetally estimate CASE")) from error
    made_of, fakes, (invalid, events) = found
    if made_of != digest:
        _refuse(path, f"an estimate of the decisions {digest}", repr(made_of)[:80])
    return Unnamed(fakes=fakes, invalid=invalid, events=events, file=FILE,
                   sha256=hashlib.sha256(content).hexdigest())


def _fakes(path: Path, value: Mapping[str, Any], first: date, last: date) -> dict[str, int]:
    """Add the windows of every item up."""
    found: dict[str, int] = {}
    for window in value.get("lower") or ():
        for entry in window["items"]:
            starts, ends = (date.fromisoformat(entry[k]) for k in ("first_day", "last_day"))
            if starts <= last and ends >= first:
                item = str(entry["item"])
                found[item] = found.get(item, 0) + _count(path, entry, "fakes")
    return found


def _sample(path: Path, value: Mapping[str, Any]) -> tuple[int, int]:
    """Take the upper end of the interval for invalid events among those that count."""
    kept = (value.get("sample") or {}).get("kept")
    if not kept:
        return 0, 0
    bounds = kept.get("powered") or kept["exact"]
    events = _count(path, kept, "events")
    return min(events, _count(path, bounds, "upper")), events


def _count(path: Path, entry: Mapping[str, Any], key: str) -> int:
    value = entry[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _refuse(path, f"{key}, a whole number from 0", repr(value)[:100])
    return int(value)


def _refuse(path: Path, expected: str, found: str) -> None:
    raise CaseError(problem("an estimate is not usable", where=path, expected=expected,
                            found=found, then="truetally estimate CASE"))
