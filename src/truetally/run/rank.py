"""`truetally rank`: the ranking of a case before and after, from its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from truetally.charts.index import VERSION, Index, index
from truetally.charts.rank import Counted, Place, ranking
from truetally.counts.levels import by_level
from truetally.run.case import read_manifest
from truetally.run.period import Period, cube_of, day_text, knows_watch
from truetally.run.summary import judge
from truetally.settlement.unnamed import Unnamed, read_unnamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One item's places and its index."""

    place: Place
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTable:
    """A case's ranking. `items` are in the order of their rank after removal."""

    case: str
    digest: str
    policy: str
    first_day: str
    last_day: str
    items: tuple[Ranked, ...]


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
    cube = cube_of(case, manifest, period or Period())
    rows = [r for r in by_level(cube, decide, ("item_id",)).to_pylist()
            if r["gross"] and r["item_id"] is not None]
    days = cube["day"].to_numpy()
    first, last = day_text(int(days.min())), day_text(int(days.max()))
    unnamed = read_unnamed(case, manifest["digest"], date.fromisoformat(first),
                           date.fromisoformat(last))
    return RankTable(case=case.name, digest=manifest["digest"], policy=policy.name,
                     first_day=first, last_day=last,
                     items=_ranked(rows, unnamed, watched=knows_watch(manifest)))


def counted(rows: Sequence[Mapping[str, Any]], unnamed: Unnamed | None = None) -> list[Counted]:
    """Take item, counts and bounds out of rows of `counts.levels.by_level`.

    `unnamed` bounds the fakes that no verdict names (`truetally estimate`).
    """
    found = []
    for r in rows:
        item = str(r["item_id"])
        doubt = max(r["undetermined"] + r["suspect"],
                    unnamed.bound(item, r["total_net"]) if unnamed else 0)
        found.append(Counted(item=item, before=r["gross"], after=r["total_net"],
                             low=max(0, r["total_net"] - doubt), high=r["total_net"]))
    return found


def _ranked(rows: Sequence[Mapping[str, Any]], unnamed: Unnamed, *, watched: bool,
            ) -> tuple[Ranked, ...]:
    sums = {name: sum(r[name] for r in rows)
            for name in ("gross", "total_net", "watched_gross_ms", "watched_ms")}
    by_item = {str(r["item_id"]): r for r in rows}
    return tuple(Ranked(place=p, index=_index(by_item[p.item], sums, watched=watched))
                 for p in ranking(counted(rows, unnamed)))


def _index(row: Mapping[str, Any], sums: Mapping[str, int], *, watched: bool) -> Index:
    watch = [row["watched_gross_ms"], row["watched_ms"]] if watched else [None, None]
    return Index(
        version=VERSION, by="plays and watch time" if watched else "plays",
        before=index(row["gross"], sums["gross"], watch[0], sums["watched_gross_ms"]),
        after=index(row["total_net"], sums["total_net"], watch[1], sums["watched_ms"]))
