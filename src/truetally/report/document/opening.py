"""The first page: the question, the answer, the figures, what they do not show, how to check."""

from truetally.report.data import Summary
from truetally.report.document.court import CourtData
from truetally.report.document.model import Block, Facts, Listing, Paragraph, Table
from truetally.report.labels import pick
from truetally.report.shares import grouped, percent
from truetally.report.words import Lang, say


def opening(data: CourtData, lang: Lang) -> tuple[Block, ...]:
    """Say the case on one page that a judge can read."""
    s = data.report.summary
    return (
        Facts(rows=((say("court.question", lang), question(data, lang)),
                    (say("court.answer", lang), answer(s, lang)))),
        statement(data, lang),
        Paragraph(text=say("court.how", lang)),
        Paragraph(text=say("court.not_shown", lang), tone="lead"),
        Listing(points=_not_shown(data, lang)),
        Paragraph(text=say("court.check", lang), tone="lead"),
        Paragraph(text=say("court.check_short", lang)),
    )


def question(data: CourtData, lang: Lang) -> str:
    """Ask how many events are valid, in the period that the sources cover."""
    s = data.report.summary
    first, last = period(s)
    title = data.report.policy_title
    policy = pick(title, lang) if title else s.policy
    if first is None or last is None:
        return say("court.asked_undated", lang, events=grouped(s.events), policy=policy)
    return say("court.asked", lang, events=grouped(s.events), policy=policy, first=first, last=last)


def period(s: Summary) -> tuple[str | None, str | None]:
    """Give the first and last local day of all sources, None where there is no event."""
    first = min((x.first_day for x in s.sources if x.first_day), default=None)
    return first, max((x.last_day for x in s.sources if x.last_day), default=None)


def answer(s: Summary, lang: Lang) -> str:
    """Say what is valid and what is not."""
    if not s.gross:
        return say("court.found_nothing", lang)
    removed = s.gross - s.total_net
    return say("court.found", lang, gross=grouped(s.gross), removed=grouped(removed),
               share=percent(removed, s.gross), total_net=grouped(s.total_net))


def statement(data: CourtData, lang: Lang) -> Table:
    """Lay the counts out from the events decided down to the total net."""
    s = data.report.summary
    steps = (("events", s.events), ("not_counted", -s.not_counted), ("gross", s.gross),
             ("givt", -s.givt), ("net", s.net), ("sivt", -s.sivt), ("total_net", s.total_net))
    rows = tuple(
        (say(f"count.{key}", lang), signed(events),
         "" if key in {"events", "not_counted"} else percent(abs(events), s.gross),
         numbered(data, key)) for key, events in steps)
    return Table(caption=say("court.statement_caption", lang),
                 heads=(say("court.position", lang), say("court.events", lang),
                        say("court.of_gross", lang), say("court.claim", lang)),
                 columns=("text", "number", "number", "number"), widths=(5, 3, 2, 2), rows=rows,
                 strong=(len(rows) - 1,))


def signed(events: int) -> str:
    """Write a count; what is taken away has a minus sign."""
    return f"−{grouped(-events)}" if events < 0 else grouped(events)


def numbered(data: CourtData, key: str) -> str:
    """Give the number of the claim with this key, "" if it is not claimed."""
    return next((claim.number for claim in data.claims if claim.key == key), "")


def _not_shown(data: CourtData, lang: Lang) -> tuple[str, ...]:
    points = [say("court.not_shown_who", lang), say("court.not_shown_log", lang)]
    if data.report.summary.uncalibrated:
        points.append(say("court.not_shown_rate", lang))
    if not data.sampled:
        points.append(say("court.not_shown_sample", lang))
    return tuple(points)
