"""Damages on a screen: scenarios side by side, what moves them, and what stands beside them."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.damages.said import input_title, input_value, said_facts, said_formula
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say
from truetally.settlement.damages.assess import Damages
from truetally.settlement.money import yuan

_LONG = 1000


def damages_view(d: Damages, lang: Lang) -> RenderableType:
    """Show damages; every figure with its formula."""
    parts: list[RenderableType] = [_head(d, lang)]
    if d.scenarios:
        parts += [_scenarios(d, lang), Cell(say("damages.choice", lang), "dim"),
                  _sensitivity(d, lang)]
    beside = said_facts(d, lang)
    if beside:
        made = table(say("damages.more", lang), say("damages.amount", lang),
                     say("damages.formula", lang), right=(1,))
        for one in beside:
            made.add_row(cell(one.title), cell(one.value), cell(one.how, "dim", cap=_LONG))
        parts.append(made)
    if d.facts.given:
        parts.append(_given(d, lang))
    return Group(*parts)


def _head(d: Damages, lang: Lang) -> RenderableType:
    made = facts()
    f = d.facts
    title = f.title_zh if lang == "zh" else f.title
    made.add_row(say("damages.title", lang), cell(title, "bold"))
    if f.source:
        made.add_row(say("damages.source", lang), cell(f.source, cap=400))
    if f.case:
        made.add_row(say("damages.case", lang), cell(f"{f.case}  {f.digest}", cap=400))
    if f.synthetic:
        made.add_row("!", say("page.synthetic", lang))
    return made


def _scenarios(d: Damages, lang: Lang) -> Table:
    made = table(say("damages.scenario", lang), say("damages.kind", lang),
                 say("damages.amount", lang), say("damages.low", lang), say("damages.high", lang),
                 say("damages.mark", lang), say("damages.formula", lang), right=(2, 3, 4))
    for s in d.scenarios:
        marks = dict.fromkeys(say(f"mark.{i.mark}", lang) for i in s.inputs)
        made.add_row(say(f"gain.{s.code}", lang), say(f"kinds.{s.kind}", lang),
                     Cell(yuan(s.result_fen), "bold"), yuan(s.low_fen), yuan(s.high_fen),
                     cell(", ".join(marks)), cell(said_formula(s, lang), "dim", cap=_LONG))
    return made


def _sensitivity(d: Damages, lang: Lang) -> RenderableType:
    made = table(say("damages.sensitivity", lang), say("damages.input", lang),
                 say("damages.from_to", lang), say("damages.low", lang), say("damages.high", lang),
                 say("damages.mark", lang), right=(3, 4))
    for s in d.scenarios:
        names = {i.name: i for i in s.inputs}
        for m in s.sensitivity:
            i = names[m.name]
            reach = f"{input_value(i, i.low)} – {input_value(i, i.high)}"
            said = f"{reach}  {say('damages.spread', lang)}" if i.spread else reach
            made.add_row(say(f"gain.{s.code}", lang), cell(input_title(i, lang)), cell(said),
                         yuan(m.at_low_fen), yuan(m.at_high_fen), say(f"mark.{i.mark}", lang))
    return made if made.row_count else Group()


def _given(d: Damages, lang: Lang) -> Table:
    made = table(say("damages.given", lang), say("damages.amount", lang),
                 say("damages.mark", lang), right=(1,))
    for one in d.facts.given:
        made.add_row(cell(one.zh if lang == "zh" else one.en), yuan(one.amount_fen),
                     say(f"mark.{one.mark}", lang))
    return made
