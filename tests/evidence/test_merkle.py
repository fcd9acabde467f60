"""Merkle trees against public vectors, and against a literal reading of RFC 9162."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.evidence.errors import VerificationError
from truetally.evidence.merkle import (
    consistency,
    inclusion,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "merkle"
NEEDS_VECTORS = pytest.mark.skipif(not VECTORS.is_dir(), reason="no vectors beside the project")
TREES = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


def literal_root(data: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + literal_root(data[:k]) + literal_root(data[k:])).digest()


def literal_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m < k:
        return [*literal_path(m, data[:k]), literal_root(data[k:])]
    return [*literal_path(m - k, data[k:]), literal_root(data[:k])]


def vectors(kind: str) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) | {"file": str(path.relative_to(VECTORS))}
            for path in sorted((VECTORS / kind).rglob("*.json"))]


def raw(text: object) -> bytes:
    return base64.b64decode(str(text or ""))


@NEEDS_VECTORS
@pytest.mark.parametrize("v", vectors("inclusion"), ids=lambda v: v["file"])
def test_inclusion_vectors(v: dict[str, object]) -> None:
    path = [raw(h) for h in v["proof"] or []]

    def check() -> None:
        verify_inclusion(raw(v["leafHash"]), v["leafIdx"], v["treeSize"], path, raw(v["root"]))
    if v["wantErr"]:
        with pytest.raises(VerificationError):
            check()
    else:
        check()


@NEEDS_VECTORS
@pytest.mark.parametrize("v", vectors("consistency"), ids=lambda v: v["file"])
def test_consistency_vectors(v: dict[str, object]) -> None:
    path = [raw(h) for h in v["proof"] or []]

    def check() -> None:
        verify_consistency(v["size1"], v["size2"], path, raw(v["root1"]), raw(v["root2"]))
    if v["wantErr"]:
        with pytest.raises(VerificationError):
            check()
    else:
        check()


@given(TREES)
def test_the_root_is_that_of_the_standard_read_word_for_word(data: list[bytes]) -> None:
    assert root([leaf_hash(d) for d in data]) == literal_root(data)


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]) == literal_root([])


@given(TREES, st.data())
def test_every_leaf_can_be_proved_and_no_other_leaf_with_its_proof(data: list[bytes],
                                                                   draw: st.DataObject) -> None:
    hashes = [leaf_hash(d) for d in data]
    at = draw.draw(st.integers(0, len(data) - 1))
    path = inclusion(hashes, at)
    assert path == literal_path(at, data)
    verify_inclusion(hashes[at], at, len(data), path, root(hashes))
    with pytest.raises(VerificationError):
        verify_inclusion(leaf_hash(b"another"), at, len(data), path, root(hashes))


@given(TREES, st.data())
def test_every_beginning_of_a_tree_can_be_proved_and_no_other(data: list[bytes],
                                                              draw: st.DataObject) -> None:
    hashes = [leaf_hash(d) for d in data]
    m = draw.draw(st.integers(1, len(data)))
    proof = consistency(hashes, m, len(data))
    verify_consistency(m, len(data), proof, root(hashes[:m]), root(hashes))
    changed = [leaf_hash(b"another"), *hashes[1:m]]
    with pytest.raises(VerificationError):
        verify_consistency(m, len(data), proof, root(changed), root(hashes))


@pytest.mark.parametrize(("m", "n"), [(0, 1), (2, 1), (-1, 3), (1, 4)])
def test_what_is_no_beginning_has_no_proof(m: int, n: int) -> None:
    with pytest.raises(IndexError):
        consistency([leaf_hash(b"")] * 3, m, n)
