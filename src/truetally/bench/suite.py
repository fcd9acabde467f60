"""What is simulated: which scenarios, at which doses and sizes, from which seeds."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.simulate import load, scenarios
from truetally.simulate.scenario import Scenario

Group = Literal["attack", "preset", "placebo", "dirty"]
PLACEBO = "placebo-"
FLEETS = "fleet-"  # made for one criterion each: not in the suite, see `worth`
WIDE = "placebo-cef"
DOSES = ("0.1", "1", "10")
DIRTY = (("missing",), ("lost", "duplicated", "shuffled"), ("skew",), ("mixed",), ("all",))
DIRTY_SCENARIOS = ("s1", "s3", "h1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is simulated. `seeds` is the number of logs of an attack by dose, and of what has no
    dose (None).

    `wide` is the size of the placebo that counts honest users of CEF-based browsers, of which there
    is one. Rivals are given the first `rival_seeds` logs of the `rival_doses`, and of what has no
    dose.
    """

    name: str
    events: int
    wide: int
    train: int
    seeds: Mapping[str | None, int]
    rival_doses: tuple[str, ...]
    rival_seeds: int
    dirty: tuple[tuple[str, ...], ...]


QUICK = Size(name="quick", events=200_000, wide=200_000, train=60_000,
             seeds=dict.fromkeys((*DOSES, None), 1), rival_doses=("1",), rival_seeds=1,
             dirty=DIRTY[-1:])
FULL = Size(name="full", events=200_000, wide=5_000_000, train=150_000,
            seeds={"0.1": 3, "1": 20, "10": 3, None: 4}, rival_doses=DOSES, rival_seeds=3,
            dirty=DIRTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One log to simulate and decide. `dose` is null where the scenario gives its own figures."""

    group: Group
    scenario: str
    log: str
    dose: str | None
    dirty: tuple[str, ...]
    replicate: int
    events: int
    seed: int
    rivals: bool

    @property
    def name(self) -> str:
        """A name that no other case of a suite has."""
        parts = (self.scenario, self.dose or "", "+".join(self.dirty), str(self.replicate))
        return "_".join(part for part in parts if part)


def suite(size: Size, seed: int, only: Sequence[str] = ()) -> tuple[Case, ...]:
    """List the logs of a benchmark, each with a seed of its own, so that audiences are independent.

    `only` limits it to some scenarios. Every built-in scenario with fakes or named placebo is in,
    but for fleets that were made for one criterion.
    """
    found = []
    for name in scenarios():
        scenario = load(name)
        told = PLACEBO in name if not scenario.campaigns else not name.startswith(FLEETS)
        if (only and name not in only) or not told:
            continue
        found += [_case(size, seed, scenario, dose, (), n) for dose in _doses(scenario, size)
                  for n in range(1 if name == WIDE else size.seeds[dose])]
        if name in DIRTY_SCENARIOS:
            found += [_case(size, seed, scenario, "1", damage, 0) for damage in size.dirty]
    return tuple(sorted(found, key=lambda case: -case.events))


def training(size: Size, seed: int, only: Sequence[str] = ()) -> tuple[Case, ...]:
    """List the labelled logs that rivals are taught with: dose 1, from seeds never scored."""
    chosen = {c.scenario for c in suite(size, seed, only) if c.group == "attack"}
    return tuple(Case(group="attack", scenario=name, log=load(name).log, dose="1", dirty=(),
                      replicate=0, events=size.train, seed=_seed(seed, "train", name), rivals=True)
                 for name in sorted(chosen))


def _doses(scenario: Scenario, size: Size) -> tuple[str | None, ...]:
    return tuple(d for d in size.seeds if d) if scenario.dose is not None else (None,)


def _case(size: Size, seed: int, scenario: Scenario, dose: str | None, dirty: tuple[str, ...],
          replicate: int) -> Case:
    group: Group = ("dirty" if dirty else "placebo" if not scenario.campaigns else
                    "attack" if dose else "preset")
    events = size.wide if scenario.name == WIDE else size.events
    return Case(group=group, scenario=scenario.name, log=scenario.log, dose=dose, dirty=dirty,
                replicate=replicate, events=events,
                rivals=(not dirty and replicate < size.rival_seeds
                        and (dose is None or dose in size.rival_doses)),
                seed=_seed(seed, scenario.name, dose or "", *dirty, str(replicate)))


def _seed(seed: int, *names: str) -> int:
    return (seed << 32) + zlib.crc32("|".join(names).encode())
