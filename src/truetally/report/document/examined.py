"""Sections 1 to 4: commission, material, method, process (evidence provisions, Art. 36)."""

from truetally.report.data import Value
from truetally.report.document.court import CourtData
from truetally.report.document.model import Block, Facts, Listing, Paragraph, Section, Table
from truetally.report.document.opening import question
from truetally.report.labels import page_of, pick
from truetally.report.shares import grouped
from truetally.report.words import Lang, say

_MOST_DEEDS = 40


def commission(data: CourtData, lang: Lang) -> Section:
    """Say who asked for what; what nobody stated is said to be not stated."""
    keys = ("court", "number", "party", "opponent", "examiner", "qualification", "date")
    rows = [(say(f"court.{key}", lang), data.matter.get(key) or say("court.not_stated", lang))
            for key in keys]
    rows.append((say("court.content", lang),
                 data.matter.get("commission") or say("court.none_given", lang)))
    rows.append((say("court.answered", lang), question(data, lang)))
    return Section(title=say("court.commission", lang), source=say("source.art36_1", lang),
                   blocks=(Facts(rows=tuple(rows)),))


def material(data: CourtData, lang: Lang) -> Section:
    """List the sources with their digests, rows and days."""
    rows = tuple(
        (s.name, grouped(s.rows), grouped(s.rejected), grouped(s.size_bytes),
         " – ".join(day for day in (s.first_day, s.last_day) if day)
         or say("common.unknown", lang), s.sha256)
        for s in data.report.summary.sources)
    heads = tuple(say(f"court.{key}", lang)
                  for key in ("file", "rows", "rejected", "bytes", "period", "exhibit_sha"))
    table = Table(caption=say("court.material", lang), heads=heads, rows=rows,
                  columns=("text", "number", "number", "number", "text", "code"),
                  widths=(5, 3, 3, 4, 4, 6))
    return Section(title=say("court.material", lang), source=say("source.art36_3", lang),
                   blocks=(Paragraph(text=say("court.material_intro", lang)), table))


def method(data: CourtData, lang: Lang) -> Section:
    """Say what is counted, how a verdict comes about, and what each criterion finds."""
    report = data.report
    blocks: list[Block] = []
    if report.metric:
        blocks.append(Paragraph(text=say("court.metric", lang, text=pick(report.metric, lang))))
    blocks += [Paragraph(text=say("court.method_verdicts", lang)),
               Paragraph(text=say("court.how", lang)),
               Paragraph(text=say("court.method_rule", lang))]
    if data.independent:
        pairs = "; ".join(" + ".join(say(f"family.{family}", lang) for family in pair)
                          for pair in data.independent)
        blocks.append(Paragraph(text=say("court.method_independent", lang, pairs=pairs)))
    blocks.append(_criteria(data, lang))
    idle = [view.code for view in report.criteria if view.active is False]
    if idle:
        blocks.append(Paragraph(text=say("court.idle", lang, codes=", ".join(idle)), tone="note"))
    return Section(title=say("court.method", lang), source=say("source.art36_4", lang),
                   blocks=tuple(blocks))


def _criteria(data: CourtData, lang: Lang) -> Table:
    rows = []
    for view in data.report.criteria:
        page = page_of(view, lang)
        rows.append((f"{page.title} ({view.code})",
                     say("court.finds_cell", lang, finds=page.finds[:1].upper() + page.finds[1:],
                         innocent=page.innocent),
                     f"{say(f'klass.{view.klass}', lang)} · {say(f'basis.{view.basis}', lang)}",
                     view.citation))
    return Table(caption=say("court.criteria_caption", lang, policy=data.report.summary.policy),
                 heads=tuple(say(f"court.{key}", lang)
                             for key in ("criterion", "finds", "class_basis", "source")),
                 columns=("text",) * 4, widths=(4, 9, 3, 5), rows=tuple(rows))


def process(data: CourtData, lang: Lang) -> Section:
    """Say what was done, with which programs, and who handled the case when."""
    s = data.report.summary
    programs = ", ".join(f"{name} {version}"
                         for name, version in sorted(data.report.versions.items()))
    rows = sum(source.rows for source in s.sources)
    points = (say("court.step_read", lang, rows=grouped(rows), rejected=grouped(s.rejected_rows)),
              say("court.step_decide", lang, policy=s.policy, sha256=s.policy_sha256,
                  offset=s.offset),
              say("court.step_count", lang), say("court.step_versions", lang, versions=programs))
    return Section(title=say("court.process", lang), source=say("source.art36_5", lang),
                   blocks=(Listing(points=points, ordered=True), *_custody(data, lang)))


def _custody(data: CourtData, lang: Lang) -> tuple[Block, ...]:
    if not data.custody:
        return (Paragraph(text=say("court.custody_none", lang), tone="note"),)
    shown = data.custody[-_MOST_DEEDS:]
    table = Table(caption=say("court.custody_caption", lang),
                  heads=tuple(say(f"court.{key}", lang)
                              for key in ("when", "who", "what", "version")),
                  columns=("text",) * 4, widths=(4, 3, 7, 2),
                  rows=tuple((d.when, d.who, d.what, d.version) for d in shown))
    if len(shown) == len(data.custody):
        return (table,)
    return (table, Paragraph(tone="note", text=say("court.custody_short", lang,
                                                   shown=grouped(len(shown)),
                                                   all=grouped(len(data.custody)))))


def value(found: Value, lang: Lang) -> str:
    """Write a parameter's value."""
    if found is None:
        return say("common.unknown", lang)
    if isinstance(found, bool):
        return say("common.yes", lang) if found else say("common.no", lang)
    if isinstance(found, tuple):
        return ", ".join(str(each) for each in found) or say("common.none", lang)
    return grouped(found) if isinstance(found, int) else found
