"""Private keys: made, read and used. They lie in files of mode 600 or in the environment."""

import hashlib
import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from truetally.evidence.canonical import canonical
from truetally.evidence.errors import EvidenceError

ENVIRONMENT = "TRUETALLY_KEY"  # the PEM text of a private key


def generate(path: Path) -> Path:
    """Write a new private key to `path` (mode 600) and return its public half beside it, .pub.

    Raises:
        EvidenceError: one of the files is there already.
    """
    key, public = Ed25519PrivateKey.generate(), path.with_name(path.name + ".pub")
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shown = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for file, content, mode in ((path, secret, 0o600), (public, shown, 0o644)):
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
        except FileExistsError as error:
            raise EvidenceError(f"{file} is there already; a key is never written over") from error
    return public


def private_key(path: Path | None, case: Path) -> Ed25519PrivateKey | None:
    """Read the private key from a file, or from TRUETALLY_KEY; None if there is neither.

    Raises:
        EvidenceError: others can read the file, it lies in the case, or it holds no Ed25519 key.
    """
    if path is None:
        text = os.environ.get(ENVIRONMENT, "")
        return _private(text.encode(), ENVIRONMENT) if text else None
    if path.resolve().is_relative_to(case.resolve()):
        raise EvidenceError(f"{path} lies in the case: keep keys outside, a case is handed on")
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read()
    except OSError as error:
        raise EvidenceError(f"the key {path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise EvidenceError(f"others can read the key {path}: chmod 600 {path}")
    return _private(data, str(path))


def _private(data: bytes, place: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError) as error:
        raise EvidenceError(f"{place} holds no private key in PEM without password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError(f"{place} holds another kind of key than Ed25519")
    return key


def raw(key: Ed25519PublicKey) -> str:
    """Give the 32 bytes of a public key in hexadecimal."""
    return key.public_bytes_raw().hex()


def sign(key: Ed25519PrivateKey, role: str, statement: bytes) -> tuple[bytes, bytes]:
    """Sign a statement in a role; return the envelope and the signature of the envelope."""
    envelope = canonical({"public_key": raw(key.public_key()), "role": role,
                          "statement_sha256": hashlib.sha256(statement).hexdigest()})
    return envelope, key.sign(envelope)
