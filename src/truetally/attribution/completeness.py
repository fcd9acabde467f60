"""Is a ledger whole? Gaps in its numbers, days without orders, pages and orders it does not have.

A copy of a seller's database that lacks an order proves nothing about that order; these counts say
how much of the ledger may be missing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from truetally.attribution.ledgers.order import Order
from truetally.attribution.sightings import spellings
from truetally.events.schema import DAY_MS

MOST_LISTED = 20
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What a ledger lacks, as far as its own numbers and what was seen elsewhere tell.

    `missing_ids` counts whole numbers between the least and the greatest order id that no order
    has; `gaps` are the widest, as (first missing, last missing). `days_without` counts local days
    on which no order's window begins, between the first and the last such day. `unseen_targets` are
    pages that were seen to be opened for an order and that no order names; `unseen_orders` order
    ids of tasks that the ledger does not have.
    """

    orders: int
    numbered: int
    repeated_ids: int
    missing_ids: int
    gaps: tuple[tuple[int, int], ...]
    start_days: int
    days_without: int
    unseen_targets: tuple[str, ...]
    unseen_orders: tuple[str, ...]


def completeness(orders: Sequence[Order], offset_ms: int, targets: Iterable[str] = (),
                 order_ids: Iterable[str] = ()) -> Completeness:
    """Check a ledger; `targets` and `order_ids` are those of tasks and captures."""
    numbers = [int(o.id) for o in orders if _NUMBER.fullmatch(o.id)]
    distinct = sorted(set(numbers))
    gaps = [(a + 1, b - 1) for a, b in pairwise(distinct) if b - a > 1]
    starts = sorted({(o.start_ms + offset_ms) // DAY_MS for o in orders if o.start_ms is not None})
    named = {s for o in orders if o.target for s in spellings(o.target)}
    known = {o.id for o in orders}
    unseen = sorted({t for t in targets if not named & set(spellings(t))})
    return Completeness(
        orders=len(orders), numbered=len(numbers), repeated_ids=len(orders) - len(known),
        missing_ids=sum(b - a + 1 for a, b in gaps),
        gaps=tuple(sorted(gaps, key=lambda g: (g[0] - g[1], g[0]))[:MOST_LISTED]),
        start_days=len(starts), unseen_targets=tuple(unseen),
        days_without=starts[-1] - starts[0] + 1 - len(starts) if starts else 0,
        unseen_orders=tuple(sorted({o for o in order_ids if o not in known})))
