"""What a seal is: statement, signatures, time-stamp, in the case's folder `seal/`.

`NNNN.json` is the statement (canonical JSON): sizes and heads of five trees, the digest of the
decisions, the hash of the statement before it. Who signs, signs a small envelope, `NNNN.ROLE.json`:
the role, the public key, and the SHA-256 of the statement; `NNNN.ROLE.sig` holds the 64 raw bytes
(Ed25519), so that OpenSSL can check them as they are. `NNNN.tsr` is the authority's raw reply over
`NNNN.json`; `NNNN.sums` lists the SHA-256 of them all.

Trees (RFC 9162): `files`: a leaf is a line of `SHA256SUMS`. `custody`: a leaf is a line of the
custody log. `sources`, `decisions`, `findings`: parts, each a header (canonical JSON, with `rows`)
followed by blocks of 1,024 rows; a block's leaf is the list of its rows' hashes,
SHA-256(salt of 16 bytes + bytes of the row). `NAME.leaves` holds the hashes of the leaves.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from truetally.evidence.archive import Files, content
from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import EvidenceError, VerificationError, same
from truetally.evidence.tree import leaf_hash, root

FORMAT = "truetally seal 1"
BLOCK_ROWS = 1024
ROW_TREES = ("sources", "decisions", "findings")
TREES = (*ROW_TREES, "files", "custody")
GROWING = ("sources", "custody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal: the bytes of its files by name, and what the statement says."""

    number: int
    files: Mapping[str, bytes]
    says: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The statement's name."""
        return f"seal/{self.number:04}.json"

    @property
    def statement(self) -> bytes:
        """The bytes that are signed and stamped."""
        return self.files[self.name]

    @property
    def envelopes(self) -> dict[str, str]:
        """The names of the signed envelopes, by role."""
        return {name[len("seal/NNNN."):-len(".json")]: name for name in self.files
                if name.endswith(".json") and name != self.name}


def read_seals(files: Files) -> list[Seal]:
    """Read every seal of a case, oldest first.

    Raises:
        VerificationError: one is missing in between, or is no seal.
    """
    names = sorted(name for name in files if re.fullmatch(r"seal/[0-9]{4}\.json", name))
    seals = []
    for number, name in enumerate(names, 1):
        stem = f"seal/{number:04}."
        same("a seal is missing", f"{stem}json", f"{stem}json", name)
        seals.append(of({n: content(files[n]) for n in files if n.startswith(stem)}, number))
    return seals


def of(files: Mapping[str, bytes], number: int) -> Seal:
    """Read one seal from the bytes of its files.

    Raises:
        VerificationError: the statement is not one, or says another number.
    """
    name = f"seal/{number:04}.json"
    says = parsed(files.get(name, b""), name)
    good = isinstance(says, dict) and isinstance(says.get("trees"), dict)
    same("not a seal's statement", name, [FORMAT, number, sorted(TREES)],
         [says.get("format"), says.get("number"), sorted(says["trees"])] if good else "no object")
    return Seal(number=number, files=files, says=says)


def head(trees: Mapping[str, Any]) -> bytes:
    """Join the heads of the trees into the one that stands for the whole case."""
    return root([leaf_hash(canonical({"tree": name, **trees[name]})) for name in sorted(trees)])


def blocks(rows: int) -> int:
    """Count the blocks of so many rows."""
    return -(-rows // BLOCK_ROWS)


def public_key(path: Path) -> str:
    """Read a public key in PEM; return its 32 bytes in hexadecimal.

    Raises:
        EvidenceError: there is no Ed25519 key in the file.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(f"no public key in {path}: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError(f"{path} holds another kind of key than Ed25519")
    return key.public_bytes_raw().hex()


def signer(seal: Seal, role: str, place: str) -> str:
    """Check the signature of an envelope with the key that it names; return that, in hexadecimal.

    This says that the holder of the key signed, not who that is.

    Raises:
        VerificationError: the signature, the role or the statement is another.
    """
    envelope, signature = seal.files[place], seal.files.get(place[:-4] + "sig", b"")
    said = parsed(envelope, place)
    wanted = {"public_key": str(said["public_key"]), "role": role,
              "statement_sha256": hashlib.sha256(seal.statement).hexdigest()}
    same("something else is signed", place, wanted, said)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(wanted["public_key"]))
        key.verify(signature, envelope)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError("the signature does not hold", place,
                                f"one by {wanted['public_key']}", "another") from error
    return wanted["public_key"]
