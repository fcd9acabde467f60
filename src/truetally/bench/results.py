"""Everything measured, for machines: whole numbers, names and hashes."""

import hashlib
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from truetally import __version__
from truetally.bench import estimates
from truetally.bench.benchmark import Benchmark
from truetally.bench.figures import Figures
from truetally.bench.pairs import pairs
from truetally.bench.rivals import all_rivals
from truetally.bench.table import Row, costs, placebos, pooled, rows
from truetally.bench.work import Done
from truetally.bench.worth import Worth
from truetally.simulate.generate import GENERATOR

_LIBRARIES = ("numpy", "scikit-learn", "pyod", "scipy", "duckdb", "ibis-framework", "pyarrow")
_SCENARIOS = files("truetally.simulate") / "scenarios"
_PARTS = ("audience", "browsers", "fleets")
SHARES = ("recall", "recall_sivt", "recall_suspect", "wrong", "wrong_sivt", "wrong_suspect",
          "cef_wrong", "cef_wrong_sivt")


def results(bench: Benchmark) -> dict[str, Any]:
    """Gather what was measured and all that a repetition needs."""
    kinds = sorted({one.case.log for one in bench.done})
    return {
        "about": about(bench),
        "levels": {kind: {"honest_devices": level.devices, "honest_events": level.honest,
                          "operating_ppb": level.operating_ppb}
                   for kind, level in bench.levels.items()},
        "rows": [_row(row) for row in rows(bench)],
        "pooled": {kind: {name: _figures(f) for name, f in pooled(bench, kind).items()}
                   for kind in kinds},
        "placebo_claims": {kind: {name: {"claims": claims, "titles": titles} for name,
                                  (claims, titles) in placebos(bench, kind).items()}
                           for kind in kinds},
        "estimates": estimates.results(bench.tried),
        "honest_voided_by": _added(bench, lambda done: done.reasons),
        "honest_flagged_by_families": _added(bench, lambda done: done.families),
        "earned": [{"scenario": one.case.scenario, "dose": one.case.dose, "seed": one.case.seed,
                    "criteria": {code: {"fakes": fakes, "lost_without": lost, "alone": alone}
                                 for code, (fakes, lost, alone) in one.earned.items()}}
                   for one in bench.done if one.case.group in {"attack", "preset"}],
        "worth": [_worth(one) for one in bench.worth],
        "honest_devices_flagged_together": {kind: _pairs(bench, kind) for kind in kinds},
        "costs": {kind: {name: {"events_a_second": speed, "peak_mb": peak}
                         for name, (speed, peak) in costs(bench, kind).items()}
                  for kind in kinds}}


def about(bench: Benchmark) -> dict[str, Any]:
    """Say from which generator, seed, versions, scenarios and policies the figures come."""
    size = bench.size
    names = sorted({one.case.scenario for one in bench.done}
                   | {one.trial.scenario for one in bench.worth})
    return {
        "generator": GENERATOR, "version": __version__, "seed": bench.seed, "size": size.name,
        "events_a_log": size.events, "logs": len(bench.done),
        "events": sum(one.rows for one in bench.done),
        "honest_devices": sum(one.devices for one in bench.done),
        "scenarios_sha256": {name: _sha256(f"{name}.toml") for name in names},
        "parts_sha256": {name: _sha256(f"parts/{name}.toml") for name in _PARTS},
        "policies_sha256": _policies(bench),
        "rivals": {name: {"title": r.title, "citation": r.citation, "told_the_truth": r.told}
                   for name, r in all_rivals().items()},
        "versions": {"python": platform.python_version()} | {n: version(n) for n in _LIBRARIES},
        "cores": os.cpu_count(), "wall_ms": bench.wall_ms}


def _sha256(name: str) -> str:
    return hashlib.sha256((_SCENARIOS / name).read_bytes()).hexdigest()


def _policies(bench: Benchmark) -> Mapping[str, Mapping[str, str]]:
    return {one.case.log: dict(one.policies)
            for one in sorted(bench.done, key=lambda d: d.case.rivals)}


def _worth(one: Worth) -> dict[str, Any]:
    return {"scenario": one.trial.scenario, "seed": one.trial.seed, "view": one.view,
            "fakes": one.fakes, "voided": one.voided, "honest_devices": one.devices,
            "criteria": {code: asdict(gain) for code, gain in one.gains.items()}}


def _added(bench: Benchmark, part: Callable[[Done], Mapping[str, int]]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in bench.done:
        if one.case.group != "dirty":
            for name, events in part(one).items():
                found[name] = found.get(name, 0) + events
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _pairs(bench: Benchmark, kind: str) -> list[dict[str, Any]]:
    logs = [one.together for one in bench.done
            if one.case.log == kind and one.case.group != "dirty"]
    names = {name for log in logs for name in log.by}
    return [asdict(pair) for pair in pairs(logs, names) if pair.both or pair.chance_milli]


def _row(row: Row) -> dict[str, Any]:
    return {"group": row.group, "scenario": row.scenario, "log": row.log, "dose": row.dose,
            "dirty": list(row.dirty), "method": row.method, "seeds": list(row.seeds),
            "events": row.events, **_figures(row.figures),
            "recall_at_ppb": {str(rate): share.as_json() for rate, share in sorted(row.at.items())}}


def _figures(figures: Figures) -> dict[str, Any]:
    money = figures.money
    return {
        **{name: getattr(figures, name).as_json() for name in SHARES},
        "flagged_devices": figures.flagged_devices, "flagged_fake_devices": figures.flagged_fake,
        "claims": figures.claims, "titles": figures.claimable, "kendall_tau_1e4": figures.tau,
        "money": None if money is None else {
            "due_fen": money.due_fen, "overpaid_fen": money.overpaid_fen,
            "withheld_fen": money.withheld_fen},
        "fleets": {name: share.as_json() for name, share in figures.fleets.items()}
        if len(figures.fleets) > 1 else {}}
