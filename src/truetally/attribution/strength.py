"""How strong a match is: random-match probability, likelihood ratio, and what it would not bear.

Two propositions. Hp: the device ran the software. Hd: it is some other device of the reference. The
likelihood ratio is P(bears the signature | Hp) / P(bears it | Hd). Devices are counted, not events:
the events of one device are not independent. All results are whole numbers: shares in parts per
billion, rounded outwards, ratios in thousandths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from truetally.intervals import PPB, clopper_pearson

CONFIDENCE_PERMILLE = 950
_EACH_PERMILLE = 975  # of two bounds that hold together at 95 % or more (Bonferroni)
THOUSANDTHS = 1000
# ENFSI Guideline for Evaluative Reporting in Forensic Science (2015), 4.: equivalents in words of
# ranges of the likelihood ratio; the names are keys of words in both languages.
SCALE = ((1, "none"), (2, "weak"), (10, "moderate"), (100, "moderately_strong"),
         (1_000, "strong"), (10_000, "very_strong"), (1_000_000, "extremely_strong"))
ASSUMED_PPB = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 50_000_000, 200_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Devices of a reference and how many of them bear the signature."""

    name: str
    devices: int
    bearing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The strength of a signature against one reference.

    `ratio` and its bounds are in thousandths; None is without bound: no reference device bears the
    signature. `verbal` is the word for the lower bound, never for the point. `innocent_upper` is
    how many other devices of the log's period would bear it at the upper bound of the base rate.
    """

    reference: str
    devices: int
    bearing: int
    base_ppb: int
    base_lower_ppb: int
    base_upper_ppb: int
    ratio: int | None
    ratio_lower: int
    ratio_upper: int | None
    verbal: str
    innocent_upper: int
    false_share_upper_ppb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What an assumed base rate would make of it, and how many innocent devices to expect."""

    base_ppb: int
    ratio: int
    verbal: str
    innocent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """How surely the software's own devices bear the signature: `bearing` of `devices` seen to.

    Without devices it is taken as certain: the value stands in the artefact itself.
    """

    devices: int = 0
    bearing: int = 0


def verbal(ratio: int | None) -> str:
    """Name a likelihood ratio in thousandths in the words of ENFSI; None is beyond every range."""
    if ratio is None:
        return SCALE[-1][1]
    name = "contrary"
    for low, word in SCALE:
        if ratio >= low * THOUSANDTHS:
            name = word
    return name


def strength(reference: Reference, found: int, others: int, hold: Hold | None = None) -> Strength:
    """Measure a signature that `found` devices of a period bear, `others` of which do not.

    `reference` gives the base rate. `hold`, where the software's own devices were seen.
    """
    held = hold or Hold()
    base = clopper_pearson(reference.bearing, reference.devices)
    each = clopper_pearson(reference.bearing, reference.devices,
                           confidence_permille=_EACH_PERMILLE)
    own = clopper_pearson(held.bearing, held.devices, confidence_permille=_EACH_PERMILLE) \
        if held.devices else None
    low, high = (own.lower, own.upper) if own else (PPB, PPB)
    point = PPB * held.bearing // held.devices if held.devices else PPB
    rate = reference.bearing * PPB // reference.devices if reference.devices else 0
    lower = low * THOUSANDTHS // max(1, each.upper)
    innocent = -(-(found + others) * base.upper // PPB)
    return Strength(
        reference=reference.name, devices=reference.devices, bearing=reference.bearing,
        base_ppb=rate, base_lower_ppb=base.lower, base_upper_ppb=base.upper,
        ratio=point * THOUSANDTHS // rate if rate else None, ratio_lower=lower,
        ratio_upper=high * THOUSANDTHS // each.lower if each.lower else None,
        verbal=verbal(lower), innocent_upper=innocent,
        false_share_upper_ppb=min(PPB, innocent * PPB // found) if found else PPB)


def sensitivity(found: int, others: int, rates_ppb: Sequence[int] = ASSUMED_PPB) -> list[Assumed]:
    """Say what other base rates than the measured would make of the same match."""
    return [Assumed(base_ppb=rate, ratio=PPB * THOUSANDTHS // rate,
                    verbal=verbal(PPB * THOUSANDTHS // rate),
                    innocent=-(-(found + others) * rate // PPB)) for rate in rates_ppb]


def worthless_ppb(found: int, others: int) -> int:
    """Give the base rate from which the match shows nothing: as many innocent devices would bear
    the signature as were found to."""
    return found * PPB // (found + others) if found else 0
