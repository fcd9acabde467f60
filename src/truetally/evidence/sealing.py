"""Make a seal: put the trees under one statement, sign it, have it stamped, write it down."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truetally.evidence.canonical import canonical
from truetally.evidence.errors import EvidenceError
from truetally.evidence.keys import sign
from truetally.evidence.merkle import consistency, leaf_hash, root
from truetally.evidence.seals import FORMAT, GROWING, ROW_TREES, TREES, Seal, head


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What sealing came to. `untimed` says why there is no time-stamp, "" if there is one.

    `hashed_bytes` were hashed as files in `bytes_ms`, `rows` row by row in `rows_ms`.
    """

    number: int
    head: str
    sha256: str
    signed: tuple[str, ...]
    untimed: str
    rows: int
    rows_ms: int
    hashed_bytes: int
    bytes_ms: int
    package: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """What is sealed: the leaves of the row trees, their headers, the lines of the two others."""

    leaves: Mapping[str, Sequence[bytes]]
    parts: Mapping[str, Sequence[Mapping[str, Any]]]
    sums: Sequence[bytes]
    log: Sequence[bytes]

    def hashes(self, name: str) -> Sequence[bytes]:
        """Give the hashes of a tree's leaves."""
        if name in ROW_TREES:
            return self.leaves[name]
        return [leaf_hash(line) for line in (self.sums if name == "files" else self.log)]


def sums_line(name: str, sha256: str) -> bytes:
    """Write one line as `sha256sum` does.

    Raises:
        EvidenceError: the name holds what such a line cannot show.
    """
    if set("\\\n\r\0") & set(name):
        raise EvidenceError(f"a file of the case cannot be listed: {name!r}; rename it")
    return f"{sha256}  {name}".encode()


def make_seal(trees: Trees, before: Seal | None, more: Mapping[str, Any],
              keys: Mapping[str, Ed25519PrivateKey],
              stamp: Callable[[bytes], bytes | None]) -> Seal:
    """Make the seal that follows `before`.

    `more` goes into the statement; `keys` sign by role; `stamp` returns the raw reply of an
    authority, or None.

    Raises:
        EvidenceError: the sources or the log have shrunk since the seal before.
    """
    number = before.number + 1 if before else 1
    hashes = {name: trees.hashes(name) for name in TREES}
    said = {name: {"size": len(found), "root": root(found).hex()} for name, found in hashes.items()}
    says = {**more, "format": FORMAT, "number": number, "trees": said, "head": head(said).hex(),
            "previous": hashlib.sha256(before.statement).hexdigest() if before else None,
            "growth": {name: _growth(name, hashes[name], before) for name in GROWING
                       if before}}
    statement = canonical(says)
    stem = f"seal/{number:04}"
    files = {f"{stem}.json": statement}
    for role, key in keys.items():
        files[f"{stem}.{role}.json"], files[f"{stem}.{role}.sig"] = sign(key, role, statement)
    reply = stamp(statement)
    if reply is not None:
        files[f"{stem}.tsr"] = reply
    files[f"{stem}.sums"] = b"".join(
        sums_line(name, hashlib.sha256(data).hexdigest()) + b"\n"
        for name, data in sorted(files.items()))
    return Seal(number=number, files=files, says=says)


def _growth(name: str, hashes: Sequence[bytes], before: Seal) -> list[str]:
    old = before.says["trees"][name]
    if old["size"] > len(hashes) or root(hashes[:old["size"]]).hex() != old["root"]:
        raise EvidenceError(f"the {name} are not those of {before.name} and more: something that "
                            "was sealed has been changed; restore the case, or begin a new one")
    return [h.hex() for h in consistency(hashes, old["size"], len(hashes))]


def write_seal(case: Path, seal: Seal, trees: Trees,
               write_all: Callable[[Mapping[Path, bytes]], None]) -> None:
    """Write a seal with its leaves into the case; the statement last, for it makes the seal.

    `write_all` puts files into place in their order, once all of them are on the disk.
    """
    folder = case / "seal"
    folder.mkdir(exist_ok=True)
    contents = {folder / f"{name}.leaves": b"".join(trees.leaves[name]) for name in ROW_TREES}
    contents[folder / "parts.json"] = canonical(trees.parts)
    contents[folder / "SHA256SUMS"] = b"".join(line + b"\n" for line in trees.sums)
    for name, data in sorted(seal.files.items(), key=lambda item: item[0] == seal.name):
        contents[case / name] = data
    write_all(contents)
