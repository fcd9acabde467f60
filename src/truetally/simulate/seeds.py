"""Random bits that depend on (seed, stream, block) and on nothing else.

Every draw is a whole number taken from raw Philox words, so that it is the same on any processor,
thread and batch; no logarithm, exponential or distribution routine of a library is in the way.
"""

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
U16 = NDArray[np.uint16]

_BLOCK_BITS = 40
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


def generator(seed: int, stream: int, block: int) -> np.random.Generator:
    """Open the counter-based generator of one stream in one block.

    Philox4x64-10: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
    """
    key = np.array([seed & _MASK, (stream << _BLOCK_BITS) | block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def bits(source: np.random.Generator, count: int) -> U64:
    """Draw `count` raw 64-bit words."""
    return source.integers(0, _MASK, count, dtype=np.uint64, endpoint=True)


def words(source: np.random.Generator, count: int) -> U16:
    """Draw `count` x 4 independent 16-bit numbers, one row of four for each raw word."""
    return bits(source, count).astype("<u8", copy=False).view("<u2").reshape(count, 4)


def mix(numbers: NDArray[np.integer], salt: int) -> U64:
    """Hash whole numbers to 64 bits: the same number and salt always give the same bits.

    The finaliser of SplitMix64: Steele, Lea and Flood, OOPSLA 2014.
    """
    x = numbers.astype(np.uint64, copy=True)
    x *= np.uint64(_GOLDEN)
    x += np.uint64((salt * _GOLDEN + salt) & _MASK)
    for shift, factor in _MIX:
        x ^= x >> np.uint64(shift)
        if factor != 1:
            x *= np.uint64(factor)
    return x


def hashed_words(numbers: NDArray[np.integer], salt: int) -> U16:
    """Hash whole numbers to four independent 16-bit numbers each, shape (n, 4)."""
    hashed = mix(numbers, salt).astype("<u8", copy=False)
    return hashed.view("<u2").reshape(len(hashed), 4)


def below(draws: U64, limit: int | I64) -> I64:
    """Turn raw words into whole numbers in [0, limit), limit < 2**31."""
    scaled = (draws >> np.uint64(32)).astype(np.int64) * np.asarray(limit, dtype=np.int64)
    return np.asarray(scaled >> 32)
