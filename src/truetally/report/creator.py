"""The page for a creator, as a document that HTML and PDF show alike."""

from collections.abc import Sequence
from typing import Protocol

from truetally.report.data import PageText, Text
from truetally.report.document.model import (
    Block,
    Document,
    Listing,
    Paragraph,
    Section,
    Table,
    cleaned,
)
from truetally.report.labels import pick
from truetally.report.safe import visible
from truetally.report.shares import grouped
from truetally.report.words import Lang, say

_LONGEST_TITLE = 80


class Tally(Protocol):
    """An item's events over some period or under some recount."""

    @property
    def key(self) -> str:
        """Name the period."""

    @property
    def events(self) -> int:
        """Count all."""

    @property
    def counted(self) -> int:
        """Count what counts."""

    @property
    def not_counted(self) -> int:
        """Count what lies outside the metric."""

    @property
    def void(self) -> int:
        """Count what is invalid."""

    @property
    def undetermined(self) -> int:
        """Count what could not be decided."""

    @property
    def suspect(self) -> int:
        """Count what one sign speaks against."""


class Why(Protocol):
    """One reason."""

    @property
    def verdict(self) -> str:
        """Name the verdict it led to."""

    @property
    def events(self) -> int:
        """Count the events it decided."""

    @property
    def en(self) -> PageText:
        """Give the criterion's page in English."""

    @property
    def zh(self) -> PageText:
        """Give it in Chinese."""


class Again(Protocol):
    """A recount after an appeal."""

    @property
    def own(self) -> bool:
        """Say whether the count in force holds it already."""

    @property
    def id(self) -> str:
        """Name the appeal."""

    @property
    def decided_on(self) -> str:
        """Give the day of its decision."""

    @property
    def why(self) -> str:
        """Give the reasons of the decision."""

    @property
    def result(self) -> Tally:
        """Count the item after it."""


class Told(Protocol):
    """What a creator is told of one item."""

    @property
    def item(self) -> str:
        """Name the item."""

    @property
    def digest(self) -> str:
        """Name the decisions."""

    @property
    def first_day(self) -> str:
        """Give the first day."""

    @property
    def last_day(self) -> str:
        """Give the last day."""

    @property
    def metric(self) -> Text:
        """Define what counts as one."""

    @property
    def whole(self) -> Tally:
        """Count it all."""

    @property
    def first(self) -> Tally | None:
        """Count it as before the restatement."""

    @property
    def months(self) -> Sequence[Tally]:
        """Count it by month."""

    @property
    def reasons(self) -> Sequence[Why]:
        """List the reasons."""

    @property
    def recounts(self) -> Sequence[Again]:
        """List the recounts."""

    @property
    def synthetic(self) -> bool:
        """Say whether the data are simulated."""

    @property
    def made_ms(self) -> int:
        """Give the time that goes into the file."""


def creator_document(told: Told, lang: Lang) -> Document:
    """Write what a creator is told, in `lang`, ready for `document.web` or `document.pdf`."""
    item = visible(told.item, _LONGEST_TITLE)
    lead = say("creator.lead", lang, item=item, counted=grouped(told.whole.counted),
               events=grouped(told.whole.events), first=told.first_day, last=told.last_day)
    sections = (
        Section(title=say("creator.why", lang), source="", blocks=_reasons(told, lang)),
        Section(title=say("creator.appeal", lang), source="", blocks=(Listing(ordered=True, points=(
            say("creator.appeal_who", lang), say("creator.appeal_what", lang),
            say("creator.appeal_then", lang), say("creator.appeal_when", lang))),)),
        *_recounts(told, lang))
    whole = Document(
        lang=lang, brand=say("creator.brand", lang), kind=say("creator.kind", lang), title=item,
        scope=say("creator.scope", lang), digest=told.digest, made_ms=told.made_ms,
        mark=say("creator.synthetic", lang) if told.synthetic else "",
        digest_label=say("creator.digest", lang), summary_title=say("creator.short", lang),
        summary=(Paragraph(text=lead, tone="lead"), Paragraph(text=say("creator.blame", lang)),
                 Paragraph(text=say("creator.metric", lang, metric=pick(told.metric, lang)),
                           tone="note"), *_counts(told, lang)),
        sections=sections)
    return cleaned(whole)


def _counts(told: Told, lang: Lang) -> tuple[Block, ...]:
    rows = tuple((say(f"creator.{name}", lang), grouped(getattr(told.whole, name)))
                 for name in ("events", "not_counted", "void", "counted", "undetermined",
                              "suspect"))
    whole = Table(caption="", heads=(say("creator.position", lang), say("creator.number", lang)),
                  columns=("text", "number"), widths=(4, 1), rows=rows, strong=(3,))
    names = ("events", "not_counted", "void", "counted")
    months = Table(caption=say("creator.month", lang), widths=(2, 2, 3, 2, 2),
                   columns=("text", "number", "number", "number", "number"),
                   heads=(say("creator.month", lang), *[say(f"creator.{n}", lang) for n in names]),
                   rows=tuple((m.key, *[grouped(getattr(m, n)) for n in names])
                              for m in told.months))
    return whole, Paragraph(text=say("creator.doubt", lang), tone="note"), months


def _reasons(told: Told, lang: Lang) -> tuple[Block, ...]:
    if not told.reasons:
        return (Paragraph(text=say("creator.no_reasons", lang)),)
    made: list[Block] = [Paragraph(text=say("creator.each", lang), tone="note")]
    for reason in told.reasons:
        page = reason.zh if lang == "zh" else reason.en
        made.append(Paragraph(tone="lead", text=say(
            "creator.reason", lang, title=page.title, events=grouped(reason.events),
            verdict=say(f"verdict.{reason.verdict}", lang))))
        colon = "：" if lang == "zh" else ": "
        made.append(Listing(points=(
            say("creator.finds", lang) + colon + page.finds,
            say("creator.shows", lang) + colon + page.shows,
            say("creator.innocent", lang) + colon + page.innocent)))
    return tuple(made)


def _recounts(told: Told, lang: Lang) -> tuple[Section, ...]:
    """Show the counts before and after each appeal; nothing where there was none."""
    if not told.recounts:
        return ()
    names = ("events", "not_counted", "void", "counted")
    lines = [(say("creator.first", lang), told.first)] if told.first else []
    lines += [(say("creator.now", lang), told.whole)]
    lines += [(say("creator.recount_line", lang, id=r.id, day=r.decided_on), r.result)
              for r in told.recounts if not r.own]
    table = Table(caption="", heads=("", *[say(f"creator.{n}", lang) for n in names]),
                  columns=("text", "number", "number", "number", "number"),
                  widths=(4, 2, 3, 2, 2), rows=tuple(
                      (name, *[grouped(getattr(t, n)) for n in names]) for name, t in lines))
    why = Listing(points=tuple(say("creator.reasons_given", lang, id=r.id, why=r.why)
                               for r in told.recounts))
    return (Section(title=say("creator.recount", lang), source="", blocks=(table, why)),)
