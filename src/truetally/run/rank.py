"""`truetally rank`: the ranking of a case before and after, from its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.charts.index import VERSION, Index, index
from truetally.charts.rank import Place, Ranks, Whole, place, ranks
from truetally.run.case import read_manifest
from truetally.run.period import Period, day_text, days_of, knows_watch
from truetally.run.summary import judge
from truetally.run.tally import open_counts
from truetally.settlement.unnamed import Unnamed, read_unnamed

_WATCH = ("watched_gross_ms", "watched_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One item's places and its index."""

    place: Place
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTable:
    """A case's ranking, in the order of the rank after removal.

    `watched_ms` are before and after, item by item in that order; None where the log knows none.
    """

    case: str
    digest: str
    policy: str
    first_day: str
    last_day: str
    ranks: Ranks
    watched_ms: tuple[Whole, Whole] | None

    @property
    def items(self) -> tuple[Ranked, ...]:
        """All items with their index."""
        return ranked(self, range(len(self.ranks.item)))


def rank_case(case: Path, period: Period | None = None) -> RankTable:
    """Rank a case's items by gross and by total net, with the bounds of the latter.

    Low leaves out what is suspect or undetermined, or what an estimate of the case says of fakes
    that no verdict names, if that is more; high is the total net. Cost: the cube alone.

    Raises:
        InputError: no events in the period.
        CaseError: the estimate is damaged, or of other decisions.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    days = days_of(case, manifest, period or Period())
    with open_counts(case, manifest, decide, days=days) as counts:
        rows = counts.levels("item_id")
    rows = rows.filter(pc.greater(rows["gross"], 0))
    first, last = day_text(min(days)), day_text(max(days))
    unnamed = read_unnamed(case, manifest["digest"], date.fromisoformat(first),
                           date.fromisoformat(last))
    found = ranks_of(rows, unnamed)
    watched = [rows[name].to_numpy()[found.given] for name in _WATCH]
    return RankTable(case=case.name, digest=manifest["digest"], policy=policy.name,
                     first_day=first, last_day=last, ranks=found,
                     watched_ms=(watched[0], watched[1]) if knows_watch(manifest) else None)


def ranks_of(rows: pa.Table, unnamed: Unnamed | None = None) -> Ranks:
    """Rank rows of `counts.levels.by_level` by item, which are in the order of their names.

    `unnamed` bounds the fakes that no verdict names (`truetally estimate`).
    """
    items: list[str] = rows["item_id"].to_pylist()
    before, after, undetermined, suspect = (
        rows[name].to_numpy() for name in ("gross", "total_net", "undetermined", "suspect"))
    doubt = undetermined + suspect
    if unnamed and unnamed.file:
        bounds = [unnamed.bound(item, n) for item, n in zip(items, after.tolist(), strict=True)]
        doubt = np.maximum(doubt, np.minimum(np.array(bounds, dtype=object), after).astype(
            np.int64))
    return ranks(items, before, after, np.maximum(0, after - doubt), after)


def ranked(table: RankTable, numbers: Sequence[int]) -> tuple[Ranked, ...]:
    """Take some items out of a ranking, by their numbers in its order, each with its index."""
    plays = _plays(table)
    watch = [int(each.sum()) for each in table.watched_ms] if table.watched_ms else [0, 0]
    return tuple(Ranked(place=place(table.ranks, n), index=_index(table, n, plays, watch))
                 for n in numbers)


def _plays(table: RankTable) -> tuple[int, int]:
    return int(table.ranks.before.sum()), int(table.ranks.after.sum())


def _index(table: RankTable, number: int, plays: Sequence[int], watch: Sequence[int]) -> Index:
    """Work out one item's index; `plays` and `watch` are the sums of all items."""
    r, watched = table.ranks, table.watched_ms
    own = (int(r.before[number]), int(r.after[number]))
    seen = [int(each[number]) for each in watched] if watched else [None, None]
    before, after = (index(own[side], plays[side], seen[side], watch[side]) for side in (0, 1))
    return Index(version=VERSION, by="plays and watch time" if watched else "plays",
                 before=before, after=after)


def rank_json(table: RankTable) -> dict[str, Any]:
    """Give a ranking for programs: what `plain` makes of all its items, a column at a time."""
    names = [f.name for f in fields(Place)]
    columns = [c if isinstance(c, list) else c.tolist()
               for c in (getattr(table.ranks, name) for name in names)]
    return {"case": table.case, "digest": table.digest, "policy": table.policy,
            "first_day": table.first_day, "last_day": table.last_day,
            "items": [{"place": dict(zip(names, row, strict=True)), "index": each}
                      for row, each in zip(zip(*columns, strict=True), _indexes(table),
                                           strict=True)]}


def _indexes(table: RankTable) -> list[Mapping[str, Any]]:
    by = "plays and watch time" if table.watched_ms else "plays"
    sides = []
    for side, own in enumerate((table.ranks.before, table.ranks.after)):
        whole = int(own.sum())
        watched = table.watched_ms[side] if table.watched_ms else None
        seen: list[int] | list[None] = (
            [None] * len(own) if watched is None else watched.tolist())
        all_seen = None if watched is None else int(watched.sum())
        sides.append([index(p, whole, w, all_seen)
                      for p, w in zip(own.tolist(), seen, strict=True)])
    return [{"version": VERSION, "by": by, "before": before, "after": after}
            for before, after in zip(*sides, strict=True)]
