"""Appeals: a list entry, or a criterion for some items or addresses, withdrawn with its reasons.

An appeal is TOML:

    id = "2026-014"
    party = "…"                       # who appealed
    decided_by = "…"                  # who decided it
    decided_on = 2026-11-20
    why = "…"
    evidence = "letter.pdf"           # optional: a file beside this one, kept by its SHA-256

    [[withdraw]]                      # an entry of a list, for everybody
    list = "data-centre"
    entry = "203.0.113.0/24"

    [[withdraw]]                      # a criterion, for these items or addresses alone
    criterion = "data-centre-address"
    items = ["v_1"]                   # or: addresses = ["203.0.113.0/24"]
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from truetally.errors import InputError, problem
from truetally.signatures.entries import canonical_value

_TOP = {"id", "party", "decided_by", "decided_on", "why", "evidence", "withdraw"}
_TEXTS = ("id", "party", "decided_by", "why")
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A criterion withdrawn for events of some items, or from some networks; the other is empty."""

    criterion: str
    items: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A decided appeal. `entries` are (list, entry) pairs; `evidence_sha256` is "" without one."""

    id: str
    party: str
    decided_by: str
    decided_on: str
    why: str
    evidence: str
    evidence_sha256: str
    entries: tuple[tuple[str, str], ...]
    waivers: tuple[Waiver, ...]
    sha256: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """Give what the restated case keeps of it."""
        return {"id": self.id, "party": self.party, "decided_by": self.decided_by,
                "decided_on": self.decided_on, "why": self.why, "evidence": self.evidence,
                "evidence_sha256": self.evidence_sha256, "sha256": self.sha256, "text": self.text,
                "entries": [list(pair) for pair in self.entries],
                "waivers": [{"criterion": w.criterion, "items": list(w.items),
                             "addresses": list(w.addresses)} for w in self.waivers]}


def read_appeal(path: Path) -> Appeal:
    """Read an appeal's file and hash its evidence.

    Raises:
        InputError: the key, what was expected, what was found.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(problem("the appeal cannot be read", where=path, expected="a TOML file",
                                 found=str(error)[:200], then="correct the file")) from error
    _need(set(raw) <= _TOP, "unknown key", path, ", ".join(sorted(_TOP)), sorted(set(raw) - _TOP))
    texts = {key: _text(raw, key, path) for key in _TEXTS}
    evidence, digest = _evidence(raw.get("evidence"), path)
    rows = raw.get("withdraw")
    _need(isinstance(rows, list) and rows and all(isinstance(r, dict) for r in rows),
          "nothing is withdrawn", path, "[[withdraw]] tables", rows)
    assert isinstance(rows, list)
    entries, waivers = [], []
    for number, row in enumerate(rows, 1):
        if "list" in row:
            entries.append(_entry(row, f"{path}, withdraw {number}"))
        else:
            waivers.append(_waiver(row, f"{path}, withdraw {number}"))
    return Appeal(**texts, decided_on=_day(raw.get("decided_on"), path), evidence=evidence,
                  evidence_sha256=digest, entries=tuple(entries), waivers=tuple(waivers),
                  sha256=hashlib.sha256(content).hexdigest(), text=text)


def _need(good: object, what: str, where: object, expected: str, found: object) -> None:
    if not good:
        raise InputError(problem(f"{what} in the appeal", where=where, expected=expected,
                                 found=repr(found)[:200], then="correct the file"))


def _text(raw: Mapping[str, Any], key: str, where: object) -> str:
    value = raw.get(key)
    _need(isinstance(value, str) and value.strip(), f"key {key}", where, "a text", value)
    return str(value)


def _day(value: object, where: Path) -> str:
    good = isinstance(value, date) and not isinstance(value, datetime)
    _need(good, "key decided_on", where, "a date without quotes, such as 2026-11-20", value)
    return str(value)


def _evidence(value: object, path: Path) -> tuple[str, str]:
    """Hash the file of evidence; it must lie beside the appeal or below."""
    if value is None:
        return "", ""
    _need(isinstance(value, str), "key evidence", path, "the name of a file beside it", value)
    place, folder = (path.parent / str(value)).resolve(), path.parent.resolve()
    good = place.is_relative_to(folder) and place.is_file()
    _need(good, "key evidence", path, "a file beside the appeal", value)
    _need(place.stat().st_size <= _MOST_BYTES, "evidence", path, f"{_MOST_BYTES} bytes at most",
          place.stat().st_size)
    return str(value), hashlib.sha256(place.read_bytes()).hexdigest()


def _entry(row: Mapping[str, Any], where: str) -> tuple[str, str]:
    _need(set(row) == {"list", "entry"}, "keys", where, "list and entry", sorted(row))
    return _text(row, "list", where), _text(row, "entry", where)


def _waiver(row: Mapping[str, Any], where: str) -> Waiver:
    _need(set(row) in ({"criterion", "items"}, {"criterion", "addresses"}), "keys", where,
          "criterion with items or with addresses, or list and entry", sorted(row))
    networks = _texts(row, "addresses", where)
    try:
        networks = tuple(canonical_value("networks", n) for n in networks)
    except ValueError as error:
        _need(False, "key addresses", where, str(error), networks)
    return Waiver(criterion=_text(row, "criterion", where), items=_texts(row, "items", where),
                  addresses=networks)


def _texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = row.get(key, [])
    good = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
    _need(good and (value or key not in row), f"key {key}", where, "a list of texts", value)
    return tuple(value)
