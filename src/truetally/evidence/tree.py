"""Check Merkle trees (RFC 9162, section 2.1). A tree is the list of the hashes of its leaves."""

import hashlib
from collections.abc import Iterator, Sequence

from truetally.evidence.errors import VerificationError, same

Hashes = Sequence[bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash the data of one leaf (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the node above them (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Hashes) -> bytes:
    """Return the head of a tree; of an empty one the hash of nothing (2.1.1)."""
    level = list(hashes)
    while len(level) > 1:
        level = above(level)
    return level[0] if level else hashlib.sha256().digest()


def above(level: Hashes) -> list[bytes]:
    """Join neighbours; a last one without a neighbour rises as it is."""
    made = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return made + list(level[len(level) - len(level) % 2:])


def verify_inclusion(leaf: bytes, index: int, size: int, path: Hashes, head: bytes, *,
                     place: str = "inclusion proof") -> None:
    """Check that a leaf's hash is at `index` of the tree with this size and head (2.1.3.2).

    Raises:
        VerificationError: it is not.
    """
    if not 0 <= index < size:
        raise VerificationError("no such leaf", place, f"0 to {size - 1}", index)
    ahead = iter(path)
    _, found = _climb(leaf, index, size - 1, ahead)
    _same("the way up from the leaf", found, head, ahead, place)


def verify_consistency(m: int, n: int, proof: Hashes, old: bytes, new: bytes, *,
                       place: str = "consistency proof") -> None:
    """Check that a tree of `m` leaves and head `old` grew into one of `n` and `new` (2.1.4.2).

    Raises:
        VerificationError: it did not, or nothing can be said because one of them is empty.
    """
    if not 0 < m <= n:
        raise VerificationError("a tree does not shrink, and an empty one says nothing",
                                place, f"1 to {n} leaves", m)
    if m == n:
        return _same("a tree of the same size", new, old, iter(proof), place)
    ahead = iter(proof if m & m - 1 else [old, *proof])
    at, last = m - 1, n - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was, grown = _climb(next(ahead, b""), at, last, ahead)
    _same("the older tree", was, old, iter(()), place)
    return _same("the newer tree", grown, new, ahead, place)


def _climb(start: bytes, at: int, last: int, ahead: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Join a node with the hashes beside its way up; return two heads.

    The first is of the tree that ends with the node: it knows only what lies to the left. The
    second is of the whole tree, whose last node on the same level is `last`.
    """
    ended = whole = start
    while last:
        if at & 1 or at < last:
            beside = next(ahead, b"")
            ended = node_hash(beside, ended) if at & 1 else ended
            whole = node_hash(beside, whole) if at & 1 else node_hash(whole, beside)
        at, last = at >> 1, last >> 1
    return ended, whole


def _same(what: str, found: bytes, expected: bytes, left: Iterator[bytes], place: str) -> None:
    same(f"{what} does not come to the head", place,
         f"{expected.hex() or 'a head'}, 0 hashes too many",
         f"{found.hex()}, {sum(1 for _ in left)} hashes too many")
