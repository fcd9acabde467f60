"""Eight bytes at a time: find a sign, read a number, in whole arrays of 64-bit words.

A word holds eight bytes of a text, the first of them in its lowest byte.
"""

import numpy as np
import numpy.typing as npt

from truetally.events.block import Bytes, Ints

Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

WORD = 8
_LOW_BITS = np.uint64(0x0101010101010101)
_HIGH_BITS = np.uint64(0x8080808080808080)
_ZEROS = np.uint64(0x3030303030303030)  # "00000000"
_SIXES = np.uint64(0x0606060606060606)  # what makes a digit's byte overflow above 9
_HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)


def words(data: Bytes, starts: Ints) -> Words:
    """Return the eight bytes from each start as one word."""
    every = np.ndarray((len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    picked: Words = every[starts]
    return picked


def word(text: bytes) -> np.uint64:
    """Return a text of eight bytes as a word."""
    return np.uint64(int.from_bytes(text, "little"))


def first(data: Bytes, starts: Ints, sign: str, width: int) -> Ints:
    """Return how far from each start `sign` first stands, or `width` if it is not that near."""
    far = np.full(len(starts), width, dtype=np.int64)
    for at in range(width - WORD, -1, -WORD):
        differs = words(data, starts + at) ^ (_LOW_BITS * np.uint64(ord(sign)))
        marks = (differs - _LOW_BITS) & ~differs & _HIGH_BITS  # its lowest bit: the first zero byte
        below = np.bitwise_count((marks & (~marks + np.uint64(1))) - np.uint64(1)) >> 3
        far = np.where(marks != 0, below.astype(np.int64) + at, far)
    return far


def number(text: Words, length: Ints) -> tuple[Ints, Flags]:
    """Read the first `length` bytes (1 to 8) of each word as a decimal number, if they are one."""
    digits = (text ^ _ZEROS) << ((WORD - length) << 3).astype(np.uint64)
    good = ((digits + _SIXES) | digits) & _HIGH_HALVES == 0
    pairs = (digits * np.uint64(10 * 256 + 1) >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(100 * 65536 + 1) >> np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
    eight = fours * np.uint64(10_000 * 2**32 + 1) >> np.uint64(32)
    return eight.astype(np.int64), good
