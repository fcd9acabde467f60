"""Sections 8 to 10: what a court weighs (Art. 93), points on collection (Art. 11), and what was
before the data were fixed (Art. 18). What the case records stands first; what only a person can
know is what a party states, or not stated."""

from collections.abc import Mapping

from truetally.report.document.court import CourtData, Seal
from truetally.report.document.model import Block, Paragraph, Section, Table
from truetally.report.document.opening import period
from truetally.report.labels import pick
from truetally.report.shares import grouped
from truetally.report.words import Lang, say

_ART93 = ("system", "operation", "monitoring", "completeness", "course", "custodian", "other")
_ART11 = ("system", "generation", "storage", "extraction", "alteration", "verification")
_ART18 = ("origin", "generation", "storage", "notary", "witness", "corroboration")
_MOST_NAMES = 12
_STATED = {"extraction": "", "alteration": "", "verification": "", "corroboration": "corroboration"}


def factors(data: CourtData, lang: Lang) -> Section:
    """Go through the seven factors of Art. 93."""
    rows = tuple((say(f"factor93.{key}", lang), _said(data, key, _for_93(data, lang), lang))
                 for key in _ART93)
    return Section(title=say("court.factors", lang), source=say("source.art93", lang),
                   blocks=(Paragraph(text=say("court.factors_note", lang), tone="note"),
                           _table(rows, lang),
                           Paragraph(text=say("court.alone", lang), tone="note")))


def points(data: CourtData, lang: Lang) -> Section:
    """Go through the six points of Art. 11."""
    rows = tuple((say(f"factor11.{key}", lang), _said(data, key, _for_11(data, lang), lang))
                 for key in _ART11)
    return Section(title=say("court.points", lang), source=say("source.art11", lang),
                   blocks=(_table(rows, lang),))


def chain(data: CourtData, lang: Lang) -> Section:
    """Go through what Art. 18 asks about the time before the data were fixed."""
    rows = tuple((say(f"factor18.{key}", lang), _said(data, key, _for_18(data, lang), lang))
                 for key in _ART18)
    blocks: tuple[Block, ...] = (_table(rows, lang), *[
        Paragraph(text=text) for text in sealed(data.seal, lang)])
    return Section(title=say("court.chain", lang), source=say("source.art18", lang), blocks=blocks)


def _table(rows: tuple[tuple[str, str], ...], lang: Lang) -> Table:
    return Table(caption="", heads=(say("court.factor", lang), say("court.recorded", lang)),
                 columns=("text", "text"), widths=(2, 3), rows=rows)


def _said(data: CourtData, key: str, recorded: Mapping[str, str], lang: Lang) -> str:
    """Join what the case records of a factor with what a party states about it."""
    found = recorded.get(key, "")
    stated = data.matter.get(_STATED.get(key, key), "")
    if stated:
        text = say("court.stated", lang, text=stated)
    elif key in _STATED:
        text = ""
    else:
        text = say("court.not_stated", lang)
    return " ".join(part for part in (found, text) if part)


def _versions(data: CourtData) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(data.report.versions.items()))


def gaps(data: CourtData, lang: Lang) -> str:
    """Say which local days of the period have no row."""
    if not data.days:
        return ""
    if not data.missing_days:
        return say("recorded.gaps_none", lang, days=grouped(data.days))
    return say("recorded.gaps", lang, days=grouped(data.days),
               missing=grouped(len(data.missing_days)), list=shortened(data.missing_days))


def shortened(names: tuple[str, ...]) -> str:
    """List some names, and say that there are more by an ellipsis."""
    return ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")


def _for_93(data: CourtData, lang: Lang) -> dict[str, str]:
    s = data.report.summary
    system = say("recorded.system", lang, versions=_versions(data))
    custody = (say("recorded.custody", lang, entries=grouped(len(data.custody)))
               if data.custody else say("recorded.custody_none", lang))
    return {
        "system": f"{system} {say('recorded.synthetic', lang)}" if s.synthetic else system,
        "operation": gaps(data, lang),
        "monitoring": say("recorded.monitoring", lang, rejected=grouped(s.rejected_rows),
                          claims=grouped(len(data.claims))),
        "completeness": _complete(data, lang),
        "course": say("recorded.nothing", lang), "custodian": custody,
        "other": say("recorded.other", lang, limits=grouped(len(data.weaknesses)))}


def _complete(data: CourtData, lang: Lang) -> str:
    s = data.report.summary
    return say("recorded.completeness", lang, files=grouped(len(s.sources)),
               rows=grouped(sum(x.rows for x in s.sources)), rejected=grouped(s.rejected_rows))


def _for_11(data: CourtData, lang: Lang) -> dict[str, str]:
    s = data.report.summary
    first, last = period(s)
    dated = "" if first is None else say("recorded.time", lang, first=first, last=last,
                                         offset=s.offset)
    return {
        "system": say("recorded.system", lang, versions=_versions(data)), "generation": dated,
        "extraction": say("recorded.extraction", lang, digest=s.digest,
                          version=data.report.versions.get("truetally", "")),
        "alteration": say("recorded.alteration", lang, rejected=grouped(s.rejected_rows),
                          replayed=grouped(data.replayed), gaps=gaps(data, lang)),
        "verification": say("recorded.verification", lang,
                            seal=" ".join(sealed(data.seal, lang)))}


def _for_18(data: CourtData, lang: Lang) -> dict[str, str]:
    s = data.report.summary
    added = "; ".join(dict.fromkeys(pick(each.title, lang) for each in data.added))
    return {"origin": say("recorded.origin", lang, files=shortened(tuple(
                f"{source.name} ({source.sha256[:12]}…)" for source in s.sources))),
            "corroboration": say("recorded.corroboration", lang,
                                 added=added or say("common.none", lang))}


def sealed(seal: Seal | None, lang: Lang) -> tuple[str, ...]:
    """Say whether and how the case is sealed."""
    if seal is None:
        return (say("court.unsealed", lang),)
    time = (say("court.sealed_untimed", lang) if seal.time is None else
            say("court.sealed_time", lang, time=seal.time, authority=seal.authority))
    covers = "court.sealed_claims" if seal.covers_claims else "court.sealed_before"
    key = (say("court.sealed_key", lang, key=seal.key),) if seal.key else ()
    return (say("court.sealed", lang, root=seal.root, time=time), *key,
            say("court.sealed_claims", lang) if covers == "court.sealed_claims"
            else say("court.sealed_before", lang))
