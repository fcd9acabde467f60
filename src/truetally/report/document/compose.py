"""Compose the court report: one content for every medium, in three scopes."""

from pathlib import Path
from typing import Literal

from truetally.report.document import examined, found, proof, weighed
from truetally.report.document.annex import annex
from truetally.report.document.court import CourtData
from truetally.report.document.model import Document, Section, cleaned
from truetally.report.document.opening import opening
from truetally.report.words import Lang, say

Scope = Literal["parties", "public", "annex"]


def compose(data: CourtData, lang: Lang, scope: Scope = "parties") -> Document:
    """Compose a case's report in `lang`.

    parties: everything, the annex last. public: without thresholds, lists, signatures and policy
    text. annex: these alone, bound apart. All texts come back safe to show: see `cleaned`.
    """
    s = data.report.summary
    alone = scope == "annex"
    return cleaned(Document(
        lang=lang, brand=say("court.brand", lang),
        kind=say("court.kind_annex", lang) if alone else say("court.kind", lang),
        title=Path(s.case).name or s.case, scope=say(f"scope_of.{scope}", lang),
        mark=say("court.synthetic", lang) if s.synthetic else "", digest=s.digest,
        digest_label=say("court.digest", lang), made_ms=data.made_ms,
        summary_title=say("court.summary", lang),
        summary=() if alone else opening(data, lang),
        sections=annex(data, lang) if alone else _sections(data, lang, scope)))


def _sections(data: CourtData, lang: Lang, scope: Scope) -> tuple[Section, ...]:
    """Put the sections in the order of the opinion's seven items, then what a court weighs."""
    public = scope == "public"
    return (
        examined.commission(data, lang), examined.material(data, lang),
        examined.method(data, lang), examined.process(data, lang),
        found.results(data, lang), found.opinion(data, lang),
        found.limits(data, lang), weighed.factors(data, lang), weighed.points(data, lang),
        weighed.chain(data, lang), proof.exhibits(data, lang), proof.claims(data, lang),
        proof.verify(data, lang, public=public), proof.undertaking(lang),
        *(() if public else annex(data, lang)))
