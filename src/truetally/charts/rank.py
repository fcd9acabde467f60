"""The ranking before and after, and which ranks cannot be told apart.

An item's count after removal is known only within bounds: plays that are suspect or undetermined
still count, and fakes that cannot be named are in it too. `low` is the count if all of these are
fakes, `high` the count if none is. An item's best rank is the one it has if it reaches its high and
every other its low; its worst rank the reverse. Items whose bounds overlap share a group: the log
does not say which of them is ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One item's count before (gross) and after (total net), and the bounds of the latter."""

    item: str
    before: int
    after: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One item's places. Ranks count from 1; equal counts share a rank.

    `move` is how many ranks it rises when the fakes are removed. `certain` says that the rank
    before lies outside best to worst, so that the move does not hang on what cannot be decided.
    `group` numbers the sets of items whose bounds overlap, from the top.
    """

    item: str
    before: int
    after: int
    low: int
    high: int
    rank_before: int
    rank_after: int
    rank_best: int
    rank_worst: int
    move: int
    certain: bool
    group: int

    @property
    def told_apart(self) -> bool:
        """Whether the bounds leave it one rank alone."""
        return self.rank_best == self.rank_worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """The places of many items, a column for each field of `Place`, in the order of their rank.

    `given` is where each item stood among those that were ranked.
    """

    item: Sequence[str]
    before: Whole
    after: Whole
    low: Whole
    high: Whole
    rank_before: Whole
    rank_after: Whole
    rank_best: Whole
    rank_worst: Whole
    move: Whole
    certain: Flags
    group: Whole
    given: Whole


def ranks(items: Sequence[str], before: Whole, after: Whole, low: Whole, high: Whole) -> Ranks:
    """Rank items, first by their count after removal, then by the one before, then by name.

    The items are in the order of their names, each named once.

    Raises:
        ValueError: an item's count lies outside its bounds.
    """
    wrong = np.flatnonzero((low < 0) | (low > after) | (after > high))
    if len(wrong):
        raise ValueError(f"count outside its bounds: {items[wrong[0]]!r}")
    order = np.lexsort((np.arange(len(items)), -before, -after))
    first, then = _rank(before, before), _rank(after, after)
    best = _rank(low, high)
    worst = _rank(high, low) - (high > low)  # the item itself is no rival
    columns = {"before": before, "after": after, "low": low, "high": high, "rank_before": first,
               "rank_after": then, "rank_best": best, "rank_worst": worst, "move": first - then,
               "group": _groups(low, high)}
    certain = (first < best) | (first > worst)
    return Ranks(item=[items[n] for n in order.tolist()], certain=certain[order], given=order,
                 **{name: column[order] for name, column in columns.items()})


def place(found: Ranks, number: int) -> Place:
    """Take one item's places out, by its number in the order."""
    columns = {name: getattr(found, name)[number].item() for name in (
        "before", "after", "low", "high", "rank_before", "rank_after", "rank_best", "rank_worst",
        "move", "certain", "group")}
    return Place(item=found.item[number], **columns)


def top(found: Ranks, most: int) -> list[int]:
    """Choose the items that are among the first `most` before or after, by their numbers."""
    near = np.minimum(found.rank_before, found.rank_after) <= most
    numbers: list[int] = np.flatnonzero(near)[:2 * most].tolist()
    return numbers


def ranking(items: Sequence[Counted]) -> tuple[Place, ...]:
    """Rank items given one by one, in any order; see `ranks`.

    Raises:
        ValueError: an item's count lies outside its bounds.
    """
    named = sorted(items, key=lambda i: i.item)
    columns = [np.array([getattr(i, name) for i in named], dtype=np.int64)
               for name in ("before", "after", "low", "high")]
    found = ranks([i.item for i in named], *columns)
    return tuple(place(found, number) for number in range(len(named)))


def _rank(among: Whole, count: Whole) -> Whole:
    """Give one more than how many of `among` are larger than each count."""
    found: Whole = 1 + len(among) - np.searchsorted(np.sort(among), count, side="right")
    return found.astype(np.int64)


def _groups(low: Whole, high: Whole) -> Whole:
    """Number the sets of items that a chain of overlapping bounds joins, largest first.

    From the largest high down, an item begins a new set where its high lies below all lows so far.
    """
    order = np.lexsort((-low, -high))
    lowest = np.minimum.accumulate(low[order])
    begins = np.ones(len(low), dtype=np.int64)
    begins[1:] = high[order][1:] < lowest[:-1]
    found = np.empty(len(low), dtype=np.int64)
    found[order] = np.cumsum(begins)
    return found
