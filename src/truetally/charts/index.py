"""The index: one whole number for an item's part in a period, by plays and by watching.

Version 1. With an item's plays p and claimed watch time w, and the period's P and W of all items:

    index = floor( 100,000 * square root of ( p/P * w/W ) )

so that all of both is 100,000. It is the geometric mean of the two shares: plays that nobody
watches, or watching by few, raise it by the root of what they raise one share. Where the log has no
watch time the index is floor(100,000 * p/P) and says so (`by` is "plays"). Whole numbers alone:
the root is the integer square root of 10^10 * p*w divided by P*W, rounded down.
"""

from dataclasses import dataclass
from math import isqrt

VERSION = 1
WHOLE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index before and after removal. `by` says what it was made of."""

    version: int
    by: str
    before: int
    after: int


def index(plays: int, all_plays: int, watched_ms: int | None, all_watched_ms: int | None) -> int:
    """Compute the index of version 1; 0 where the period holds nothing."""
    if not all_plays:
        return 0
    if watched_ms is None or not all_watched_ms:
        return WHOLE * plays // all_plays
    return isqrt(WHOLE * WHOLE * plays * watched_ms // (all_plays * all_watched_ms))
