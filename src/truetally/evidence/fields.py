"""Commit to single fields of rows, so that one can be opened later without the others.

The copy for the other side withholds personal fields. For each of them it holds a commitment,
SHA-256(salt ":" value), with a salt of its own: SHA-256 of SHA-256(key ":" event ":" field), all in
lower-case hexadecimal and decimal text. Opening a field means to hand over its value and its salt;
nothing else follows from them. By hand: ``printf '%s' 'SALT:VALUE' | sha256sum``.
"""

import hashlib
import hmac
from collections.abc import Mapping

from truetally.evidence.errors import EvidenceError, VerificationError


def copy_keys(secret: bytes) -> tuple[str, str]:
    """Derive from a case's secret the key of the salts and the key of the pseudonyms."""
    salts, names = (hmac.new(secret, purpose, "sha256").hexdigest()
                    for purpose in (b"truetally copy salts 1", b"truetally copy names 1"))
    return salts, names


def field_salt(key: str, event: int, field: str) -> str:
    """Give the salt of one field of one event."""
    return _twice(f"{key}:{event}:{field}")


def pseudonym(key: str, field: str, value: str) -> str:
    """Give the keyed hash that stands for a value: equal values, equal hashes; 128 bits."""
    return _twice(f"{key}:{field}:{value}")[:32]


def _twice(text: str) -> str:
    return _sha256(_sha256(text))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def field_commitment(salt: str, value: str) -> str:
    """Commit to a value under its salt."""
    return _sha256(f"{salt}:{value}")


def check_opening(opening: Mapping[str, object], committed: str | None) -> None:
    """Check that an opened field (event, field, value, salt) is the one committed to.

    Raises:
        EvidenceError: a part is missing.
        VerificationError: it is another value, or there was none to withhold.
    """
    try:
        event, field, value, salt = (str(opening[name])
                                     for name in ("event_id", "field", "value", "salt"))
    except KeyError as error:
        raise EvidenceError(f"an opening without {error}") from error
    found = field_commitment(salt, value)
    if committed is None or not hmac.compare_digest(found, committed):
        raise VerificationError("the opened field is not the one committed to",
                                place=f"event {event}, {field}", found=found,
                                expected="no value" if committed is None else committed)
