"""What a set of columns can and cannot support: criteria, money, proof; what to collect next."""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from truetally.events.schema import COMPUTED, DERIVED_FROM, EVENT, REQUIRED, USER

Needs = tuple[frozenset[str], ...]  # alternatives: any one set of columns is enough

_ALTERNATIVES: Mapping[str, Needs] = {
    "identity": USER, "visit": USER, "listener": (frozenset({"ip", "user_agent"}),),
    "row_key": (frozenset({"time_ms"}),)}

# What each claim is made of; the sources are the measures' own definitions (COUNTER R5.1 and IAB
# 2.3 for counts, the video case's royalty and forensic steps for the rest).
MONEY: Mapping[str, tuple[AbstractSet[str], ...]] = {
    "royalties": ({"paid", "watched_ms", "item_id", "time_ms"},),
    "damages": ({"item_id", "time_ms"},),
    "price_per_click": ({"kind", "item_id", "time_ms"},),
    "podcast_downloads": ({"bytes_sent", "status", "method", "ip", "user_agent"},),
}
PROOF: Mapping[str, tuple[AbstractSet[str], ...]] = {
    "forward_determination": ({"device_id"}, {"plugins"}, {"referrer"}),
    "reverse_verification": ({"user_agent"},),
    "plugin_comparison": ({"plugins"},),
    "capture_match": ({"page_url", "time_ms"}, {"item_id", "time_ms"}),
    "order_match": ({"item_id", "time_ms"},),
    "unique_items": USER,
    "double_clicks": USER,
    "device_extraction": ({"device_id"},),
    "watch_time_per_person": tuple({"watched_ms", *user} for user in USER),
    "terminal_shares": ({"terminal"},),
    "region_shares": ({"region"},),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One criterion or claim: supported, or the fewest columns it still needs."""

    name: str
    supported: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """A column to collect next: what it unlocks alone, and with how much it helps in all."""

    column: str
    unlocks: tuple[str, ...]
    helps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficiency:
    """What the columns support, by criterion code and by claim, and what to collect next."""

    criteria: tuple[Support, ...]
    money: tuple[Support, ...]
    proof: tuple[Support, ...]
    collect: tuple[Collect, ...]


def sufficiency(columns: Collection[str], criteria_reads: Mapping[str, Iterable[str]],
                one_of: Mapping[str, Iterable[str]] | None = None) -> Sufficiency:
    """Weigh the present event columns against what criteria and claims read.

    `criteria_reads` gives for each criterion's code the columns it reads: event columns, derived or
    computed ones; `one_of` columns of which it needs any. `collect` is ordered by how many things a
    column unlocks alone, then by how many it takes part in, then by the event's own order.
    """
    present = set(columns)
    needs = {code: needed(reads, (one_of or {}).get(code, ()))
             for code, reads in criteria_reads.items()}
    claims = {name: _sets(sets) for name, sets in {**MONEY, **PROOF}.items()}
    return Sufficiency(
        criteria=tuple(_support(code, needs[code], present) for code in sorted(needs)),
        money=tuple(_support(name, claims[name], present) for name in MONEY),
        proof=tuple(_support(name, claims[name], present) for name in PROOF),
        collect=_collect({**needs, **claims}, present))


def needed(reads: Iterable[str], one_of: Iterable[str] = ()) -> Needs:
    """Turn the columns a criterion reads into the alternatives of event columns it needs."""
    combined: set[frozenset[str]] = {frozenset({c}) for c in one_of} or {frozenset()}
    for name in reads:
        options = _options(name)
        combined = {before | more for before in combined for more in options}
    return tuple(sorted((s for s in combined if not any(o < s for o in combined)),
                        key=lambda s: (len(s), sorted(s))))


def _options(name: str) -> tuple[frozenset[str], ...]:
    if name in _ALTERNATIVES:
        return _ALTERNATIVES[name]
    if name in DERIVED_FROM:
        return (frozenset({DERIVED_FROM[name]}),)
    return (frozenset(COMPUTED.get(name, (name,))),)


def _sets(sets: Iterable[AbstractSet[str]]) -> Needs:
    return tuple(frozenset(s) for s in sets)


def _support(name: str, needs: Needs, present: set[str]) -> Support:
    lacking = min((sorted(s - present, key=_place) for s in needs),
                  key=lambda s: (len(s), [_place(n) for n in s]))
    return Support(name=name, supported=not lacking, missing=tuple(lacking))


def _place(column: str) -> int:
    return list(EVENT).index(column) if column in EVENT else len(EVENT)


def _collect(needs: Mapping[str, Needs], present: set[str]) -> tuple[Collect, ...]:
    unlocks: dict[str, list[str]] = {}
    helps: dict[str, int] = {}
    for name, sets in needs.items():
        lacking = [s - present for s in sets]
        if not all(lacking):
            continue
        for column in {c for s in lacking for c in s}:
            helps[column] = helps.get(column, 0) + 1
            if frozenset({column}) in lacking:
                unlocks.setdefault(column, []).append(name)
    found = [Collect(column=c, unlocks=tuple(sorted(unlocks.get(c, ()))), helps=n)
             for c, n in helps.items() if c not in REQUIRED or c not in present]
    return tuple(sorted(found, key=lambda c: (-len(c.unlocks), -c.helps, _place(c.column))))
