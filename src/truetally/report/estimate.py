"""Say the three numbers of an estimate: what each is, rests on, and what would void it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from truetally.estimate.audit import Audited, Stratum
from truetally.estimate.campaigns import EVERYTHING, SUSPECTS, Bounded, Lower
from truetally.estimate.counterfactual import Counterfactual
from truetally.events.dates import day_text
from truetally.intervals import Bounds
from truetally.report.figure.page import Sheet
from truetally.report.safe import visible
from truetally.report.shares import grouped, of_permille, permille
from truetally.report.words import Lang, say

_MOST_TITLES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number: its heading, sentences, and table (null where there is nothing to list)."""

    title: str
    says: tuple[str, ...]
    sheet: Sheet | None = None


class Sample(Protocol):
    """What is shown of an audit sample."""

    @property
    def strata(self) -> tuple[Stratum, ...]:
        """Give what was kept, suspect, and voided."""

    @property
    def outside(self) -> int:
        """Count labels of events outside the metric."""

    @property
    def kept(self) -> Audited | None:
        """Give the invalid among what counts."""

    @property
    def wrongly_voided(self) -> Bounds | None:
        """Bound the valid among what was voided."""


def parts(lower: Sequence[Bounded], sample: Sample | None, more: Sequence[Counterfactual],
          lang: Lang) -> tuple[Part, ...]:
    """Say all three, window by window; the sample is of the whole case."""
    return (*[lower_part(one, lang) for one in lower], sample_part(sample, lang),
            *[more_part(one, bounded, lang) for one, bounded in zip(more, lower, strict=True)])


def _window(bounded: Bounded, lang: Lang) -> str:
    return say("estimate.window", lang, first=day_text(bounded.first_day),
               last=day_text(bounded.last_day))


def lower_part(bounded: Bounded, lang: Lang) -> Part:
    """Say the lower bound of one window, and plainly so where it says nothing."""
    title = say("estimate.lower_title", lang, window=_window(bounded, lang))
    if bounded.reference_days is None:
        return Part(title=title, says=(say("estimate.no_reference", lang),))
    said = say("estimate.lower_total", lang, fakes=grouped(bounded.fakes),
               confidence=of_permille(bounded.confidence_permille)) if bounded.fakes else say(
                   "estimate.vacuous", lang)
    told = sorted((one for one in (*bounded.pooled, *bounded.items) if one.fakes),
                  key=lambda one: (one.item not in {SUSPECTS, EVERYTHING}, -one.fakes, one.item))
    silent = bounded.titles - sum(one.fakes > 0 for one in bounded.items)
    left = (say("estimate.more_titles", lang, number=grouped(silent)),) if silent and told else ()
    return Part(title=title, says=(
        said, *left,
        say("estimate.lower_way", lang, lookback=bounded.lookback_days,
            reference=bounded.reference_days),
        say("estimate.lower_assumes", lang, placebos=grouped(bounded.placebos)),
        say("estimate.lower_void_by", lang)), sheet=_lower_sheet(title, told, lang))


def _lower_sheet(title: str, told: Sequence[Lower], lang: Lang) -> Sheet | None:
    if not told:
        return None
    heads = ("title_column", "plays", "lower_at_least", "lower_share", "lower_inside",
             "lower_expected", "lower_void")
    return Sheet(title=title, heads=tuple(say(f"estimate.{head}", lang) for head in heads),
                 rows=tuple((name(one.item, lang), grouped(one.plays), grouped(one.fakes),
                             of_permille(permille(one.fakes, one.plays)), grouped(one.inside),
                             grouped(one.expected), of_permille(one.voided_permille))
                            for one in told[:_MOST_TITLES]))


def name(item: str, lang: Lang) -> str:
    """Name a title, or titles together; safe to show."""
    if item == SUSPECTS:
        return say("estimate.suspects", lang)
    return say("estimate.everything", lang) if item == EVERYTHING else visible(item, 60)


def sample_part(sample: Sample | None, lang: Lang) -> Part:
    """Say what the examiners' sample comes to, or how to get one."""
    title = say("estimate.sample_title", lang)
    if sample is None or sample.kept is None:
        return Part(title=title, says=(say("estimate.sample_none", lang),))
    return Part(title=title, says=(
        *_kept(sample.kept, lang), *_voided(sample, lang),
        *([say("estimate.sample_outside", lang, number=grouped(sample.outside))]
          if sample.outside else []),
        say("estimate.sample_assumes", lang)))


def _kept(found: Audited, lang: Lang) -> tuple[str, ...]:
    said = say("estimate.sample_said", lang, events=grouped(found.events),
               lower=grouped(found.bounds.lower), upper=grouped(found.bounds.upper),
               confidence=of_permille(found.confidence_permille), point=grouped(found.point),
               sampled=grouped(found.sampled), unsure=grouped(found.cannot_tell))
    how = say("estimate.sample_powered", lang, lower=grouped(found.exact.lower),
              upper=grouped(found.exact.upper)) if found.powered else say(
                  "estimate.sample_exact", lang)
    return said, how


def _voided(sample: Sample, lang: Lang) -> tuple[str, ...]:
    if sample.wrongly_voided is None:
        return ()
    voided = sample.strata[-1]
    return (say("estimate.sample_voided", lang, events=grouped(voided.events),
                lower=grouped(sample.wrongly_voided.lower),
                upper=grouped(sample.wrongly_voided.upper), sampled=grouped(voided.sampled)),)


def more_part(more: Counterfactual, bounded: Bounded, lang: Lang) -> Part:
    """Say what is beyond the expected in one window."""
    title = say("estimate.more_title", lang, window=_window(bounded, lang))
    if more.ranks_permille is None:
        return Part(title=title, says=(say("estimate.more_few", lang, matched=more.matched),))
    way = say("estimate.more_way", lang, matched=grouped(more.matched),
              placebos=grouped(more.placebos), trend=of_permille(more.trend_permille),
              confidence=of_permille(more.confidence_permille),
              ranks=of_permille(more.ranks_permille))
    if not more.items:
        return Part(title=title, says=(say("estimate.unsurged", lang), way))
    heads = ("title_column", "plays", "more_usual", "more_expected", "more_more", "more_interval")
    told = sorted(more.items, key=lambda one: (-one.more, one.item))[:_MOST_TITLES]
    sheet = Sheet(title=title, heads=tuple(say(f"estimate.{head}", lang) for head in heads),
                  rows=tuple((visible(one.item, 60), grouped(one.plays), grouped(one.usual),
                              grouped(one.expected), grouped(one.more),
                              f"{grouped(one.more_lower)} – {grouped(one.more_upper)}")
                             for one in told))
    return Part(title=title, says=(way, say("estimate.more_assumes", lang)), sheet=sheet)
