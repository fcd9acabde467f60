"""One log from simulation to stored arrays: what a worker process does."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from truetally.bench import variants as v
from truetally.bench.alone import earned
from truetally.bench.cost import Cost, measured
from truetally.bench.decided import Decided, decide
from truetally.bench.figures import Labelled
from truetally.bench.log import F64, I64, Flags, Log, Truth, read_log, read_truth
from truetally.bench.pairs import Together, together
from truetally.bench.rivals import all_rivals
from truetally.bench.stored import store
from truetally.bench.suite import Case
from truetally.bench.threshold import highest
from truetally.simulate import load, simulate
from truetally.simulate.browsers import compile_browsers

Taught = Mapping[str, Mapping[str, Any]]  # log kind -> rival -> what it learnt
COUNTER = "counter-r5.1"
LISTS_ALONE = "lists-alone"
SIMULATE = "simulate"
_MOST_PLAYED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the main process needs to know of a stored log.

    `honest` and `devices` are countable; `reasons` are of honest events that were voided;
    `families` counts honest events by the families that flagged them, `together` honest devices by
    pairs of criteria; `earned` says what each criterion adds to the fakes that are voided.
    """

    case: Case
    folder: Path
    rows: int
    honest: int
    devices: int
    highest: Mapping[str, F64]
    costs: Mapping[str, Cost]
    reasons: Mapping[str, int]
    families: Mapping[str, int]
    together: Together
    earned: Mapping[str, tuple[int, int, int]]
    policies: Mapping[str, str]
    sources_sha256: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the methods said of one log so far, and at what cost."""

    codes: dict[str, v.Codes] = field(default_factory=dict)
    scores: dict[str, F64] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)


def work(case: Case, folder: Path, taught: Taught, keep: int) -> Done:
    """Simulate, decide and score one log; leave its arrays in `folder`, and no log."""
    scratch = folder.with_name(folder.name + ".log")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        return _work(case, folder, scratch, taught, keep)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _work(case: Case, folder: Path, scratch: Path, taught: Taught, keep: int) -> Done:
    found = _Found()
    written, found.costs[SIMULATE] = measured(lambda: simulate(
        case.scenario, scratch / "log", events=case.events, seed=case.seed, dose=case.dose,
        dirty=case.dirty, threads=1))
    ours, found.costs[v.OURS] = measured(lambda: decide(
        written.files, written.labels, scratch / "ours", case.log))
    truth = read_truth(written.labels)
    log = None if case.dirty else read_log(written.files, case.log)
    _ours(case.log, ours, found)
    if log is not None and case.rivals:
        counter, found.costs[COUNTER] = measured(lambda: decide(
            written.files, written.labels, scratch / "counter", COUNTER))
        (whole, *_) = v.variants(COUNTER)
        found.codes[COUNTER] = v.restate(counter.mask, whole.policy, whole.policy)
        found.policies[COUNTER] = whole.policy.sha256
        _rivals(log, truth.fake, taught.get(case.log, {}), found)
    labelled = _labelled(case, ours, truth, log, scratch / "log")
    store(folder, labelled, found.codes, found.scores)
    return _done(case, folder, labelled, ours, found, keep)


def _ours(policy: str, ours: Decided, found: _Found) -> None:
    made = v.variants(policy)
    whole = made[0].policy
    for variant in made:
        found.codes[variant.name] = v.restate(ours.mask, whole, variant.policy)
        found.policies[variant.name] = variant.policy.sha256
    found.codes[LISTS_ALONE] = v.any_listed(ours.mask, whole)


def _rivals(log: Log, fake: Flags, taught: Mapping[str, Any], found: _Found) -> None:
    for name, rival in all_rivals().items():
        told = fake if rival.told else None
        score, found.costs[name] = measured(partial(rival.score, log, taught.get(name), told))
        if rival.decides:
            found.codes[name] = np.where(score > 0, v.SIVT, v.KEPT).astype(np.int8)
        else:
            found.scores[name] = score.astype(np.float32).astype(np.float64)


def _labelled(case: Case, ours: Decided, truth: Truth, log: Log | None,
              folder: Path) -> Labelled:
    """Put the truth together. A damaged log may have no single table: then there are no items."""
    whole = v.variants(case.log)[0].policy
    rows = len(truth.fake)
    item = log.item if log else np.zeros(rows, dtype=np.int64)
    cef = _default_list(case, log) & ~truth.fake if log else np.zeros(rows, dtype=bool)
    titles = _titles(log, folder) if log else np.zeros(0, dtype=np.int64)
    return Labelled(
        fake=truth.fake, countable=v.countable(ours.mask, whole), fleet=truth.fleet,
        device=np.unique(truth.device, return_inverse=True)[1].astype(np.int64),
        fleets=truth.fleets, item=item, cef=cef, titles=titles,
        paid=log is not None and case.log == "video")


def _default_list(case: Case, log: Log) -> Flags:
    """Mark events whose plugin list is exactly the one every CEF-based browser has."""
    scenario = load(case.scenario)
    made = compile_browsers(scenario.browsers, scenario.audience)
    codes, texts = log.texts("plugins")
    same = [text == made.plugins[made.cef_list] for text in texts.to_pylist()]
    return np.array([*same, False])[codes]


def _titles(log: Log, folder: Path) -> I64:
    """Number the scenario's titles as the log's items; the most played where it has none."""
    said = json.loads((folder / "simulation.json").read_text("utf-8"))["titles"]
    names = log.texts("item_id")[1].to_pylist()
    places = {name: place for place, name in enumerate(names)}
    named = [places[title["item_id"]] for title in said if title["item_id"] in places]
    most = np.argsort(-np.bincount(log.item), kind="stable")[:_MOST_PLAYED]
    return np.array(named, dtype=np.int64) if named else most.astype(np.int64)


def _done(case: Case, folder: Path, labelled: Labelled, ours: Decided, found: _Found,
          keep: int) -> Done:
    whole = v.variants(case.log)[0].policy
    honest = labelled.countable & ~labelled.fake
    voided = np.where(honest, found.codes[v.OURS], v.KEPT)
    return Done(
        case=case, folder=folder, rows=len(honest), honest=int(honest.sum()),
        devices=len(np.unique(labelled.device[honest])),
        highest={name: highest(score[honest], keep) for name, score in found.scores.items()},
        costs=found.costs, reasons=v.reasons(ours.mask, voided, whole),
        families=v.families(ours.mask, honest, whole),
        together=together(ours.mask, honest, labelled.device, whole),
        earned=earned(ours.mask, labelled.countable & labelled.fake, whole),
        policies=found.policies,
        sources_sha256=tuple(source["sha256"] for source in ours.manifest["sources"]))
