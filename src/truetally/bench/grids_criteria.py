"""The tables about single criteria: what each earns, and which go wrong together."""

from collections.abc import Mapping

from truetally.bench.benchmark import Benchmark
from truetally.bench.grids import Grid
from truetally.bench.pairs import MILLI, corroborates, pairs
from truetally.bench.variants import judged, variants
from truetally.bench.words import NONE
from truetally.bench.work import Done
from truetally.bench.worth import ASIDE, Gain, Worth

_LEAST_BOTH = 1
_MOST_ROWS = 4  # of one criterion
_AMONG = 1000  # a row is worth showing from one fake in so many on


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


def by_worth(bench: Benchmark) -> Grid:
    """Show, criterion by criterion, where it is missed most: which fleet, which columns."""
    codes = sorted({code for one in bench.worth for code in one.gains})
    cells = [row for code in codes for row in _worth_rows(
        code, [(one, one.gains[code]) for one in bench.worth if code in one.gains])]
    return Grid(title="Where each weighing criterion is needed, percent of fakes", note=(
        "Views of logs that lack columns, and fleets that leave little but one trace: what is lost "
        "without the criterion, what it finds with its whole family silent, and what would be "
        "neither voided nor suspect without it; at most four rows each, those with most first, of "
        "rows in which it adds at least one fake in a thousand. Beside it honest devices with an "
        "event that is voided and would not be without it, and those it flagged at all, over every "
        "view of all these logs. A fleet that was made for a criterion shows that it can be of "
        "use, not how often such fleets are met. \\* in the catalogue, in no built-in policy."),
        heads=("criterion", "log", "columns", "lost without it", "found with its family silent",
               "not even suspect without it", "honest devices harmed", "honest devices flagged"),
        cells=tuple(cells))


def _worth_rows(code: str, held: list[tuple[Worth, Gain]]) -> list[tuple[str, ...]]:
    """Give the rows of one criterion, or one that says it earns nothing."""
    name = f"{code} \\*" if any(code in codes for codes in ASIDE.values()) else code
    devices = sum(one.devices for one, _ in held)
    honest = (f"{sum(gain.harmed for _, gain in held):,} of {devices:,}",
              f"{sum(gain.flagged for _, gain in held):,}")
    found = [(one, gain) for one, gain in held
             if max(gain.lost, gain.alone, gain.marked) * _AMONG >= max(1, one.fakes)]
    found.sort(key=lambda f: (-f[1].lost * _AMONG // f[0].fakes, -f[1].alone * _AMONG // f[0].fakes,
                              -f[1].marked * _AMONG // f[0].fakes))
    if not found:
        return [(name, "earns nothing", NONE, *[NONE] * 3, *honest)]
    return [(name, one.trial.scenario, one.view,
             *[_percent(part, one.fakes) for part in (gain.lost, gain.alone, gain.marked)],
             *(honest if not place else ("", "")))
            for place, (one, gain) in enumerate(found[:_MOST_ROWS])]


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
