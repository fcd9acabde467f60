"""Salts of rows: 128 bits each, from one secret of the case; one salt says nothing of another.

The key of a part is HMAC-SHA-256(secret, tree and header); the salt of row n is AES-256 under that
key of n as 16 bytes, big-endian. Whoever holds the secret and the rows can repeat every hash; a
proof holds the salt of its own row alone.
"""

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from truetally.evidence.canonical import canonical

SALT_BYTES = 16


def part_key(secret: bytes, tree: str, header: Any) -> bytes:
    """Derive the key of one part of a tree."""
    return hmac.new(secret, canonical([tree, header]), hashlib.sha256).digest()


def salts(key: bytes, first: int, count: int) -> bytes:
    """Return the salts of `count` rows from row `first` on, one after the other."""
    # Counter mode from `first`: the keystream over zeros is AES of first, first + 1, ...
    stream = Cipher(algorithms.AES(key), modes.CTR(first.to_bytes(SALT_BYTES, "big"))).encryptor()
    return stream.update(bytes(SALT_BYTES * count))
