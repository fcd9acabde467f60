"""Merkle trees after RFC 9162, section 2.1: what checks them (in `tree`), and what proves."""

from truetally.evidence.tree import (
    Hashes,
    above,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

__all__ = ["consistency", "inclusion", "leaf_hash", "node_hash", "root", "verify_consistency",
           "verify_inclusion"]


def inclusion(hashes: Hashes, index: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree: the hashes beside its way up (2.1.3.1).

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    level, path = list(hashes), []
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level, index = above(level), index >> 1
    return path


def consistency(hashes: Hashes, m: int, n: int) -> list[bytes]:
    """Prove that the tree of the first `m` leaves is how that of the first `n` began (2.1.4.1).

    Raises:
        IndexError: not 0 < m <= n <= the number of leaves.
    """
    if not 0 < m <= n <= len(hashes):
        raise IndexError(m)
    return [] if m == n else _subproof(hashes[:n], m, whole=True)


def _subproof(hashes: Hashes, m: int, *, whole: bool) -> list[bytes]:
    if m == len(hashes):
        return [] if whole else [root(hashes)]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    if m <= k:
        return [*_subproof(hashes[:k], m, whole=whole), root(hashes[k:])]
    return [*_subproof(hashes[k:], m - k, whole=False), root(hashes[:k])]
