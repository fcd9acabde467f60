"""What each weighing criterion is worth where it is needed: columns missing, fleets of one trace.

A full log hides it: what one criterion finds others find too. Real logs lack columns, and real
sellers avoid what is known. So every criterion is tried on views of the log that many users have,
and against small fleets that leave little but its own trace (scenarios ``fleet-*``). Such a fleet
shows that a criterion can be of use, not how often such fleets are met.
"""

import shutil
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from truetally.bench.decided import decide
from truetally.bench.log import I64, Flags, Truth, read_truth
from truetally.bench.suite import FLEETS
from truetally.bench.variants import countable, judged
from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, Rule, parse_policy, read_policy
from truetally.decisions.verdict import verdict
from truetally.simulate import load, scenarios, simulate

EVENTS = 120_000  # of a log of an attack; a fleet's own scenario says its size
ATTACKS = ("s1", "s3", "s4", "s5", "s8", "h1", "h2", "h3")
WHOLE = "all columns"
ACCESS = ("time_ms", "kind", "item_id", "ip", "user_agent", "referrer", "page_url", "method",
          "status")
VIEWS: Mapping[str, Callable[[str], bool]] = {
    WHOLE: lambda _: True,
    "no plugin lists": lambda c: c != "plugins",
    "no gestures, visibility, bytes": lambda c: c not in {
        "interacted", "visible_permille", "bytes_sent"},
    "no cookies": lambda c: c != "cookie_id",
    "no device ids": lambda c: c != "device_id",
    "an access log": lambda c: c in ACCESS,
}
ASIDE = {"video": ("driven-together",)}  # in the catalogue, in no built-in policy
_LIKE = '"even-curve"'  # whose innocent causes they share
VOID = frozenset({"givt", "sivt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One log to simulate, and the views of it to decide."""

    scenario: str
    log: str
    events: int | None
    views: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What one criterion adds. Events of fakes: voided that are kept without it (`lost`); voided
    beyond what is when its whole family is silent (`alone`); voided or suspect that are neither
    without it (`marked`). Honest devices: with an event it flagged, and with one that is voided and
    would not be without it (`harmed`).
    """

    lost: int
    alone: int
    marked: int
    flagged: int
    harmed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One view of one log: countable fakes, honest devices, and each criterion that applied."""

    trial: Trial
    view: str
    fakes: int
    voided: int
    devices: int
    gains: Mapping[str, Gain]


def trials(size: str, seed: int, only: Sequence[str] = ()) -> tuple[Trial, ...]:
    """List the logs: fleets of one trace with all columns and, in full, views of the attacks.

    Any size but "full" leaves the attacks out. `only` limits the scenarios.
    """
    made = {name: ((WHOLE,), None) for name in scenarios() if name.startswith(FLEETS)}
    attacks = {name: (tuple(VIEWS), EVENTS) for name in ATTACKS if size == "full"}
    return tuple(Trial(scenario=name, log=load(name).log, views=views, events=events,
                       seed=(seed << 32) + zlib.crc32(f"worth|{name}".encode()))
                 for name, (views, events) in {**attacks, **made}.items()
                 if not only or name in only)


def attempt(trial: Trial, scratch: Path) -> tuple[Worth, ...]:
    """Simulate a log and decide each view of it; what is written below `scratch` is removed."""
    folder = scratch / f"worth-{trial.scenario}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        made = simulate(trial.scenario, folder / "log", events=trial.events, seed=trial.seed,
                        threads=1)
        policy = weighed(trial.log)
        (folder / "policy.toml").write_text(policy.text, "utf-8")
        truth = read_truth(made.labels)
        found = []
        for number, view in enumerate(trial.views):
            files = [_seen(file, folder / f"view-{number}", VIEWS[view]) for file in made.files]
            mask = decide(files, made.labels, folder / f"case-{number}",
                          str(folder / "policy.toml")).mask
            found.append(_worth(trial, view, mask, truth, policy))
        return tuple(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def weighed(name: str) -> Policy:
    """Read a built-in policy, with the criteria of the catalogue that are tried beside it."""
    whole = read_policy(name, all_criteria())
    if name not in ASIDE:
        return whole
    causes = ", ".join([_LIKE, *[f'"{code}"' for code in ASIDE[name]]])
    head, mark, rest = whole.text.partition("[[criterion]]")
    last = whole.rules[-1].stage
    added = "".join(f'\n[[criterion]]\ncode = "{code}"\nstage = {last}\n' for code in ASIDE[name])
    return parse_policy(head.replace(_LIKE, causes) + mark + rest + added, f"{name} and more",
                        all_criteria())


def _seen(file: Path, folder: Path, kept: Callable[[str], bool]) -> Path:
    """Write the columns of a file that a view has."""
    folder.mkdir(exist_ok=True)
    table = pq.read_table(file)
    pq.write_table(table.select([name for name in table.column_names if kept(name)]),
                   folder / file.name)
    return folder / file.name


def _worth(trial: Trial, view: str, mask: I64, truth: Truth, policy: Policy) -> Worth:
    plays = countable(mask, policy)
    fake, honest = plays & truth.fake, plays & ~truth.fake
    devices = np.unique(truth.device, return_inverse=True)[1].astype(np.int64)
    values, counts = np.unique(mask[fake], return_counts=True)
    whole = _events(values, counts, 0, policy, marked=False)
    return Worth(trial=trial, view=view, fakes=int(fake.sum()), voided=whole,
                 devices=len(np.unique(devices[honest])),
                 gains=gains(mask, fake, honest, devices, policy))


def gains(mask: I64, fake: Flags, honest: Flags, device: I64,
          policy: Policy) -> Mapping[str, Gain]:
    """Work out what each weighing criterion adds to the verdicts on one log."""
    values, counts = np.unique(mask[fake], return_counts=True)
    weighing = [rule for rule in judged(policy) if not rule.certain]
    found = {}
    for rule in weighing:
        own = 1 << rule.bit
        family = sum(1 << r.bit for r in weighing if _same(rule, r))
        flagged = honest & (mask & own != 0)
        voided, marked = (_events(values, counts, 0, policy, marked=m) for m in (False, True))
        found[rule.criterion.code] = Gain(
            lost=voided - _events(values, counts, own, policy, marked=False),
            alone=_events(values, counts, family & ~own, policy, marked=False)
            - _events(values, counts, family, policy, marked=False),
            marked=marked - _events(values, counts, own, policy, marked=True),
            flagged=len(np.unique(device[flagged])),
            harmed=_harmed(mask[flagged], device[flagged], own, policy))
    return found


def _same(one: Rule, other: Rule) -> bool:
    return one.criterion.family == other.criterion.family


def _events(values: I64, counts: I64, without: int, policy: Policy, *, marked: bool) -> int:
    """Count events that are voided, or `marked` as suspect too, without some bits of the masks."""
    return sum(n for value, n in zip(values.tolist(), counts.tolist(), strict=True)
               if _void(value & ~without, policy)
               or (marked and verdict(value & ~without, policy).suspect))


def _void(mask: int, policy: Policy) -> bool:
    return verdict(mask, policy).verdict in VOID


def _harmed(mask: I64, device: I64, own: int, policy: Policy) -> int:
    """Count honest devices with an event that is voided and would not be without a criterion."""
    distinct, where = np.unique(mask, return_inverse=True)
    hurt = np.array([_void(m, policy) and not _void(m & ~own, policy) for m in distinct.tolist()],
                    dtype=bool)
    return len(np.unique(device[hurt[where]])) if len(mask) else 0
