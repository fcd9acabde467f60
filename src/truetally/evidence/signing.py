"""Check Ed25519 signatures by role.

What is signed is a small envelope, `NNNN.ROLE.json`: the role, the public key, and the SHA-256 of
the statement; `NNNN.ROLE.sig` holds the 64 raw bytes, so that OpenSSL can check them as they are.
"""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from truetally.evidence.canonical import parsed
from truetally.evidence.errors import EvidenceError, VerificationError, same

ROLES = ("operator", "reviewer")


def public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key in PEM.

    Raises:
        EvidenceError: there is no Ed25519 key in the file.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(f"no public key in {path}: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError(f"{path} holds another kind of key than Ed25519")
    return key


def raw(key: Ed25519PublicKey) -> str:
    """Give the 32 bytes of a public key in hexadecimal."""
    return key.public_bytes_raw().hex()


def signer(envelope: bytes, signature: bytes, role: str, statement: bytes, place: str) -> str:
    """Check a signature with the key that it names; return that key in hexadecimal.

    This says that the holder of the key signed, not who that is.

    Raises:
        VerificationError: the signature, the role or the statement is another.
    """
    said = parsed(envelope, place)
    wanted = {"public_key": str(said["public_key"]), "role": role,
              "statement_sha256": hashlib.sha256(statement).hexdigest()}
    same("something else is signed", place, wanted, said)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(wanted["public_key"]))
        key.verify(signature, envelope)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError("the signature does not hold", place=place,
                                expected=f"one by {wanted['public_key']}", found="another"
                                ) from error
    return wanted["public_key"]
