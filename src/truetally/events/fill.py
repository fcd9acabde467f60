"""Bytes of a source poured into memory that the caller holds, so that it can be used again.

Fresh memory for every block costs more than what is done with the block: each of its pages is a
fault, and is zeroed first.
"""

from collections.abc import Callable, Iterator

Fill = Callable[[memoryview], int]  # writes some bytes and returns how many; 0 at the end

_PIECE_BYTES = 1 << 22


def pieces(fill: Fill, most: int = _PIECE_BYTES) -> Iterator[bytes]:
    """Yield all bytes in pieces of up to `most`."""
    memory = memoryview(bytearray(most))
    while count := fill(memory):
        yield bytes(memory[:count])


def filling(found: Iterator[bytes]) -> Fill:
    """Pour pieces of any length, one after the other."""
    held = memoryview(b"")

    def fill(memory: memoryview) -> int:
        nonlocal held
        while not held:
            piece = next(found, None)
            if piece is None:
                return 0
            held = memoryview(piece)
        count = min(len(memory), len(held))
        memory[:count] = held[:count]
        held = held[count:]
        return count

    return fill
