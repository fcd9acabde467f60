"""What the estimates of fakes that cannot be named are worth: coverage, width, false claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from truetally.bench import words
from truetally.bench.campaigns import EVENTS, KNOWN, PLACEBOS, Tried
from truetally.bench.grids import Grid
from truetally.intervals import PPB, clopper_pearson

CLAIM_PERMILLE = 20  # a title is said to hold fakes if the bound is above 2 % of its plays
_TITLES = {KNOWN: "S7 by devices with a past", "h2": "H2", "h3": "H3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One scenario and dose over its logs. Titles, windows and intervals are counted whole.

    `covered` titles have a bound not above the truth; `ratios` are the bounds of the logs' windows
    in permille of the truth; `mores` and `samples` are intervals that held the truth, of so many.
    """

    name: str
    dose: str | None
    seeds: tuple[int, ...]
    titles: int
    covered: int
    others: int
    blamed: int
    claims: int
    vacuous: int
    together: int
    ratios: tuple[int, ...]
    mores: tuple[int, int]
    more_width_permille: int | None
    exact: tuple[int, int]
    powered: tuple[int, int]
    sample_width_permille: int | None


def lines(tried: Sequence[Tried]) -> tuple[Line, ...]:
    """Add logs of one scenario and dose up."""
    keys = dict.fromkeys((t.job.scenario, t.job.dose) for t in tried)
    return tuple(_line(name, dose, [t for t in tried if (t.job.scenario, t.job.dose) == (
        name, dose)]) for name, dose in keys)


def _line(name: str, dose: str | None, logs: Sequence[Tried]) -> Line:
    titles = [title for log in logs for title in log.titles]
    mores = [(t.more, t.fakes) for t in titles if t.more]
    held = [(sample, log.fakes) for log in logs for sample in log.samples]
    sharp = [(s.powered, fakes) for s, fakes in held if s.powered]
    widths = sorted((m.upper - m.lower) * 1000 // max(1, fakes) for m, fakes in mores if fakes)
    sample = sorted((b.upper - b.lower) * 1000 // max(1, fakes) for b, fakes in sharp if fakes)
    return Line(
        name=name, dose=dose, seeds=tuple(log.job.seed for log in logs), titles=len(titles),
        covered=sum(t.bound <= t.fakes for t in titles), others=sum(log.others for log in logs),
        blamed=sum(log.blamed for log in logs),
        claims=sum(t.bound * 1000 > CLAIM_PERMILLE * t.plays for t in titles),
        vacuous=sum(not t.bound for t in titles),
        together=sum(log.bound <= log.fakes and not log.blamed and all(
            t.bound <= t.fakes for t in log.titles) for log in logs),
        ratios=tuple(sorted(log.bound * 1000 // log.fakes for log in logs if log.fakes)),
        mores=(sum(m.lower <= fakes <= m.upper for m, fakes in mores), len(mores)),
        more_width_permille=widths[len(widths) // 2] if widths else None,
        exact=(sum(s.exact.lower <= fakes <= s.exact.upper for s, fakes in held), len(held)),
        powered=(sum(b.lower <= fakes <= b.upper for b, fakes in sharp), len(sharp)),
        sample_width_permille=sample[len(sample) // 2] if sample else None)


def results(tried: Sequence[Tried]) -> dict[str, Any]:
    """Give everything for machines."""
    return {"events_a_log": EVENTS, "lines": [
        {name: list(value) if isinstance(value, tuple) else value
         for name in Line.__dataclass_fields__ for value in [getattr(line, name)]}
        for line in lines(tried)]}


def bounds(tried: Sequence[Tried]) -> dict[str, tuple[int, str]]:
    """Give the median bound at dose 1 in permille of the truth, and in words, by scenario."""
    return {o.name: (_median(o.ratios), _middle(o)) for o in lines(tried)
            if o.dose == "1" and o.ratios}


def gates(tried: Sequence[Tried]) -> list[tuple[str, str, str]]:
    """Hold the estimates against their aims: what is aimed at, what was measured, reached."""
    found = lines(tried)
    by = {(line.name, line.dose): line for line in found}
    made = []
    for name, said in (("s7", "s7"), (KNOWN, "s7 by devices with a past")):
        if (name, "1") in by:
            line = by[name, "1"]
            made.append((f"{said}: lower bound not above the truth in at least 95 % of campaigns",
                         f"{_of(line.covered, line.titles)}; {line.vacuous:,} say nothing",
                         _yes(line.covered * 100 >= 95 * line.titles)))
    covered, titles = sum(o.covered for o in found), sum(o.titles for o in found)
    if titles:
        made.append(("lower bounds of campaigns not above the truth: at least 95 %",
                     _of(covered, titles), _yes(covered * 100 >= 95 * titles)))
        made.append(("all lower bounds of a log at once: at least 95 %",
                     _of(sum(o.together for o in found), sum(len(o.seeds) for o in found)),
                     _yes(sum(o.together for o in found) * 100
                          >= 95 * sum(len(o.seeds) for o in found))))
    placebo = [o for o in found if o.name in PLACEBOS]
    if placebo:
        claims, named = sum(o.claims for o in placebo), sum(o.titles for o in placebo)
        above = words.percent(_upper(claims, named))
        made.append(("placebo titles said to hold fakes that cannot be named: at most 2 %",
                     f"{words.of(claims, named)} (≤ {above} %)",
                     _yes(claims * 50 <= named)))
    for label, part in (("audit samples, exact", "exact"),
                        ("audit samples, prediction-powered", "powered"),
                        ("plays beyond the expected", "mores")):
        held = [getattr(o, part) for o in found if part != "mores" or o.name not in PLACEBOS]
        if sum(n for _, n in held):
            good, n = sum(a for a, _ in held), sum(b for _, b in held)
            made.append((f"intervals that hold the truth, {label}: at least 95 %", _of(good, n),
                         _yes(good * 100 >= 95 * n)))
    return made


def tables(tried: Sequence[Tried]) -> tuple[Grid, ...]:
    """Lay both tables out."""
    found = lines(tried)
    if not found:
        return ()
    return (_bounds(found), _intervals(found))


def _bounds(found: Sequence[Line]) -> Grid:
    cells = [(_title(o), o.dose or "–", f"{len(o.seeds)}", f"{o.titles}",
              words.of(o.covered, o.titles), words.of(o.vacuous, o.titles),
              _middle(o), words.of(o.together, len(o.seeds)),
              words.of(o.claims, o.titles) if o.name in PLACEBOS else words.NONE,
              words.of(o.blamed, o.others)) for o in found]
    return Grid(title="Estimates: the lower bound", note=(
        f"Logs of {EVENTS:,} events, drawn for this table; a campaign is a title in the week of "
        "the attack, of which the detector is not told. All fakes are left to be estimated. Bounds "
        "hold at 95 % for all titles of a log together. They say nothing where the bound is 0. S7 "
        "as it is sold comes on devices without a past, and that is all the bound sees: honest "
        "newcomers in such numbers would be taken for fakes just so. The same replay by devices "
        "with a past is told apart by nothing, and the bound says so. A claim: more than 2 % of "
        "a title's plays."),
        heads=("scenario", "dose", "logs", "campaigns", "not above the truth", "says nothing",
               "bound of the window, % of the truth: median [least, most]",
               "all bounds of a log right", "claims", "other titles blamed"),
        cells=tuple(cells))


def _intervals(found: Sequence[Line]) -> Grid:
    cells = [(_title(o), o.dose or "–", words.of(*o.exact), words.of(*o.powered),
              _wide(o.sample_width_permille), words.of(*o.mores), _wide(o.more_width_permille))
             for o in found]
    return Grid(title="Estimates: the sample and the counterfactual", note=(
        "The sample: 400 plays of the week drawn at random, and an examiner who is always right; "
        "the truth is the number of fakes. The counterfactual: plays beyond what matched titles "
        "lead to expect, for titles that surged; the truth is again the number of fakes, so that a "
        "placebo that surges by itself must miss it: more plays are not fakes. Widths are medians, "
        "in percent of the fakes."),
        heads=("scenario", "dose", "exact interval holds", "powered interval holds", "its width, %",
               "counterfactual holds", "its width, %"), cells=tuple(cells))


def _title(line: Line) -> str:
    return _TITLES.get(line.name, line.name if line.name in PLACEBOS else line.name.upper())


def _middle(line: Line) -> str:
    if not line.ratios:
        return words.NONE
    return (f"{_percent(_median(line.ratios))} [{_percent(line.ratios[0])}, "
            f"{_percent(line.ratios[-1])}]")


def _median(values: Sequence[int]) -> int:
    return values[len(values) // 2]


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}"


def _wide(permille: int | None) -> str:
    return words.NONE if permille is None else _percent(permille)


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({words.percent(part * PPB // max(1, whole))} %)"


def _yes(*held: bool) -> str:
    return "yes" if all(held) else "no"


def _upper(part: int, whole: int) -> int:
    return clopper_pearson(part, whole).upper
