"""The items: what they are called, how many parts they have, how long a part is."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.simulate.scenario import Scenario
from truetally.simulate.seeds import I64, hashed_words, mix
from truetally.simulate.tables import ramp, slots, zipf

MOST_PARTS = 64
_DIGITS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_NAME = 10
_SCRAMBLE = 36**4
_POPULAR_PLACES = 1 << 20
_FALL_QUARTERS = 3  # popularity falls as rank ** -0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Tables by item number. `popular` is indexed by 20 random bits and gives catalogue items."""

    names: pa.Array
    kind: NDArray[np.int32]
    parts: I64
    lengths: I64
    popular: NDArray[np.int32]
    kinds: tuple[str, ...]

    def length_ms(self, item: I64, part: I64) -> I64:
        """Return the length of each (item, part)."""
        place = hashed_words(item * MOST_PARTS + part, 22)[:, 0] >> 6
        return np.asarray(self.lengths[self.kind[item], place])


def compile_items(scenario: Scenario) -> Items:
    """Lay out the catalogue and the scenario's titles."""
    kinds = tuple(scenario.audience["lengths"])
    tables = scenario.audience["lengths"]
    count = scenario.catalogue
    number = np.arange(count + len(scenario.titles), dtype=np.int64)
    draws = hashed_words(number, 21)
    kind = slots([tables[k]["share"] for k in kinds])[draws[:, 0]]
    kind[count:] = [kinds.index(k) for _, k in scenario.titles]
    parts = np.stack([ramp(tables[k]["parts"], 256) for k in kinds])
    lengths = np.stack([ramp(tables[k]["length_ms"], 1024) for k in kinds])
    return Items(
        names=item_names(number), kind=kind, kinds=kinds,
        parts=np.minimum(parts[kind, draws[:, 1] >> 8], MOST_PARTS - 1), lengths=lengths,
        popular=slots(zipf(count, _FALL_QUARTERS), _POPULAR_PLACES))


def item_names(numbers: I64) -> pa.Array:
    """Name items as video sites do: ten base-36 digits, the same for the same number."""
    rest = numbers * _SCRAMBLE + (mix(numbers, 23) % np.uint64(_SCRAMBLE)).astype(np.int64)
    digits = np.empty((len(numbers), _NAME), dtype=np.uint8)
    digits[:, 0], digits[:, 1] = ord("1"), ord("9")
    for place in range(_NAME - 1, 1, -1):
        digits[:, place] = _DIGITS[rest % 36]
        rest //= 36
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * _NAME
    return pa.Array.from_buffers(pa.string(), len(numbers),
                                 [None, pa.py_buffer(offsets), pa.py_buffer(digits)])
