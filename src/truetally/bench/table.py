"""Add logs up: one row a scenario, dose, damage and method, and one row a method over all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from truetally.bench.benchmark import Benchmark
from truetally.bench.cost import Cost
from truetally.bench.figures import Figures, Money
from truetally.bench.share import Share, together
from truetally.bench.suite import Case, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method over the seeds of one scenario, dose and damage."""

    group: Group
    scenario: str
    log: str
    dose: str | None
    dirty: tuple[str, ...]
    method: str
    seeds: tuple[int, ...]
    events: int
    figures: Figures
    at: Mapping[int, Share]


def rows(bench: Benchmark) -> tuple[Row, ...]:
    """Add up the replicates of every scenario, dose and damage, for every method."""
    found = []
    keys = sorted({_key(one.case) for one in bench.scored})
    for key in keys:
        same = [one for one in bench.scored if _key(one.case) == key]
        for method in sorted({name for one in same for name in one.methods}):
            held = [one for one in same if method in one.methods]
            case = held[0].case
            rates = {rate for one in held for rate in one.at.get(method, {})}
            found.append(Row(
                group=case.group, scenario=case.scenario, log=case.log, dose=case.dose,
                dirty=case.dirty, method=method, seeds=tuple(one.case.seed for one in held),
                events=sum(one.case.events for one in held),
                figures=added([one.methods[method] for one in held]),
                at={rate: together(one.at[method][rate] for one in held) for rate in rates}))
    return tuple(found)


def pooled(bench: Benchmark, log: str) -> Mapping[str, Figures]:
    """Add up every method over all logs of a kind that rivals were given too."""
    held = [one for one in bench.scored if one.case.rivals and one.case.log == log]
    names = sorted({name for one in held for name in one.methods})
    return {name: added([one.methods[name] for one in held if name in one.methods])
            for name in names}


def placebos(bench: Benchmark, log: str) -> Mapping[str, tuple[int, int]]:
    """Count false claims and titles of each method over the placebos of one kind of log."""
    held = [one for one in bench.scored if one.case.group == "placebo" and one.case.log == log]
    names = sorted({name for one in held for name in one.methods})
    return {name: (sum(one.methods[name].claims for one in held if name in one.methods),
                   sum(one.methods[name].claimable for one in held if name in one.methods))
            for name in names}


def costs(bench: Benchmark, log: str) -> Mapping[str, tuple[int, int | None]]:
    """Give each method's events a second and its peak memory in MB over one kind of log."""
    spent: dict[str, list[tuple[int, Cost]]] = {}
    for one in bench.done:
        for name, cost in one.costs.items():
            if one.case.rivals and one.case.log == log:
                spent.setdefault(name, []).append((one.rows, cost))
    return {name: (sum(n for n, _ in held) * 1000 // max(1, sum(c.wall_ms for _, c in held)),
                   _most(c.peak_kb for _, c in held)) for name, held in sorted(spent.items())}


def _most(peaks: Iterable[int | None]) -> int | None:
    known = [peak for peak in peaks if peak is not None]
    return -(-max(known) // 1024) if known else None


def added(figures: Sequence[Figures]) -> Figures:
    """Add up the figures of independent logs; Kendall's tau is their mean, rounded."""
    def of(part: Callable[[Figures], Share]) -> Share:
        return together(part(one) for one in figures)

    taus = [one.tau for one in figures if one.tau is not None]
    paid = [one.money for one in figures if one.money is not None]
    names = sorted({name for one in figures for name in one.fleets})
    return Figures(
        recall=of(lambda f: f.recall), recall_sivt=of(lambda f: f.recall_sivt),
        recall_suspect=of(lambda f: f.recall_suspect), wrong=of(lambda f: f.wrong),
        wrong_sivt=of(lambda f: f.wrong_sivt), wrong_suspect=of(lambda f: f.wrong_suspect),
        cef_wrong=of(lambda f: f.cef_wrong), cef_wrong_sivt=of(lambda f: f.cef_wrong_sivt),
        flagged_devices=sum(f.flagged_devices for f in figures),
        flagged_fake=sum(f.flagged_fake for f in figures),
        claims=sum(f.claims for f in figures), claimable=sum(f.claimable for f in figures),
        money=Money(due_fen=sum(m.due_fen for m in paid),
                    overpaid_fen=sum(m.overpaid_fen for m in paid),
                    withheld_fen=sum(m.withheld_fen for m in paid)) if paid else None,
        tau=round(sum(taus) / len(taus)) if taus else None,
        fleets={name: together(f.fleets[name] for f in figures if name in f.fleets)
                for name in names})


def _key(case: Case) -> tuple[str, str, str, tuple[str, ...]]:
    return case.group, case.scenario, case.dose or "", case.dirty
