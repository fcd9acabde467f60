"""Damages as one JSON object: fen as whole numbers beside decimal texts, formulas in words."""

from typing import Any

from truetally.report.damages.said import (
    input_title,
    input_value,
    said_facts,
    said_formula,
)
from truetally.settlement.damages.assess import Damages
from truetally.settlement.damages.scenarios import Input, Scenario
from truetally.settlement.money import yuan


def damages_json(d: Damages) -> dict[str, Any]:
    """Give the result as plain JSON values, every text in English and Chinese.

    `illegal_gain_lowest`, `court_fee` and their ``_fen`` stand at the top for programs.
    """
    f = d.facts
    lowest = next((s.result_fen for s in d.scenarios if s.code == "lowest"), None)
    return {
        "title": {"en": f.title, "zh": f.title_zh}, "source": f.source,
        "case": f.case, "digest": f.digest, "synthetic": f.synthetic,
        **_money("illegal_gain_lowest", lowest), **_money("court_fee", d.fee_fen),
        **_money("claim", f.claim_fen), **_money("award", f.award_fen),
        **_money("documented_costs", d.documented_fen if f.costs else None),
        **_money("undocumented_costs", d.undocumented_fen if f.costs else None),
        "scenarios": [_scenario(s) for s in d.scenarios],
        "fee_split": _split(d), "law": _law(d),
        "award_less_costs": {**_money("amount", d.award_rest_fen),
                             "equals_scenarios": list(d.award_equals)},
        "before_filter": None if d.before is None else {
            "low": d.before.low, "stated": d.before.stated, "high": d.before.high,
            "mark": "reconstructed"},
        "given": [{"en": g.en, "zh": g.zh, "mark": g.mark, **_money("amount", g.amount_fen)}
                  for g in f.given],
        "facts": [{"code": en.code, "value": en.value, "title": {"en": en.title, "zh": zh.title},
                   "formula": {"en": en.how, "zh": zh.how}}
                  for en, zh in zip(said_facts(d, "en"), said_facts(d, "zh"), strict=True)]}


def damages_summary(d: Damages) -> dict[str, Any]:
    """Give what a report shows of damages: plain members, and tables of plain rows."""
    f = d.facts
    plain = {name: text for name, text in (
        ("title", f.title), ("title_zh", f.title_zh), ("source", f.source),
        ("digest", f.digest), ("claim", _money("x", f.claim_fen)["x"]),
        ("court_fee", _money("x", d.fee_fen)["x"])) if text}
    return plain | {
        "scenarios": [{"scenario": s.code, "kind": s.kind, "amount": yuan(s.result_fen),
                       "low": yuan(s.low_fen), "high": yuan(s.high_fen),
                       "formula": said_formula(s, "en"), "计算方法": said_formula(s, "zh")}
                      for s in d.scenarios],
        "beside": [{"figure": one.title, "value": one.value, "how": one.how}
                   for one in said_facts(d, "en")],
        "其他": [{"项目": one.title, "数值": one.value, "说明": one.how}
               for one in said_facts(d, "zh")]}


def _money(name: str, fen: int | None) -> dict[str, Any]:
    return {name: None if fen is None else yuan(fen), f"{name}_fen": fen}


def _scenario(s: Scenario) -> dict[str, Any]:
    names = {i.name: i for i in s.inputs}
    return {
        "code": s.code, "kind": s.kind, **_money("amount", s.result_fen),
        **_money("low", s.low_fen), **_money("high", s.high_fen),
        "formula": {"en": said_formula(s, "en"), "zh": said_formula(s, "zh")},
        "inputs": [_input(i) for i in s.inputs],
        "sensitivity": [{"input": m.name, "from": input_value(names[m.name], names[m.name].low),
                         "to": input_value(names[m.name], names[m.name].high),
                         **_money("at_low", m.at_low_fen), **_money("at_high", m.at_high_fen)}
                        for m in s.sensitivity]}


def _input(i: Input) -> dict[str, Any]:
    return {"name": i.name, "kind": i.kind, "value": input_value(i, i.value),
            "low": input_value(i, i.low), "high": input_value(i, i.high), "mark": i.mark,
            "range_is_illustration": i.spread,
            "title": {"en": input_title(i, "en"), "zh": input_title(i, "zh")}}


def _split(d: Damages) -> dict[str, Any] | None:
    if d.split is None or d.fee_fen is None:
        return None
    return {
        "on_award": {**_money("defendant", d.split.on_award_fen),
                     **_money("claimant", d.fee_fen - d.split.on_award_fen)},
        "by_share": {**_money("defendant", d.split.by_share_fen),
                     **_money("claimant", d.fee_fen - d.split.by_share_fen)},
        "given": [{"instance": x.fee.instance, **_money("defendant", x.fee.defendant_fen),
                   **_money("claimant", x.fee.claimant_fen),
                   "follows": x.rule or None, "derivable": bool(x.rule)} for x in d.fees]}


def _law(d: Damages) -> dict[str, Any] | None:
    law = d.law
    if law is None:
        return None
    return {"law": law.law, "since": str(law.since), "conduct_articles": list(law.conduct),
            "damages_article": law.damages, **_money("statutory_cap", law.cap_fen),
            "range_articles": list(law.range_articles),
            "range_covers_conduct": d.range_covers_conduct,
            "extended_by": list(law.extended_by), "secondary": list(law.secondary),
            "source": law.source}
