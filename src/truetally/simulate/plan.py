"""The arithmetic of a simulation: how many rows of what, when, in which block. Nothing is drawn.

A block is a fixed piece of the work: some whole days, or an even slice of one day's hour curve.
It is decided by the scenario and the size alone, so neither threads nor batches can move a byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import numpy as np

from truetally.errors import InputError, problem
from truetally.simulate.load import load
from truetally.simulate.scenario import Campaign, Crowd, Scenario
from truetally.simulate.seeds import I64
from truetally.simulate.tables import allot

BLOCK_EVENTS = 131_072
MOST_EVENTS = 2**39  # a row number has 40 bits
_DEVICES = 1024  # a population comes in steps of this many, see `devices`


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The cells of one crowd or campaign at the size asked for, sorted by day.

    `source` is the item of a crowd's cell or the order (index) of a campaign's; `units` are plays
    of a crowd and visits of a campaign; cells of day d are ``edges[d]:edges[d + 1]``.
    """

    source: I64
    day: I64
    events: I64
    units: I64
    edges: I64

    def of_day(self, day: int) -> slice:
        """Return where the cells of a day stand."""
        return slice(int(self.edges[day]), int(self.edges[day + 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Days [first_day, last_day], slice `part` of `parts` of each."""

    number: int
    first_day: int
    last_day: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A scenario at one size. `crowds` and `campaigns` are parallel to the scenario's."""

    scenario: Scenario
    events: int
    honest: int
    fake: int
    devices: int
    crowds: tuple[Flow, ...]
    campaigns: tuple[Flow, ...]

    def per_day(self) -> I64:
        """Count the events of each day."""
        days = np.zeros(self.scenario.days, dtype=np.int64)
        for flow in (*self.crowds, *self.campaigns):
            np.add.at(days, flow.day, flow.events)
        return days

    def delivered(self, campaign: int) -> I64:
        """Count the accesses each order of a campaign gets."""
        flow = self.campaigns[campaign]
        counts = np.zeros(len(self.scenario.campaigns[campaign].item), dtype=np.int64)
        np.add.at(counts, flow.source, flow.events)
        return counts


def plan(scenario: str | Path | Scenario, *, scale: Decimal | str | None = None,
         events: int | None = None, dose: str | None = None) -> Plan:
    """Work out every count of a simulation, without drawing anything.

    `events` is the number of rows, honest and fake; `scale` a decimal share of the scenario's own
    size. Without either, scale is 1. Raises `InputError` if both are given or neither is usable.
    """
    chosen = scenario if isinstance(scenario, Scenario) else load(scenario, dose)
    groups = [c.events for c in chosen.crowds] + [c.events for c in chosen.campaigns]
    totals = [int(g.sum()) for g in groups]
    shares = allot(_size(sum(totals), scale, events), totals)
    crowds = tuple(_crowd(c, int(n), chosen.days)
                   for c, n in zip(chosen.crowds, shares, strict=False))
    bought = tuple(_campaign(c, int(n), chosen.days)
                   for c, n in zip(chosen.campaigns, shares[len(crowds):], strict=True))
    honest = sum(int(f.events.sum()) for f in crowds)
    return Plan(scenario=chosen, events=int(shares.sum()), honest=honest,
                fake=int(shares.sum()) - honest, crowds=crowds, campaigns=bought,
                devices=max(1, honest // (chosen.plays_per_device * _DEVICES)) * _DEVICES)


def blocks(made: Plan) -> Iterator[Block]:
    """Cut a plan into blocks of about `BLOCK_EVENTS` rows, in the order of days."""
    number, first, held = 0, 0, 0
    per_day = [int(n) for n in made.per_day()]
    for day, count in enumerate(per_day):
        if held and held + count > BLOCK_EVENTS:
            yield Block(number=number, first_day=first, last_day=day - 1, part=0, parts=1)
            number, first, held = number + 1, day, 0
        if count > BLOCK_EVENTS:
            parts = -(-count // BLOCK_EVENTS)
            for part in range(parts):
                yield Block(number=number + part, first_day=day, last_day=day, part=part,
                            parts=parts)
            number, first = number + parts, day + 1
        else:
            held += count
    if held:
        yield Block(number=number, first_day=first, last_day=len(per_day) - 1, part=0, parts=1)


def _size(whole: int, scale: Decimal | str | None, events: int | None) -> int:
    if scale is not None and events is not None:
        raise InputError(problem("both scale and events are given", then="give one of them"))
    if events is None:
        try:
            share = Fraction(str(scale if scale is not None else 1))
        except (ValueError, ZeroDivisionError, InvalidOperation):
            share = Fraction(-1)
        events = int(whole * share + Fraction(1, 2))
    if not 0 < events <= MOST_EVENTS:
        raise InputError(problem("the size of the simulation is not usable", found=events,
                                 expected=f"1 to {MOST_EVENTS} events, or a scale above 0"))
    return events


def _crowd(crowd: Crowd, total: int, days: int) -> Flow:
    return _flow(crowd.item, crowd.day, allot(total, crowd.events), 1, days)


def _campaign(campaign: Campaign, total: int, days: int) -> Flow:
    events = allot(total, campaign.events)
    length = campaign.days
    order = np.repeat(np.arange(len(length), dtype=np.int64), length)
    nth = np.arange(len(order), dtype=np.int64) - np.repeat(np.cumsum(length) - length, length)
    each, long = events[order], length[order]
    cells = each * (nth + 1) // long - each * nth // long
    visit = campaign.form.second_visits + 1
    return _flow(order, campaign.first_day[order] + nth, cells, visit, days)


def _flow(source: I64, day: I64, events: I64, visit: int, days: int) -> Flow:
    held = np.flatnonzero(events > 0)
    held = held[np.argsort(day[held], kind="stable")]
    return Flow(source=source[held], day=day[held], events=events[held],
                units=-(-events[held] // visit),
                edges=np.searchsorted(day[held], np.arange(days + 1)).astype(np.int64))
