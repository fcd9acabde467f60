"""The reason masks of the events that are being decided: one whole number each, found by order id.

An order id is a source's rank and a row of it. Of most sources a pass sees nearly all rows between
its first and its last, so that the id says where its mask is; where it sees few of them, ids are
searched for.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.engine.order import Whole, order_of

SPARSE = 4  # a pass that sees no more than one row in so many has its ids held
NONE = -1  # the mask of a row that is no event of the pass
Range: TypeAlias = tuple[int, int, int]  # the first and the last order id, and how many there are


class Masks:
    """Masks by order id; ids are int64, and those asked for must be of the pass."""

    __slots__ = ("_first", "_held", "_ids", "_moved")

    def __init__(self, ranges: Sequence[Range]) -> None:
        """Make room for the events of each source."""
        ordered = sorted(ranges)
        widths = [last - first + 1 for first, last, _ in ordered]
        starts = np.cumsum([0, *widths], dtype=np.int64)
        self._first = np.array([first for first, _, _ in ordered], dtype=np.int64)
        self._moved = starts[:-1] - self._first
        events = sum(count for _, _, count in ordered)
        sparse = sum(widths) >= SPARSE * events  # or there is no event
        self._ids: Whole | None = np.empty(events, dtype=np.int64) if sparse else None
        self._held = np.full(events if sparse else sum(widths), NONE, dtype=np.int64)

    def put(self, batches: Iterable[Sequence[Whole]]) -> None:
        """Take every event of the pass once, in any order: ids and masks as they are so far."""
        done = 0
        for ids, masks in batches:
            if self._ids is None:
                self._held[self._places(ids)] = masks
            else:
                self._ids[done:done + len(ids)] = ids
                self._held[done:done + len(ids)] = masks
                done += len(ids)
        if self._ids is not None:
            self._held = self._held[order_of(self._ids)]
            self._ids.sort()

    def add(self, ids: Whole, bits: Whole | int) -> None:
        """Set bits of some events, each named once."""
        places = self._places(ids)
        self._held[places] |= bits

    def at(self, ids: Whole) -> Whole:
        """Give the masks of some events."""
        found: Whole = self._held[self._places(ids)]
        return found

    def counts(self) -> dict[int, int]:
        """Count events by mask."""
        found = pc.value_counts(pa.array(self._held))
        masks, events = found.field("values").to_pylist(), found.field("counts").to_pylist()
        return {mask: count for mask, count in zip(masks, events, strict=True) if mask != NONE}

    def ids(self, masks: Collection[int]) -> Whole:
        """Name the events that have one of some masks, in the order of their ids."""
        places = np.flatnonzero(np.isin(self._held, np.array([*masks], dtype=np.int64)))
        if self._ids is not None:
            return self._ids[places]
        starts = self._first + self._moved
        found: Whole = places - self._moved[np.searchsorted(starts, places, side="right") - 1]
        return found

    def _places(self, ids: Whole) -> Whole:
        if self._ids is not None:
            return np.searchsorted(self._ids, ids)
        source = np.searchsorted(self._first, ids, side="right") - 1 if len(self._first) > 1 else 0
        found: Whole = ids + self._moved[source]
        return found
