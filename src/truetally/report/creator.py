"""The page for a creator, as a document that HTML and PDF show alike."""

from truetally.report.creator_data import CreatorPage
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


def creator_document(told: CreatorPage, lang: Lang) -> Document:
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


def _counts(told: CreatorPage, lang: Lang) -> tuple[Block, ...]:
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


def _reasons(told: CreatorPage, lang: Lang) -> tuple[Block, ...]:
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


def _recounts(told: CreatorPage, lang: Lang) -> tuple[Section, ...]:
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
