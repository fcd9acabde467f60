"""Order forms: what was bought, for which item, and from which fleet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np

from truetally.errors import InputError, problem
from truetally.simulate.crowds import Frame
from truetally.simulate.scenario import Campaign, Crowd, Fleet, Form, Values
from truetally.simulate.seeds import I64, below, mix
from truetally.simulate.tables import allot, zipf

_FIRST_ORDER = 530_001
_DEFAULTS: Values = {"data_centre_permille": 0, "people_permille": 0, "hidden": False,
                     "domains": (), "jitter_ms": 0, "persona": "visit", "clients_a_line": 1,
                     "together": 0, "loop": 0, "paced": False}


def window(spec: Values, start_day: int) -> Frame:
    """Return the days and the catalogue a scenario file declares."""
    return Frame(start_day=start_day, days=spec["days"], catalogue=spec["catalogue"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What orders are made from: the titles' numbers, the days, the honest crowds, the fleets."""

    numbers: Mapping[str, list[int]]
    frame: Frame
    crowds: tuple[Crowd, ...]
    fleets: Values
    dose: str | None


def campaigns(specs: Sequence[Values], market: Market) -> tuple[Campaign, ...]:
    """Turn [[campaign]] tables into orders, numbered in the order of the file.

    Raises `InputError` for an unknown fleet, a form the seller does not offer, or equal numbers.
    """
    found: list[Campaign] = []
    first = _FIRST_ORDER
    for spec in specs:
        made = _campaign(spec, market, spec.get("order", first))
        first = max(first, int(made.order_id.max()) + 1)
        found.append(made)
    ids = np.concatenate([np.zeros(0, dtype=np.int64), *(c.order_id for c in found)])
    if len(np.unique(ids)) != len(ids):
        raise InputError(problem("two orders have one number", then="set `order` further apart"))
    return tuple(found)


def fleet(name: str, fleets: Values, changes: Values | None = None,
          label: str | None = None) -> Fleet:
    """Resolve a fleet by name, through its `base`, with `changes` on top."""
    values: dict[str, Any] = {}
    chain = [name]
    while (base := fleets.get(chain[-1], {}).get("base")) and base not in chain:
        chain.append(base)
    for step in reversed(chain):
        if step not in fleets:
            raise InputError(problem("unknown fleet", found=repr(step)))
        values |= fleets[step]
    values = {**_DEFAULTS, **values, **(changes or {}), "name": label or name}
    values["domains"] = tuple(values["domains"]) or tuple(fleets["redirect"]["domains"])
    return Fleet(**{f.name: values[f.name] for f in fields(Fleet)})


def _campaign(spec: Values, market: Market, first_order: int) -> Campaign:
    frame = market.frame
    if "catalogue" in spec:
        item, first, days, events = _wide(spec, frame)
    else:
        item = np.asarray(market.numbers[spec["items"]], dtype=np.int64)
        first = np.full(len(item), frame.day(spec.get("from")), dtype=np.int64)
        days = np.full(len(item), spec["days"], dtype=np.int64)
        events = _events(spec, market, item, int(first[0]))
    if int((first + days).max()) > frame.days:
        raise InputError(problem("campaign lasts beyond the scenario", found=spec["fleet"]))
    return Campaign(
        fleet=fleet(spec["fleet"], market.fleets, spec.get("changes"), spec.get("label")),
        form=_form(spec, market.fleets["price"]), item=item, first_day=first, days=days,
        order_id=first_order + np.arange(len(item), dtype=np.int64), events=events)


def _wide(spec: Values, frame: Frame) -> tuple[I64, I64, I64, I64]:
    """Spread orders over `catalogue` items of the catalogue, each within its own few days."""
    count = spec["catalogue"]
    order = np.argsort(mix(np.arange(frame.catalogue), 11), kind="stable")
    item = order[:count].astype(np.int64)
    first, last = frame.day(spec["from"]), frame.day(spec["from"]) + spec["days"]
    days = 1 + below(mix(item, 12), spec["longest"])
    start = first + below(mix(item, 13), last - first - days + 1)
    events = 1 + allot(spec["events"] - count, zipf(count, 3))
    return item, start, days, events


def _events(spec: Values, market: Market, item: I64, first: int) -> I64:
    """Count the accesses of each order: given in all, or by dose on its days' honest plays."""
    if "events" in spec:
        return allot(spec["events"], np.ones(len(item), dtype=np.int64))
    if market.dose is None:
        raise InputError(problem("campaign has neither events nor a dose", where=spec["fleet"]))
    share = Fraction(market.dose) * Fraction(spec.get("dose_permille", 1000), 1000)
    last = first + spec["days"]
    honest = [sum(int(c.events[(c.item == i) & (c.day >= first) & (c.day < last)].sum())
                  for c in market.crowds) for i in item]
    return np.array([max(1, int(n * share + Fraction(1, 2))) for n in honest], dtype=np.int64)


def _form(spec: Values, price: Values) -> Form:
    stay_ms, visits = spec.get("stay_ms", 60_000), spec.get("second_visits", 0)
    if stay_ms > price["longest_stay_ms"] or visits > price["most_second_visits"]:
        raise InputError(problem("the order form does not offer this", where=spec["fleet"],
                                 expected="stay of at most 180,000 ms, at most 6 second visits",
                                 found=f"stay {stay_ms} ms, {visits} second visits"))
    terminals = tuple(spec.get("terminals", {"pc": 1000}).items())
    regions = tuple(spec.get("regions", ()))
    dearest = max(price[name] for name, _ in terminals)
    fen = dearest + visits * price["second_visit"] + bool(regions) * price["region"]
    fen += price["long_stay"] if stay_ms > price["long_stay_ms"] else 0
    return Form(stay_ms=stay_ms, second_visits=visits, terminals=terminals,
                spread=spec.get("spread", "even"), regions=regions,
                price_fen=spec.get("price_fen", fen), kept=spec.get("kept", False),
                ledger=spec.get("ledger", True))
