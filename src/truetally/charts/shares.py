"""Shares of terminals or regions before and after, in permille that add up to 1000."""

from collections.abc import Mapping
from dataclasses import dataclass

_ALL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One terminal or region; `key` None is unknown. Shares are permille of the respective sum."""

    key: str | None
    before: int
    after: int
    before_permille: int
    after_permille: int


def shares(counts: Mapping[str | None, tuple[int, int]]) -> tuple[Share, ...]:
    """Give every key its share of the counts before and after, largest before first."""
    before = permilles({key: pair[0] for key, pair in counts.items()})
    after = permilles({key: pair[1] for key, pair in counts.items()})
    found = [Share(key=key, before=pair[0], after=pair[1], before_permille=before[key],
                   after_permille=after[key]) for key, pair in counts.items()]
    return tuple(sorted(found, key=lambda s: (-s.before, s.key is None, s.key or "")))


def permilles(counts: Mapping[str | None, int]) -> dict[str | None, int]:
    """Divide 1000 among keys in proportion to their counts, by largest remainders.

    All are 0 where nothing was counted. Of equal remainders the larger count, then the key, first.
    """
    whole = sum(counts.values())
    if not whole:
        return dict.fromkeys(counts, 0)
    found = {key: n * _ALL // whole for key, n in counts.items()}
    order = sorted(counts, key=lambda k: (-(counts[k] * _ALL % whole), -counts[k], k is None,
                                          k or ""))
    for key in order[:_ALL - sum(found.values())]:
        found[key] += 1
    return found
