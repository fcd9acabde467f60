"""The order of whole numbers, at what sorting them costs: finding it is six times as dear in NumPy.

A number's place is put into the bits that it leaves free, or in the place of its lowest bits; what
these then leave undecided is put right.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Made = TypeVar("Made")
HALF = np.uint64(1 << 63)
UNDECIDED = 1000  # neighbours in the wrong order that are put right one by one


def order_of(numbers: npt.NDArray[np.integer]) -> Whole:
    """Give the places of numbers that are at least 0, in their order: what `argsort` gives.

    Equal numbers are in any order.
    """
    keys = numbers.astype(np.uint64, copy=False)
    place = max(len(keys) - 1, 0).bit_length()
    lost = max(int(keys.max(initial=0)).bit_length() + place - 64, 0)
    packed = keys >> np.uint64(lost) << np.uint64(place) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order: Whole = (packed & np.uint64((1 << place) - 1)).astype(np.int64)
    return _put_right(order, keys, packed >> np.uint64(place)) if lost else order


def _put_right(order: Whole, keys: U64, high: U64) -> Whole:
    """Order the runs of equal high bits whose low bits are in another order."""
    ordered = keys[order]
    wrong = np.flatnonzero(ordered[1:] < ordered[:-1])
    if len(wrong) > UNDECIDED:
        return np.argsort(keys)
    for value in np.unique(high[wrong]):
        run = slice(*(int(np.searchsorted(high, value, side)) for side in ("left", "right")))
        order[run] = order[run][np.argsort(keys[order[run]])]
    return order


def sorted_halves(parts: Iterable[U64], most: int, then: Callable[[U64], Made]) -> list[Made]:
    """Gather at most `most` numbers, sort them on both cores, and make something of each half.

    The first are the numbers below `HALF`.
    """
    whole = np.empty(most, dtype=np.uint64)  # the lower half from the front, the other from behind
    front, back = 0, most
    for part in parts:
        low = part < HALF
        first, last = part[low], part[~low]
        whole[front:front + len(first)] = first
        whole[back - len(last):back] = last
        front, back = front + len(first), back - len(last)

    def ordered(half: U64) -> Made:
        half.sort()  # which lets other threads run
        return then(half)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ordered, (whole[:front], whole[back:])))
