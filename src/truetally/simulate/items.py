"""The items: what they are called, how many parts they have, how long a part is."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.simulate.scenario import Scenario
from truetally.simulate.seeds import I64, hashed_words, mix
from truetally.simulate.tables import ramp, slots, zipf

MOST_PARTS = 64
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
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
        return self.lengths[self.kind[item], place]


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
        names=pa.array([item_name(int(n)) for n in number]), kind=kind, kinds=kinds,
        parts=np.minimum(parts[kind, draws[:, 1] >> 8], MOST_PARTS - 1), lengths=lengths,
        popular=slots(zipf(count, _FALL_QUARTERS), _POPULAR_PLACES))


def item_name(number: int) -> str:
    """Name an item as video sites do: ten base-36 digits, the same for the same number."""
    rest = int(mix(np.array([number]), 23)[0]) % 36**4 + number * 36**4
    digits = ""
    for _ in range(8):
        digits = _DIGITS[rest % 36] + digits
        rest //= 36
    return "19" + digits
