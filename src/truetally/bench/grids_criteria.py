"""The tables about single criteria: what each earns, and which go wrong together."""

from collections.abc import Mapping

from truetally.bench.benchmark import Benchmark
from truetally.bench.grids import Grid
from truetally.bench.pairs import MILLI, corroborates, pairs
from truetally.bench.variants import judged, variants
from truetally.bench.words import NONE
from truetally.bench.work import Done

_LEAST_BOTH = 1


def by_criterion(bench: Benchmark) -> Grid:
    """Show what each weighing criterion adds in every scenario, at dose 1 and in the presets."""
    held = [one for one in bench.done if one.case.group == "preset" or (
        one.case.group == "attack" and one.case.dose == "1")]
    names = sorted({one.case.scenario for one in held})
    found = {(code, one.case.scenario): one for one in held for code in one.earned}
    cells = [(code, *[_earned(code, [one for one in held if one.case.scenario == name])
                      if (code, name) in found else NONE for name in names])
             for code in sorted({code for code, _ in found})]
    return Grid(title="What each weighing criterion earns, percent of fakes", note=(
        "Lost without it / found by it beyond what is found with its whole family silent. Criteria "
        "of a family that find the same fakes are not missed one by one. A dot is nothing."),
        heads=("criterion", *names), cells=tuple(cells))


def _earned(code: str, held: list[Done]) -> str:
    lost = sum(one.earned[code][1] for one in held if code in one.earned)
    alone = sum(one.earned[code][2] for one in held if code in one.earned)
    fakes = sum(one.earned[code][0] for one in held if code in one.earned)
    if not fakes or not (lost or alone):
        return "·"
    return f"{_percent(lost, fakes)} / {_percent(alone, fakes)}"


def _percent(part: int, whole: int) -> str:
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}" if part else "0"


def by_family_pair(bench: Benchmark) -> tuple[Grid, ...]:
    """Show how often two families flag one event of an honest device, by kind of log."""
    return tuple(_pairs(bench, log, families=True) for log in sorted(bench.levels, reverse=True))


def by_pair(bench: Benchmark) -> tuple[Grid, ...]:
    """Show the pairs of criteria that flagged one event of an honest device, by kind of log."""
    return tuple(_pairs(bench, log, families=False) for log in sorted(bench.levels, reverse=True))


def _pairs(bench: Benchmark, log: str, *, families: bool) -> Grid:
    policy = variants(log)[0].policy
    codes: Mapping[str, str] = {r.criterion.code: r.criterion.family for r in judged(policy)}
    names = set(codes.values()) if families else set(codes)
    logs = [one.together for one in bench.done
            if one.case.log == log and one.case.group != "dirty"]
    found = [pair for pair in pairs(logs, names)
             if families or (pair.both >= _LEAST_BOTH and codes[pair.one] != codes[pair.other])]
    cells = tuple((f"{p.one}, {p.other}", f"{p.first:,}", f"{p.second:,}", f"{p.both:,}",
                   f"{p.chance_milli // MILLI:,}.{p.chance_milli % MILLI // 100}",
                   f"≤ {-(-p.upper_ppb // 1000):,}", corroborates(policy, p.one, p.other))
                  for p in found)
    what = "families" if families else "criteria"
    return Grid(
        title=f"Do {what} go wrong together? {log} logs", note=(
            f"Honest devices of all clean logs, {sum(one.devices for one in logs):,} in all, with "
            "an event that the first flagged, the second, and one event that both flagged. Beside "
            "it what independence lets expect, log by log, the exact 95 % bound of the share of "
            "devices hit by both, and whether the policy lets the two confirm each other. "
            + ("" if families else "Pairs that never met on one event are left out.")),
        heads=(what, "by the first", "by the second", "by both", "were it chance",
               "both, ppm of devices", "corroborate"), cells=cells)
