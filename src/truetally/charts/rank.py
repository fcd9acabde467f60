"""The ranking before and after, and which ranks cannot be told apart.

An item's count after removal is known only within bounds: plays that are suspect or undetermined
still count, and fakes that cannot be named are in it too. `low` is the count if all of these are
fakes, `high` the count if none is. An item's best rank is the one it has if it reaches its high and
every other its low; its worst rank the reverse. Items whose bounds overlap share a group: the log
does not say which of them is ahead.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


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


def ranking(items: Sequence[Counted]) -> tuple[Place, ...]:
    """Rank items, first by their count after removal, then by the one before, then by name.

    Raises:
        ValueError: an item's count lies outside its bounds.
    """
    for item in items:
        if not 0 <= item.low <= item.after <= item.high:
            raise ValueError(f"count outside its bounds: {item}")
    before, after = sorted(i.before for i in items), sorted(i.after for i in items)
    lows, highs = sorted(i.low for i in items), sorted(i.high for i in items)
    groups = _groups(items)
    places = []
    for i in items:
        first, then = _rank(before, i.before), _rank(after, i.after)
        best = _rank(lows, i.high)
        worst = _rank(highs, i.low) - int(i.high > i.low)  # the item itself is no rival
        places.append(Place(
            item=i.item, before=i.before, after=i.after, low=i.low, high=i.high,
            rank_before=first, rank_after=then, rank_best=best, rank_worst=worst,
            move=first - then, certain=not best <= first <= worst, group=groups[i.item]))
    return tuple(sorted(places, key=lambda p: (p.rank_after, -p.before, p.item)))


def _rank(ascending: Sequence[int], count: int) -> int:
    """Give one more than how many counts are larger."""
    return 1 + len(ascending) - bisect_right(ascending, count)


def _groups(items: Sequence[Counted]) -> dict[str, int]:
    """Number the sets of items that a chain of overlapping bounds joins, largest first."""
    found: dict[str, int] = {}
    group, floor = 0, -1
    for item in sorted(items, key=lambda i: (-i.high, -i.low, i.item)):
        if not found or item.high < floor:
            group += 1
            floor = item.low
        floor = min(floor, item.low)
        found[item.item] = group
    return found
