"""What a restatement changed, as plain frozen data: `run` fills it, a view shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item under the two policies. Ranks are by total net, from 1; None: it had no gross."""

    item: str
    gross_before: int
    gross_after: int
    total_net_before: int
    total_net_after: int
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """What a restatement changed. `moves` counts events by (verdict before, verdict after).

    `decided_again_because` is "" where the reasons found before were judged again. `items` are
    those whose gross or total net changed, most first. `money` is before and after, by name, in
    the contract's smallest unit; None without a contract.
    """

    case: str
    restated: str
    policy_before: str
    policy_after: str
    policy_sha256_before: str
    policy_sha256_after: str
    digest_before: str
    digest_after: str
    decided_again_because: str
    appeals: tuple[Mapping[str, Any], ...]
    before: Mapping[str, int]
    after: Mapping[str, int]
    moves: tuple[tuple[str, str, int], ...]
    items: tuple[ItemChange, ...]
    ranks_changed: int
    money: Mapping[str, tuple[int, int]] | None = None
