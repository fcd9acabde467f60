"""`truetally rank`: the ranking of a case before and after, from its counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from truetally.charts.index import VERSION, Index, index
from truetally.charts.rank import Counted, Place, ranking
from truetally.counts.levels import by_level
from truetally.run.case import read_manifest
from truetally.run.period import Period, cube_of, day_text, knows_watch
from truetally.run.summary import judge


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

    Low leaves out what is suspect or undetermined; high is the total net. Cost: the cube alone.

    Raises:
        InputError: no events in the period.
    """
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    cube = cube_of(case, manifest, period or Period())
    rows = [r for r in by_level(cube, decide, ("item_id",)).to_pylist()
            if r["gross"] and r["item_id"] is not None]
    days = cube["day"].to_numpy()
    return RankTable(case=case.name, digest=manifest["digest"], policy=policy.name,
                     first_day=day_text(int(days.min())), last_day=day_text(int(days.max())),
                     items=_ranked(rows, watched=knows_watch(manifest)))


def counted(rows: list[dict[str, Any]]) -> list[Counted]:
    """Take item, counts and bounds out of rows of `counts.levels.by_level`."""
    return [Counted(item=str(r["item_id"]), before=r["gross"], after=r["total_net"],
                    low=r["total_net"] - r["undetermined"] - r["suspect"], high=r["total_net"])
            for r in rows]


def places_of(cube: pa.Table, decide: Any) -> tuple[Place, ...]:
    """Rank the items of a cube."""
    rows = by_level(cube, decide, ("item_id",)).to_pylist()
    return ranking(counted([r for r in rows if r["gross"] and r["item_id"] is not None]))


def _ranked(rows: list[dict[str, Any]], *, watched: bool) -> tuple[Ranked, ...]:
    sums = {name: sum(r[name] for r in rows)
            for name in ("gross", "total_net", "watched_gross_ms", "watched_ms")}
    by_item = {str(r["item_id"]): r for r in rows}
    return tuple(Ranked(place=p, index=_index(by_item[p.item], sums, watched=watched))
                 for p in ranking(counted(rows)))


def _index(row: Mapping[str, Any], sums: Mapping[str, int], *, watched: bool) -> Index:
    watch = [row["watched_gross_ms"], row["watched_ms"]] if watched else [None, None]
    return Index(
        version=VERSION, by="plays and watch time" if watched else "plays",
        before=index(row["gross"], sums["gross"], watch[0], sums["watched_gross_ms"]),
        after=index(row["total_net"], sums["total_net"], watch[1], sums["watched_ms"]))
