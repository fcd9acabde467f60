"""What a seal is: statement, signatures, time-stamp, in the case's folder `seal/`.

`NNNN.json` is the statement (canonical JSON): sizes and heads of five trees, the digest of the
decisions, the hash of the statement before it. `NNNN.ROLE.json` and `.sig` are signatures,
`NNNN.tsr` the authority's raw reply over `NNNN.json`; `NNNN.sums` lists the SHA-256 of them all.

Trees (RFC 9162): `files`: a leaf is a line of `SHA256SUMS`. `custody`: a leaf is a line of the
custody log. `sources`, `decisions`, `findings`: parts, each a header (canonical JSON, with `rows`)
followed by blocks of 1,024 rows; a block's leaf is the list of its rows' hashes,
SHA-256(salt of 16 bytes + bytes of the row). `NAME.leaves` holds the hashes of the leaves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from truetally.evidence.archive import Files, content
from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import VerificationError
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


def read_seals(files: Files) -> list[Seal]:
    """Read every seal of a case, oldest first.

    Raises:
        VerificationError: one is missing in between, or is no seal.
    """
    names = sorted(name for name in files if re.fullmatch(r"seal/[0-9]{4}\.json", name))
    seals = []
    for number, name in enumerate(names, 1):
        if name != f"seal/{number:04}.json":
            raise VerificationError("a seal is missing", place=f"seal/{number:04}.json",
                                    expected=f"seals 1 to {len(names)}", found=name)
        stem = f"seal/{number:04}."
        seals.append(of({n: content(files[n]) for n in files if n.startswith(stem)}, number))
    return seals


def of(files: Mapping[str, bytes], number: int) -> Seal:
    """Read one seal from the bytes of its files.

    Raises:
        VerificationError: the statement is not one, or says another number.
    """
    name = f"seal/{number:04}.json"
    says = parsed(files.get(name, b""), name)
    good = isinstance(says, dict) and says.get("format") == FORMAT and isinstance(
        says.get("trees"), dict) and sorted(says["trees"]) == sorted(TREES)
    if not good or says.get("number") != number:
        raise VerificationError("not a seal's statement", place=name,
                                expected=f"{FORMAT}, number {number}", found=str(says)[:80])
    return Seal(number=number, files=files, says=says)


def head(trees: Mapping[str, Any]) -> bytes:
    """Join the heads of the trees into the one that stands for the whole case."""
    return root([leaf_hash(canonical({"tree": name, **trees[name]})) for name in sorted(trees)])


def blocks(rows: int) -> int:
    """Count the blocks of so many rows."""
    return -(-rows // BLOCK_ROWS)
