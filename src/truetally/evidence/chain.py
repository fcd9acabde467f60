"""The chain of the custody log: how each line holds the one before it.

A record's `sha256` is the hash of its canonical JSON without that member; `previous` is the
`sha256` of the record before (64 zeros in the first); `n` counts from 0. A line that is changed,
dropped, added or moved breaks the chain at a line that is named.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import EvidenceError, VerificationError

FILE = "custody.jsonl"
FIRST = "0" * 64


def chained(record: Mapping[str, Any]) -> str:
    """Hash a record for itself and for the one that follows it."""
    return hashlib.sha256(canonical({k: v for k, v in record.items() if k != "sha256"})).hexdigest()


def check_lines(data: bytes) -> list[bytes]:
    """Check the chain in the bytes of a log and return its lines, without their ends.

    Raises:
        VerificationError: a line is no record, or not the one that belongs there.
    """
    lines = data.split(b"\n")
    if lines.pop() != b"":
        raise VerificationError("the last line is cut off", place=f"{FILE} line {len(lines) + 1}",
                                expected="a line end", found="none")
    previous = FIRST
    for n, line in enumerate(lines):
        place = f"{FILE} line {n + 1}"
        try:
            record = parsed(line, place)
            found = (record["n"], record["previous"], record["sha256"])
            expected = (n, previous, chained(record))
        except (EvidenceError, KeyError, TypeError, AttributeError) as error:
            raise VerificationError("not a record", place=place, expected="canonical JSON with n, "
                                    "previous and sha256", found=str(error)) from error
        if found != expected:
            raise VerificationError("the chain is broken", place=place, expected=expected,
                                    found=found)
        previous = found[2]
    return lines
