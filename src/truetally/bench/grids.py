"""The tables of the benchmark as text cells: the page and the terminal only lay them out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from truetally.bench import words
from truetally.bench.benchmark import Benchmark
from truetally.bench.rivals import all_rivals
from truetally.bench.share import Share
from truetally.bench.table import Row, costs, placebos, pooled
from truetally.bench.threshold import RULE_OF_THREE, TARGETS_PPB, supported
from truetally.bench.variants import LISTS_ONLY, OURS, variants
from truetally.bench.work import COUNTER, LISTS_ALONE, SIMULATE
from truetally.intervals import PPB

_WITHOUT = f"{OURS}-without-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table: what it is, how to read it, heads and cells. The first column holds names."""

    title: str
    note: str
    heads: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def titles() -> dict[str, str]:
    """Name every method for readers, in the order of the tables."""
    ours = {each.name: each.title for policy in ("video", "click") for each in variants(policy)}
    said = {OURS: ours[OURS], LISTS_ONLY: "Lists only (policy: two families must agree)",
            LISTS_ALONE: "Lists only (each decides alone)",
            COUNTER: "COUNTER R5.1 rules only"}
    said |= {name: rival.title + (" *" if rival.told else "")
             for name, rival in all_rivals().items()}
    return said | {name: title for name, title in sorted(ours.items()) if name not in said}


def summary(bench: Benchmark, log: str) -> Grid:
    """Compare all methods over the logs that all were given."""
    figures, spent, claims = pooled(bench, log), costs(bench, log), placebos(bench, log)
    cells = []
    for name, title in _methods(figures, ablations=False):
        f = figures[name]
        speed, peak = spent.get(name, (0, None))
        cells.append((
            title, words.wrong(f.wrong), words.wrong(f.wrong_sivt), words.devices(f.wrong),
            words.of(f.flagged_fake, f.flagged_devices), words.of(*claims.get(name, (0, 0))),
            words.tau(f.tau), words.overpaid(f.money), words.withheld(f.money),
            f"{speed:,}" if speed else words.NONE, f"{peak:,}" if peak else words.NONE))
    return Grid(title=f"All methods, {log} logs", note=_summary_note(bench, log), heads=(
        "method", "honest events voided, ppm", "of these as SIVT, ppm", "honest devices hit",
        "devices hit that are fake", "placebo claims", "Kendall tau", "overpaid, yuan",
        "withheld, yuan", "events/s", "peak MB"), cells=tuple(cells))


def _summary_note(bench: Benchmark, log: str) -> str:
    level = bench.levels[log]
    return (f"{level.honest:,} honest events of {level.devices:,} independent honest devices. "
            "Intervals are 95 %: of events by drawing whole devices, of devices exact "
            "(Clopper-Pearson; effective n = devices). Rivals that only give scores are cut where "
            f"{words.rate(level.operating_ppb)} of these very honest events lie above, which "
            "flatters them; Truetally's thresholds are its policy's defaults. "
            "\\* was shown the labels: an upper reference, no competitor.")


def by_scenario(rows: Sequence[Row], *, ablations: bool) -> Grid:
    """Show the recall of every method in every scenario at dose 1, and at the presets' figures."""
    held = [r for r in rows if r.group == "preset" or (r.group == "attack" and r.dose == "1")]
    names = sorted({r.scenario for r in held}, key=_order)
    found = {(r.method, r.scenario): r.figures.recall for r in held}
    cells = [(title, *[_cell(found.get((name, scenario)), ours=name == OURS)
                       for scenario in names])
             for name, title in _methods({m for m, _ in found}, ablations=ablations)]
    return Grid(
        title="Truetally with parts taken away: recall, percent" if ablations
        else "Recall by scenario, percent of fakes voided",
        note="Ablated policies are generated and the full run's masks are restated under them."
        if ablations else "Dose 1: as many fakes as honest plays of a target in the campaign's "
        "days; presets in the proportions of their case. Truetally's figure includes what its "
        "lists void (GIVT); by SIVT alone see the next table.",
        heads=("method", *names), cells=tuple(cells))


def _cell(share: Share | None, *, ours: bool) -> str:
    if share is None:
        return words.NONE
    return words.recall(share) if ours else words.short(share)


def by_dose(rows: Sequence[Row]) -> Grid:
    """Show ours in every scenario at every dose."""
    held = sorted((r for r in rows if r.method == OURS and r.group in {"attack", "preset"}),
                  key=lambda r: (_order(r.scenario), float(r.dose or 0)))
    cells = [(r.scenario, r.dose or "case", f"{r.figures.recall.n:,}",
              f"{r.figures.recall.devices:,}", words.recall(r.figures.recall),
              words.recall(r.figures.recall_sivt), words.recall(r.figures.recall_suspect),
              words.overpaid(r.figures.money), words.wrong(r.figures.wrong_sivt)) for r in held]
    return Grid(title="Truetally by scenario and dose", note=(
        "Few fake devices make wide intervals: that is how little a log of this size can say. With "
        "fewer than 30, devices are counted instead of drawn."),
        heads=("scenario", "dose", "fakes", "fake devices", "voided", "as SIVT",
               "voided or suspect", "overpaid, yuan", "honest voided as SIVT, ppm"),
        cells=tuple(cells))


def by_fleet(rows: Sequence[Row]) -> Grid:
    """Show scenarios of several fleets round by round, at dose 1."""
    held = [r for r in rows if r.method == OURS and r.group == "attack" and r.dose == "1"
            and len(r.figures.fleets) > 1]
    cells = [(name, words.of(share.found, share.n), words.recall(share))
             for r in held for name, share in r.figures.fleets.items()]
    return Grid(title="Round by round (S8), part by part (S9)", note=(
        "S8 knows the published criteria and changes one thing each round. S9: fakes bought for a "
        "rival, fakes poured into the reference fortnight, and the attack that follows."),
        heads=("fleet", "voided", "recall"), cells=tuple(cells))


def at_rates(bench: Benchmark, rows: Sequence[Row]) -> Grid:
    """Show rivals that give scores at event false-positive rates as far as devices support them."""
    held = [r for r in rows if r.group == "attack" and r.dose == "1" and r.at]
    names = sorted({r.scenario for r in held}, key=_order)
    found = {(r.method, r.scenario): r for r in held}
    rates = [rate for rate in TARGETS_PPB
             if any(supported(rate, level.devices) for level in bench.levels.values())]
    cells = [(title, words.rate(rate), *[_at(bench, found.get((name, scenario)), rate)
                                         for scenario in names])
             for name, title in _methods({r.method for r in held}, ablations=False)
             for rate in rates or TARGETS_PPB[:1]]
    devices = ", ".join(f"{level.devices:,} ({log} logs)" for log, level in
                        sorted(bench.levels.items(), reverse=True))
    return Grid(title="Rivals with scores at fixed event false-positive rates, percent", note=(
        "A rate is claimed only with at least 3 / rate independent honest devices ("
        + ", ".join(f"{RULE_OF_THREE * PPB // rate:,} for {words.rate(rate)}"
                    for rate in TARGETS_PPB)
        + f"); here are {devices}. n/s: not supported by n; a rate "
        "that no log supports has no row."),
        heads=("method", "rate", *names), cells=tuple(cells))


def _at(bench: Benchmark, row: Row | None, rate: int) -> str:
    if row is None:
        return words.NONE
    if not supported(rate, bench.levels[row.log].devices):
        return "n/s"
    return words.short(row.at[rate])


def by_placebo(rows: Sequence[Row]) -> Grid:
    """Show false claims by placebo, for ours and each rival."""
    held = [r for r in rows if r.group == "placebo"]
    names = sorted({r.scenario for r in held})
    found = {(r.method, r.scenario): r.figures for r in held}
    cells = [(title, *[words.of(f.claims, f.claimable) if f else words.NONE for f in
                       (found.get((name, scenario)) for scenario in names)])
             for name, title in _methods({m for m, _ in found}, ablations=False)]
    return Grid(title="Placebos: titles said to be manipulated that were not", note=(
        "A claim: more than 2 % of a title's plays voided as SIVT, and at least three of them. Of "
        "placebos without a title of their own, the 20 most played items."),
        heads=("method", *[name.removeprefix("placebo-") for name in names]), cells=tuple(cells))


def by_dirt(rows: Sequence[Row]) -> Grid:
    """Show ours on damaged logs beside the clean ones."""
    dirty = [r for r in rows if r.group == "dirty" and r.method == OURS]
    clean = {r.scenario: r for r in rows if r.method == OURS and r.dose == "1"
             and r.group == "attack"}
    held = [(r.scenario, "none", r) for name, r in sorted(clean.items())
            if name in {d.scenario for d in dirty}]
    held += [(r.scenario, ", ".join(r.dirty), r) for r in dirty]
    cells = [(name, damage, words.recall(r.figures.recall),
              words.recall(r.figures.recall_suspect), words.wrong(r.figures.wrong),
              words.wrong(r.figures.wrong_sivt)) for name, damage, r in
             sorted(held, key=lambda h: (_order(h[0]), h[1] != "none", h[1]))]
    return Grid(title="Damaged logs", note=(
        "missing: five columns left out; lost, duplicated: 1 % of rows; skew: 5 % of clocks up to "
        "six hours off; mixed: files of three formats, of which access logs know no device and no "
        "stay. Damaged logs have seeds of their own."),
        heads=("scenario", "damage", "voided", "voided or suspect", "honest voided, ppm",
               "of these as SIVT, ppm"), cells=tuple(cells))


def _methods(names: Iterable[str], *, ablations: bool) -> list[tuple[str, str]]:
    held = set(names) - {SIMULATE}
    return [(name, title) for name, title in titles().items() if name in held
            and (name == OURS or name.startswith(_WITHOUT) == ablations)]


def _order(scenario: str) -> tuple[int, str]:
    return ("sh".find(scenario[0]) if scenario[1:].isdigit() else 9, scenario)
