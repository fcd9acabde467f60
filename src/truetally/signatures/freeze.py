"""The register of frozen signatures: each one's hash and the time, before it is run on a log.

One canonical JSON object a line, and in each the SHA-256 of the line before: nothing can be taken
out or put in without breaking the chain. Lines are appended and never rewritten.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem
from truetally.signatures.files import canonical
from truetally.signatures.signature import Signature

FIRST = "0" * 64
KEYS = frozenset(("at", "log", "name", "previous", "revision", "sha256", "what"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What the register says of one signature.

    `at` is when it was frozen in this case (UTC, ISO 8601). `changed_after` are the hashes of other
    versions of the same name that had been run on a log of the case by then: the signature may
    have been fitted to what they showed. `others_run` counts signatures of other names run by then.
    """

    sha256: str
    at: str
    changed_after: tuple[str, ...]
    others_run: int


def freeze(register: Path, signature: Signature, now: str) -> Frozen:
    """Write down a signature that the register does not have, and return what it says of it.

    Raises:
        CaseError: the register is damaged.
    """
    lines = read_register(register)
    if not any(_is(line, "frozen", signature) for line in lines):
        _append(register, lines, _line("frozen", signature, now, ""))
        lines = read_register(register)
    return _frozen(lines, signature)


def note_run(register: Path, signature: Signature, log: str, now: str) -> None:
    """Write down that a frozen signature is run on the log whose decisions have digest `log`.

    Raises:
        CaseError: the register is damaged, or does not have the signature.
    """
    lines = read_register(register)
    if not any(_is(line, "frozen", signature) for line in lines):
        raise CaseError(problem("the signature was not frozen before it was run", where=register,
                                found=signature.name, then="freeze it first"))
    if not any(_is(line, "run", signature) and line["log"] == log for line in lines):
        _append(register, lines, _line("run", signature, now, log))


def read_register(register: Path) -> list[Mapping[str, Any]]:
    """Read the register and check its chain; none yet is an empty one.

    Raises:
        CaseError: a line is damaged, missing or put in.
    """
    if not register.exists():
        return []
    lines: list[Mapping[str, Any]] = []
    previous = FIRST
    for number, text in enumerate(register.read_bytes().split(b"\n")[:-1], 1):
        line = _parsed(text)
        if line is None or line["previous"] != previous:
            raise CaseError(problem("the register of frozen signatures is damaged",
                                    where=f"{register}, line {number}",
                                    expected="the line that follows the one before",
                                    found=text[:80].decode("utf-8", "replace"),
                                    then="restore it from a copy"))
        lines.append(line)
        previous = hashlib.sha256(text).hexdigest()
    return lines


def _parsed(text: bytes) -> Mapping[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and set(line) == KEYS else None


def _is(line: Mapping[str, Any], what: str, signature: Signature) -> bool:
    return bool(line["what"] == what and line["sha256"] == signature.sha256)


def _line(what: str, signature: Signature, now: str, log: str) -> dict[str, Any]:
    return {"what": what, "name": signature.name, "revision": signature.revision,
            "sha256": signature.sha256, "at": now, "log": log}


def _append(register: Path, lines: Sequence[Mapping[str, Any]], line: dict[str, Any]) -> None:
    previous = hashlib.sha256(canonical(lines[-1])).hexdigest() if lines else FIRST
    with register.open("ab") as file:
        file.write(canonical(line | {"previous": previous}) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _frozen(lines: Sequence[Mapping[str, Any]], signature: Signature) -> Frozen:
    place = next(i for i, line in enumerate(lines) if _is(line, "frozen", signature))
    runs = [line for line in lines[:place] if line["what"] == "run"]
    other = {line["sha256"] for line in runs if line["name"] == signature.name}
    names = {line["name"] for line in runs} - {signature.name}
    return Frozen(sha256=signature.sha256, at=str(lines[place]["at"]),
                  changed_after=tuple(sorted(other)), others_run=len(names))
