"""Small logs for the estimates: drawn in memory, bounded as a case is, compared with their labels.

A log is the simulator's own, without the files: what a device fingerprint, an item, a day and an
account say. Plays that the metric does not count are left out; no verdict is passed, so that all
fakes are there to be estimated.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.bench.log import I64, OFFSET_MS, Flags
from truetally.engine import Resources, open_engine
from truetally.estimate.audit import Audited, Stratum, audit
from truetally.estimate.windows import Window as Days
from truetally.estimate.windows import comparisons
from truetally.events.schema import DAY_MS
from truetally.intervals import Bounds
from truetally.run.estimates import Window, days_played, measure
from truetally.simulate.block import draw
from truetally.simulate.load import load
from truetally.simulate.plan import Plan, blocks, plan
from truetally.simulate.scenario import Crowd, Scenario
from truetally.simulate.world import compile_world

EVENTS = 200_000
KNOWN = "s7-known"  # perfect replay by devices that have a past: nothing at all tells it apart
SAMPLE, DRAWS = 400, 3  # plays that are labelled; samples of each log
ATTACKS = ("s5:1", "s6:1", "s7:1", f"{KNOWN}:1")  # 24 titles a log: 21 logs are 504 campaigns
DOSES = ("s5:0.1", "s6:0.1", "s7:0.1", "s5:10", "s6:10", "s7:10", "h2:1", "h3:1")
PLACEBOS = {"placebo-premiere": 3, "placebo-holiday": 8, "placebo-front-page": 4,
            "placebo-homework": 3, "placebo-star": 30, "placebo-news": 2}  # titles a log
_LOGS: Mapping[str, Mapping[str, int]] = {
    "quick": dict.fromkeys(ATTACKS, 3) | dict.fromkeys(DOSES, 1) | dict.fromkeys(PLACEBOS, 1),
    "full": dict.fromkeys(ATTACKS, 21) | dict.fromkeys(DOSES, 4) | dict.fromkeys(PLACEBOS, 9) | {
        "placebo-star": 3, "placebo-homework": 30}}  # the hardest: titles hardly played before
_REPLAYED = "replayed"
_LEAST_STAY_MS = 3000
_COUNTED = (200, 206, 304)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One log to draw and estimate."""

    scenario: str
    dose: str | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """One title that a scenario names: its plays in the window, the fakes among them, the bound,
    and the interval of plays beyond the expected (null where none is given)."""

    plays: int
    fakes: int
    bound: int
    more: Bounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the estimates came to on one log. `others` are titles without fakes beside the named
    ones, `blamed` those of them with a bound above nothing; `bound` is the window's own."""

    job: Job
    titles: tuple[Title, ...]
    others: int
    blamed: int
    fakes: int
    bound: int
    samples: tuple[Audited, ...]


def attempt(job: Job) -> Tried:
    """Draw one log and hold its three numbers against the labels."""
    plays, fake, named = _drawn(job)
    with TemporaryDirectory(prefix="truetally-") as temp:
        engine = open_engine("duckdb", Resources(temp=Path(temp), threads=1), ())
        try:
            texts = pc.dictionary_encode(plays["item_id"].combine_chunks())
            numbers = texts.indices.cast(pa.int64())
            engine.load("plays", plays.set_column(0, "item_id", numbers))
            engine.load("names", pa.table({
                "item_id": pa.array(range(len(texts.dictionary)), pa.int64()),
                "text": texts.dictionary}))
            comparison = comparisons(days_played(engine))[-1]
            found = measure(engine, comparison)
        finally:
            engine.close()
    asked = comparison.asked
    day = plays["day"].to_numpy()
    held = (day >= asked.first) & (day <= asked.last)
    truth = np.bincount(numbers.to_numpy()[held & fake], minlength=len(texts.dictionary))
    fakes = dict(zip(texts.dictionary.to_pylist(), truth.tolist(), strict=True))
    return _compared(job, found, fakes, named, _sampled(job, plays, fake, held, asked))


def _compared(job: Job, found: Window, fakes: dict[str, int], named: frozenset[str],
              samples: tuple[Audited, ...]) -> Tried:
    more = {one.item: Bounds(lower=one.more_lower, upper=one.more_upper)
            for one in found.counterfactual.items}
    titles = tuple(Title(plays=one.plays, fakes=fakes[one.item], bound=one.fakes,
                         more=more.get(one.item))
                   for one in found.lower.items if one.item in named)
    others = [one for one in found.lower.items if one.item not in named]
    return Tried(job=job, titles=titles, others=len(others),
                 blamed=sum(one.fakes > fakes[one.item] for one in others),
                 fakes=sum(fakes.values()), bound=found.lower.fakes, samples=samples)


def _drawn(job: Job) -> tuple[pa.Table, Flags, frozenset[str]]:
    """Draw the table `plays`, which of its rows are fake, and the items that are named."""
    made = _plan(job)
    world = compile_world(made, job.seed)
    parts = [part for part in (draw(world, block) for block in blocks(made)) if part is not None]
    events = pa.concat_tables([p.events for p in parts]).unify_dictionaries().combine_chunks()
    labels = pa.concat_tables([p.labels for p in parts]).unify_dictionaries().combine_chunks()
    fake = _is(labels["label"], "fake") | _is(labels["flow"], _REPLAYED)
    device = pc.dictionary_encode(events["device_id"].combine_chunks()).indices
    kept = (_whole(events, "watched_ms", _LEAST_STAY_MS) >= _LEAST_STAY_MS) & np.isin(
        _whole(events, "status", _COUNTED[0]), _COUNTED) & device.is_valid().to_numpy(False)
    kept &= ~events["prefetch"].fill_null(False).to_numpy(False)
    account = pc.or_(events["account_id"].is_valid(), events["paid"].fill_null(False))
    plays = pa.table({
        "item_id": events["item_id"].combine_chunks().cast(pa.string()),
        "device_id": device.cast(pa.int64()), "order_id": np.arange(len(fake), dtype=np.int64),
        "day": ((events["time_ms"].to_numpy() + OFFSET_MS) // DAY_MS).astype(np.int32),
        "account": account})
    named = world.items.names.slice(world.scenario.catalogue).to_pylist()
    return plays.filter(pa.array(kept)), fake[kept], frozenset(named)


def _plan(job: Job) -> Plan:
    if job.scenario != KNOWN:
        return plan(job.scenario, events=EVENTS, dose=job.dose)
    return plan(known(load("s7", job.dose)), events=EVENTS)


def known(scenario: Scenario) -> Scenario:
    """Have the audience's own devices replay what new devices would: a crowd in their place."""
    (campaign,) = scenario.campaigns
    item = np.repeat(campaign.item, campaign.days)
    nth = np.concatenate([np.arange(n, dtype=np.int64) for n in campaign.days])
    crowd = Crowd(name=_REPLAYED, item=item, curve=campaign.form.spread, watch="",
                  day=np.repeat(campaign.first_day, campaign.days) + nth,
                  events=np.repeat(campaign.events // campaign.days, campaign.days),
                  source="audience")
    return replace(scenario, crowds=(*scenario.crowds, crowd), campaigns=())


def _is(column: pa.ChunkedArray, text: str) -> Flags:
    found: Flags = pc.equal(column.cast(pa.string()), text).fill_null(False).to_numpy()
    return found


def _whole(events: pa.Table, name: str, unknown: int) -> I64:
    values: I64 = events[name].fill_null(unknown).to_numpy()
    return values


def _sampled(job: Job, plays: pa.Table, fake: Flags, held: Flags,
             asked: Days) -> tuple[Audited, ...]:
    """Have an examiner who knows the truth look at some of the window's plays, drawn at random.

    The mark that sharpens the sample: no account, and a device that never came before the window.
    """
    device = plays["device_id"].to_numpy()
    first = np.full(int(device.max()) + 1, np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(first, device, plays["day"].to_numpy().astype(np.int64))
    mark = (first[device] >= asked.first) & ~plays["account"].to_numpy(False)
    rows = np.flatnonzero(held)
    source = np.random.Generator(np.random.PCG64(job.seed))
    found = (_audited(rows, source.choice(rows, SAMPLE, replace=False), mark, fake)
             for _ in range(DRAWS))
    return tuple(one for one in found if one)


def _audited(rows: I64, drawn: I64, mark: Flags, fake: Flags) -> Audited | None:
    return audit([Stratum(
        name=str(value), events=int((mark[rows] == value).sum()),
        valid=int((~fake[drawn] & (mark[drawn] == value)).sum()),
        invalid=int((fake[drawn] & (mark[drawn] == value)).sum()), cannot_tell=0)
        for value in (False, True)])


def jobs(seed: int, times: dict[str, int]) -> tuple[Job, ...]:
    """List logs: so many of each ``scenario`` or ``scenario:dose``, each with its own seed."""
    found = []
    for name, count in times.items():
        scenario, _, dose = name.partition(":")
        found += [Job(scenario=scenario, dose=dose or None, seed=(seed << 32) + zlib.crc32(
            f"estimate|{name}|{n}".encode())) for n in range(count)]
    return tuple(found)


def planned(size: str, seed: int, only: Sequence[str] = ()) -> tuple[Job, ...]:
    """List the logs of a benchmark's estimates; `only` limits them to some scenarios."""
    return tuple(job for job in jobs(seed, dict(_LOGS.get(size, {})))
                 if not only or job.scenario.removesuffix("-known") in only)
