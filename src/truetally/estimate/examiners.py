"""What two blind examiners of a random sample say about a count: agreement, error, restated total.

Whole numbers throughout: counts of events, shares in parts per billion. What the examiners do not
settle is counted both ways, so that an interval is never narrower for want of an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.errors import InputError, problem
from truetally.intervals import PPB, Bounds, clopper_pearson, hypergeometric

Judgement = Literal["valid", "invalid", "unclear"]
JUDGEMENTS: tuple[Judgement, ...] = ("valid", "invalid", "unclear")
CONFIDENCE_PERMILLE = 950
MOST_STRATA = 50  # one permille of doubt each: what the bounds are computed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How two examiners agree. `table` counts (first, second); `kappa_ppb` is Cohen's kappa (1960),
    None where chance alone would make them agree always."""

    both: int
    agreed: int
    kappa_ppb: int | None
    table: Mapping[tuple[Judgement, Judgement], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One stratum: events in all, drawn, and judged; `void` if the case voids its events.

    `errors` are judged against the case by all, `open_` are not settled. `bounds` are of errors in
    the whole stratum (hypergeometric); `share` of its rate (Clopper-Pearson), in parts per billion.
    """

    name: str
    void: bool
    population: int
    sample: int
    errors: int
    open_: int
    bounds: Bounds
    share: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The sample's result: the case's valid events, restated, with an interval that holds for all
    strata at once (Bonferroni). `error` are wrongly decided events of either kind."""

    strata: tuple[Stratum, ...]
    claimed_valid: int
    restated_valid: int
    valid: Bounds
    error: Bounds
    corrected_valid: Bounds | None


def agreement(pairs: Sequence[tuple[Judgement, Judgement]]) -> Agreement:
    """Count how often two examiners say the same, and how much of it is more than chance."""
    table = {(a, b): sum(pair == (a, b) for pair in pairs) for a in JUDGEMENTS for b in JUDGEMENTS}
    n = len(pairs)
    agreed = sum(table[j, j] for j in JUDGEMENTS)
    chance = sum(sum(table[j, b] for b in JUDGEMENTS) * sum(table[a, j] for a in JUDGEMENTS)
                 for j in JUDGEMENTS)  # times n squared
    rest = n * n - chance
    return Agreement(both=n, agreed=agreed, table=table,
                     kappa_ppb=(agreed * n - chance) * PPB // rest if rest else None)


def settled(one: Judgement, other: Judgement, third: Judgement | None = None) -> Judgement:
    """Settle two judgements: what both say; else what a third says; else unclear."""
    if one == other:
        return one
    return third if third is not None else "unclear"


def outcome(populations: Mapping[str, int], void: Mapping[str, bool],
            judged: Mapping[str, Sequence[Judgement]], *, sensitivity_permille: int = 1000,
            specificity_permille: int = 1000) -> Outcome:
    """Bound the errors of every stratum and restate the valid events of the whole.

    `sensitivity_permille` and `specificity_permille` say how well the examiners find what is known
    to be invalid and valid; below 1,000 the restated interval is corrected (Rogan and Gladen 1978).

    Raises:
        InputError: more than 50 strata, more judged than there are, or examiners no better than
            chance.
    """
    if not 0 < len(populations) <= MOST_STRATA:
        raise InputError(problem("number of strata", expected=f"1 to {MOST_STRATA}",
                                 found=len(populations)))
    confidence = 1000 - max(1, (1000 - CONFIDENCE_PERMILLE) // len(populations))
    strata = tuple(_stratum(name, populations[name], judged[name], confidence, void=void[name])
                   for name in sorted(populations))
    claimed = sum(s.population for s in strata if not s.void)
    restated = claimed + sum((1 if s.void else -1) * _scaled(s) for s in strata)
    corrected = None
    if (sensitivity_permille, specificity_permille) != (1000, 1000):
        corrected = _corrected(strata, sensitivity_permille, specificity_permille)
    return Outcome(strata=strata, claimed_valid=claimed, restated_valid=restated,
                   valid=_valid(strata), error=_added([s.bounds for s in strata]),
                   corrected_valid=corrected)


def _stratum(name: str, population: int, judged: Sequence[Judgement], confidence: int, *,
             void: bool) -> Stratum:
    wrong: Judgement = "valid" if void else "invalid"
    errors, open_, n = judged.count(wrong), judged.count("unclear"), len(judged)
    low = hypergeometric(errors, n, population, confidence_permille=confidence)
    high = hypergeometric(errors + open_, n, population, confidence_permille=confidence)
    rate = (clopper_pearson(errors, n, confidence_permille=confidence).lower,
            clopper_pearson(errors + open_, n, confidence_permille=confidence).upper)
    return Stratum(name=name, void=void, population=population, sample=n, errors=errors,
                   open_=open_, bounds=Bounds(lower=low.lower, upper=high.upper),
                   share=Bounds(lower=rate[0], upper=rate[1]))


def _scaled(s: Stratum) -> int:
    """Scale a stratum's errors up to all of it, rounded half up; open ones count for the case."""
    return (2 * s.errors * s.population + s.sample) // (2 * s.sample) if s.sample else 0


def _added(bounds: Sequence[Bounds]) -> Bounds:
    return Bounds(lower=sum(b.lower for b in bounds), upper=sum(b.upper for b in bounds))


def _valid(strata: Sequence[Stratum]) -> Bounds:
    """Bound the valid events: those counted that are, and those voided that should not be."""
    kept = [s for s in strata if not s.void]
    missed, wronged = _added([s.bounds for s in kept]), _added([s.bounds for s in strata if s.void])
    claimed = sum(s.population for s in kept)
    return Bounds(lower=claimed - missed.upper + wronged.lower,
                  upper=claimed - missed.lower + wronged.upper)


def rogan_gladen(apparent_ppb: int, sensitivity_permille: int, specificity_permille: int) -> int:
    """Correct an apparent share of invalid events for the examiners' own errors, in parts per
    billion: (apparent + specificity - 1) / (sensitivity + specificity - 1), held to 0 to 1.

    Rogan and Gladen 1978, American Journal of Epidemiology 107. Raises InputError for examiners no
    better than chance.
    """
    better = sensitivity_permille + specificity_permille - 1000
    if better <= 0 or max(sensitivity_permille, specificity_permille) > 1000:  # noqa: PLR2004
        raise InputError(problem("examiners no better than chance", found=f"sensitivity "
                                 f"{sensitivity_permille}, specificity {specificity_permille}",
                                 expected="permille that add up to more than 1000"))
    found = (apparent_ppb * 1000 - (1000 - specificity_permille) * PPB) // better
    return min(max(found, 0), PPB)


def _corrected(strata: Sequence[Stratum], sensitivity: int, specificity: int) -> Bounds:
    """Correct each stratum's bounds of truly invalid events, and add the valid ones up."""
    low = high = 0
    for s in strata:
        invalid = ((s.population - s.bounds.upper, s.population - s.bounds.lower) if s.void
                   else (s.bounds.lower, s.bounds.upper))
        least, most = (rogan_gladen(part * PPB // s.population, sensitivity, specificity)
                       for part in invalid)
        low += s.population - -(-most * s.population // PPB)
        high += s.population - least * s.population // PPB
    return Bounds(lower=low, upper=high)
