"""Sections 11 to 14: exhibits, figures with their digests, how to check, undertaking."""

import shlex
from pathlib import Path

from truetally.report.document.court import Claim, CourtData
from truetally.report.document.model import (
    Block,
    Code,
    Listing,
    Paragraph,
    Section,
    Signing,
    Table,
)
from truetally.report.labels import pick
from truetally.report.shares import grouped
from truetally.report.words import Lang, say


def exhibits(data: CourtData, lang: Lang) -> Section:
    """List the exhibits: number, name, category, source, purpose, digest."""
    rows = tuple((str(e.number), f"{e.name} ({pick(e.category, lang)})",
                  f"{pick(e.source, lang)}; {pick(e.purpose, lang)}", e.sha256)
                 for e in data.exhibits)
    table = Table(caption=say("court.exhibits", lang), rows=rows, widths=(1, 5, 6, 6),
                  heads=tuple(say(f"court.{key}", lang) for key in (
                      "exhibit_no", "exhibit_name", "exhibit_purpose", "exhibit_sha")),
                  columns=("number", "text", "text", "code"))
    return Section(title=say("court.exhibits", lang), source=say("source.art19", lang),
                   blocks=(table,))


def claims(data: CourtData, lang: Lang) -> Section:
    """List every claimed figure with the digests of its query and result, and its leaf."""
    rows = tuple((claim.number, f"{_name(claim, lang)}: {_value(claim, lang)}",
                  f"{claim.sql_sha256} {claim.result_sha256} {claim.leaf}")
                 for claim in data.claims)
    table = Table(caption=say("court.claims", lang), rows=rows, widths=(1, 4, 8),
                  heads=tuple(say(f"court.{key}", lang)
                              for key in ("claim", "claim_value", "claim_digests")),
                  columns=("text", "text", "code"))
    intro = Paragraph(text=say("court.claims_intro", lang, root=data.claims_root))
    return Section(title=say("court.claims", lang), source="", blocks=(intro, table))


def _name(claim: Claim, lang: Lang) -> str:
    return pick(claim.name, lang)


def _value(claim: Claim, lang: Lang) -> str:
    match claim.result:
        case ((int() as only,),):
            return grouped(only)
    return say("court.claim_rows", lang, rows=grouped(len(claim.result)))


def verify(data: CourtData, lang: Lang, *, public: bool) -> Section:
    """Say how another person comes to the same digests and figures."""
    s = data.report.summary
    case = shlex.quote(Path(s.case).name or s.case)
    run = ("truetally run SOURCE... --case AGAIN "
           f"--policy {shlex.quote(s.policy)} --offset={s.offset}")
    blocks: list[Block] = [
        Paragraph(text=say("court.verify_intro", lang)),
        Paragraph(text=say("court.verify_sources", lang)), Code(lines=("sha256sum SOURCE...",)),
        Paragraph(text=say("court.verify_run", lang)), Code(lines=(run,)),
        Paragraph(text=say("court.verify_event", lang)),
        Code(lines=(f"truetally explain {case} EVENT_ID",)),
        Paragraph(text=say("court.verify_claim", lang))]
    if public and data.annex_sha256:
        blocks.append(Paragraph(text=say("court.annex_commit", lang, sha256=data.annex_sha256)))
    return Section(title=say("court.verify", lang), source="", blocks=tuple(blocks))


def undertaking(lang: Lang) -> Section:
    """Set out the undertaking for the examiner to sign; a program cannot give it."""
    points = tuple(say(f"undertaking.{key}", lang)
                   for key in ("objective", "appearance", "interest"))
    lines = tuple(say(f"sign.{key}", lang) for key in ("examiner", "institution", "date"))
    return Section(title=say("court.undertaking", lang), source=say("source.art36_7", lang),
                   blocks=(Listing(points=points, ordered=True),
                           Paragraph(text=say("court.undertaking_note", lang), tone="note"),
                           Signing(lines=lines)))


