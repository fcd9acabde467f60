"""The custody log: one line a command, each line holding the hash of the line before it.

`custody.jsonl` in the case: canonical JSON, one record a line, chained as `chain` says: when, who,
with which version, which command, and the SHA-256 of what went in and came out. A log rewritten
from some line on is caught by the seals made since.
"""

import fcntl
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.chain import FILE, FIRST, chained, check_lines

__all__ = ["FILE", "append", "check"]


def append(case: Path, command: str, inputs: Sequence[Mapping[str, Any]],  # noqa: PLR0913
           outputs: Sequence[Mapping[str, Any]], now_ms: int, *, who: Mapping[str, Any],
           tool: str, host: Mapping[str, Any] | None = None,
           more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Add a record to the case's log and return it; two processes wait for each other.

    `inputs` and `outputs` are objects with `name` and `sha256`. A line that a crash cut off is
    dropped, and its length noted as `torn_bytes`.

    Raises:
        VerificationError: the chain of what is there is broken.
        EvidenceError: a value has no canonical JSON.
    """
    with (case / FILE).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        lines = check_lines(whole)
        record = {**(more or {}), "n": len(lines), "time_ms": now_ms, "who": dict(who),
                  "previous": parsed(lines[-1], FILE)["sha256"] if lines else FIRST,
                  "tool": tool, "command": command, "inputs": list(inputs),
                  "outputs": list(outputs), "host": dict(host or {})}
        if len(whole) != len(data):
            record["torn_bytes"] = len(data) - len(whole)
            os.ftruncate(file.fileno(), len(whole))
        record["sha256"] = chained(record)
        _add(file.fileno(), canonical(record) + b"\n", len(whole))
    return record


def _add(file: int, line: bytes, end: int) -> None:
    """Write a line at the end of the log, whole or not at all: a full disk must not cut it off."""
    try:
        done = 0
        while done < len(line):
            done += os.write(file, line[done:])
        os.fsync(file)
    except OSError:
        os.ftruncate(file, end)
        raise


def check(case: Path, *, torn_end: bool = False) -> list[dict[str, Any]]:
    """Check the chain of a case's log and return its records; none if there is no log.

    With `torn_end`, a last line that a crash cut off is passed over, as `append` will drop it.

    Raises:
        VerificationError: a line is not the one that its successor, or its number, says.
    """
    path = case / FILE
    data = path.read_bytes() if path.exists() else b""
    if torn_end:
        data = data[:data.rfind(b"\n") + 1]
    return [parsed(line, FILE) for line in check_lines(data)] if path.exists() else []
