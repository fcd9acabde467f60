"""The chain of the custody log: how each line holds the one before it.

A record's `sha256` is the hash of its canonical JSON without that member; `previous` is the
`sha256` of the record before (64 zeros in the first); `n` counts from 0. A line that is changed,
dropped, added or moved breaks the chain at a line that is named.
"""

import hashlib
from collections.abc import Mapping

from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import EvidenceError, VerificationError, same

FILE = "custody.jsonl"
FIRST = "0" * 64


def chained(record: Mapping[str, object]) -> str:
    """Hash a record for itself and for the one that follows it."""
    return hashlib.sha256(canonical({k: v for k, v in record.items() if k != "sha256"})).hexdigest()


def whole_lines(data: bytes, place: str) -> list[bytes]:
    """Split a text into its lines, without their ends.

    Raises:
        VerificationError: the last one has no end.
    """
    *lines, rest = data.split(b"\n")
    same("the last line is cut off", f"{place} line {len(lines) + 1}", b"", rest)
    return lines


def check_lines(data: bytes) -> list[bytes]:
    """Check the chain in the bytes of a log and return its lines, without their ends.

    Raises:
        VerificationError: a line is no record, or not the one that belongs there.
    """
    lines, previous = whole_lines(data, FILE), FIRST
    for n, line in enumerate(lines):
        place = f"{FILE} line {n + 1}"
        try:
            record = parsed(line, place)
            found = (record["n"], record["previous"], record["sha256"])
            expected = (n, previous, chained(record))
        except (EvidenceError, KeyError, TypeError, AttributeError) as error:
            raise VerificationError("not a record", place, "canonical JSON with n, previous and "
                                    "sha256", error) from error
        same("the chain is broken", place, expected, found)
        previous = found[2]
    return lines
