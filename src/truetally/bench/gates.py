"""What the product is meant to reach, and whether these figures reach it."""

from collections.abc import Sequence
from dataclasses import dataclass

from truetally.bench import estimates, words
from truetally.bench.benchmark import Benchmark
from truetally.bench.grids import Grid
from truetally.bench.share import Share, together
from truetally.bench.table import Row, placebos
from truetally.bench.threshold import RULE_OF_THREE, TARGETS_PPB
from truetally.bench.variants import OURS
from truetally.intervals import PPB, clopper_pearson

_CAUGHT_PPB = 800_000_000
CEF_DEVICES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One aim: what it is, what was measured, and `kept`: yes, no, or what is missing to say."""

    aim: str
    measured: str
    kept: str


def gates(bench: Benchmark, rows: Sequence[Row]) -> tuple[Gate, ...]:
    """Hold the figures at dose 1 against the aims."""
    ours = {r.scenario: r for r in rows if r.method == OURS and r.dose == "1"
            and r.group == "attack"}
    found = [_recall(ours, names, least) for names, least in (
        (("s1", "s2", "s3", "s4"), 990_000_000), (("h1",), 950_000_000))]
    found.append(either(ours, ("s5", "s6"), estimates.bounds(bench.tried)))
    return (*[gate for gate in found if gate], *_wrong(bench, rows), _placebo(bench),
            *[_cef(rows, log) for log in sorted(bench.levels, reverse=True)],
            *[Gate(aim=aim, measured=measured, kept=kept)
              for aim, measured, kept in estimates.gates(bench.tried)])


def not_caught(rows: Sequence[Row]) -> list[str]:
    """Name the scenarios of which less than 80 % is voided at dose 1, with what is."""
    held = [r for r in rows if r.method == OURS and (
        r.group == "preset" or (r.group == "attack" and r.dose == "1"))]
    return [f"{r.scenario.upper()}: {words.recall(r.figures.recall)} voided, "
            f"{words.recall(r.figures.recall_suspect)} voided or suspect"
            for r in held if r.figures.recall.found * PPB < _CAUGHT_PPB * r.figures.recall.n]


def grid(found: Sequence[Gate]) -> Grid:
    """Lay the aims out as a table."""
    return Grid(title="Aims", note="What is aimed at, at dose 1, and what was measured.",
                heads=("aim", "measured", "reached"),
                cells=tuple((g.aim, g.measured, g.kept) for g in found))


def _recall(ours: dict[str, Row], names: Sequence[str], least: int) -> Gate | None:
    held = [ours[name] for name in names if name in ours]
    if not held:
        return None
    said = ", ".join(f"{r.scenario} {words.short(r.figures.recall)} %" for r in held)
    kept = all(r.figures.recall.found * PPB >= least * r.figures.recall.n for r in held)
    return Gate(aim=f"{', '.join(r.scenario for r in held)}: recall at least "
                f"{words.percent(least)} %", measured=said, kept="yes" if kept else "no")


def either(ours: dict[str, Row], names: Sequence[str],
           bounds: dict[str, tuple[int, str]]) -> Gate | None:
    """Hold what is voided, or where that is too little the lower bound, against the aim."""
    said, kept = [], True
    for name in names:
        if name not in ours and name not in bounds:
            continue
        share = ours[name].figures.recall if name in ours else None
        permille, bound = bounds.get(name, (0, words.NONE))
        voided = words.short(share) if share else words.NONE
        said.append(f"{name} {voided} % voided, bound {bound} % of the truth")
        kept &= bool(share and share.found * PPB >= _CAUGHT_PPB * share.n) or (
            permille * 1_000_000 >= _CAUGHT_PPB)
    return Gate(aim="s5, s6: recall, or the lower bound on what is not named (median log), at "
                f"least {words.percent(_CAUGHT_PPB)} % of the truth",
                measured="; ".join(said), kept="yes" if kept else "no") if said else None


def _wrong(bench: Benchmark, rows: Sequence[Row]) -> list[Gate]:
    found = []
    for log in sorted(bench.levels):
        share = together(r.figures.wrong_sivt for r in rows if r.method == OURS and r.log == log
                         and r.group != "dirty")
        aim = f"{log}: at most 10 ppm of honest events voided as SIVT"
        need = RULE_OF_THREE * PPB // TARGETS_PPB[1]
        above = share.of_events().upper > TARGETS_PPB[1]
        kept = f"not supported by n = {share.devices:,} devices; {need:,} are needed" if (
            not share.found and share.devices < need) else "no" if above else "yes"
        found.append(Gate(aim=aim, measured=words.wrong(share), kept=kept))
    return found


def _placebo(bench: Benchmark) -> Gate:
    claims, units = placebos(bench, "video").get(OURS, (0, 0))
    bounds = clopper_pearson(claims, units)
    return Gate(aim="placebo titles falsely claimed: at most 2 %",
                measured=f"{words.of(claims, units)} (≤ {words.percent(bounds.upper)} %)",
                kept="yes" if units and claims * 50 <= units else "no" if units else "no placebo")


def _cef(rows: Sequence[Row], log: str) -> Gate:
    def of(name: str) -> Share:
        return together(getattr(r.figures, name) for r in rows
                        if r.method == OURS and r.log == log and r.group != "dirty")

    sivt, every = of("cef_wrong_sivt"), of("cef_wrong")
    enough = sivt.devices >= CEF_DEVICES
    kept = "no" if sivt.devices_found else "yes" if enough else (
        f"not supported by n = {sivt.devices:,}; {CEF_DEVICES:,} are needed")
    return Gate(aim=f"{log}: honest users of CEF-based browsers voided as SIVT: none of 10,000 "
                "devices",
                measured=f"{words.devices(sivt)}; by any reason, lists of addresses included: "
                f"{every.devices_found:,}", kept=kept)
