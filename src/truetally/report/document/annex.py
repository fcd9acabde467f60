"""The annex: thresholds as applied, lists, signatures, the policy, the queries.

These would teach how to pass (MRC: a public report must not teach the cheat), so a public version
leaves them out and commits to them by a salted digest.
"""

from truetally.report.data import CriterionView
from truetally.report.document.court import CourtData
from truetally.report.document.examined import value
from truetally.report.document.found import added_blocks
from truetally.report.document.model import Block, Code, Paragraph, Section, Table
from truetally.report.labels import page_of, pick
from truetally.report.shares import grouped
from truetally.report.words import Lang, say


def annex(data: CourtData, lang: Lang) -> tuple[Section, ...]:
    """Set out what is not published."""
    blocks: list[Block] = [Paragraph(text=say("court.annex_intro", lang), tone="mark")]
    if data.annex_opening:
        blocks.append(Paragraph(text=say("court.annex_opening", lang, value=data.annex_opening)))
    blocks.append(_thresholds(data, lang))
    found = [Section(title=say("court.annex", lang), source="", blocks=tuple(blocks)),
             Section(title=say("court.lists", lang), source="", blocks=(_lists(data, lang),))]
    found += [Section(title=pick(added.title, lang), source="",
                      blocks=tuple(added_blocks(added, lang)[1:]))
              for added in data.added if added.sealed]
    queries = tuple(line for claim in data.claims
                    for line in (f"-- {claim.number} {pick(claim.name, lang)}",
                                 *claim.sql.split("\n"), ""))
    return (*found,
            Section(title=say("court.policy_text", lang), source="",
                    blocks=(Code(lines=tuple(data.report.policy_text.rstrip("\n").split("\n"))),)),
            Section(title=say("court.queries", lang), source="",
                    blocks=(Code(lines=queries[:-1]),)))


def _thresholds(data: CourtData, lang: Lang) -> Table:
    rows = tuple(row for view in data.report.criteria for row in _parameters(view, lang))
    return Table(caption=say("court.annex", lang), rows=rows, widths=(4, 5, 5, 3, 6),
                 heads=tuple(say(f"court.{key}", lang) for key in (
                     "criterion", "parameter", "applied", "default", "meaning")),
                 columns=("text", "code", "text", "text", "text"))


def _parameters(view: CriterionView, lang: Lang) -> list[tuple[str, ...]]:
    return [(page_of(view, lang).title, p.name, f"{value(p.value, lang)} {p.unit}".strip(),
             "" if isinstance(p.value, tuple) and p.value == p.default else value(p.default, lang),
             pick(p.meaning, lang)) for p in view.parameters]


def _lists(data: CourtData, lang: Lang) -> Block:
    if not data.report.lists:
        return Paragraph(text=say("court.lists_none", lang))
    rows = tuple((each.name, each.provenance, each.date, grouped(each.entries), each.sha256)
                 for each in data.report.lists)
    return Table(caption=say("court.lists", lang), rows=rows, widths=(3, 5, 2, 2, 6),
                 heads=tuple(say(f"court.{key}", lang)
                             for key in ("list", "source", "as_of", "entries", "exhibit_sha")),
                 columns=("text", "text", "text", "number", "code"))
