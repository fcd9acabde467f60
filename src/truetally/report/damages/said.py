"""Say how each figure of damages came to be."""

from collections.abc import Iterator
from dataclasses import dataclass

from truetally.report.labels import label
from truetally.report.shares import grouped
from truetally.report.words import Lang, say
from truetally.settlement.damages.assess import Damages
from truetally.settlement.damages.reconstruct import HALF_WIDTH_PERMILLE
from truetally.settlement.damages.scenarios import Input, Scenario
from truetally.settlement.money import exact, yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One figure beside the scenarios: its name in JSON, title, value and how it came to be."""

    code: str
    title: str
    value: str
    how: str


def input_value(i: Input, value: int) -> str:
    """Write an input's value in its own unit."""
    if i.kind == "price":
        return exact(value)
    return yuan(value) if i.kind == "fen" else grouped(value)


def input_title(i: Input, lang: Lang) -> str:
    """Name an input; those of a terminal with the terminal."""
    name, _, terminal = i.name.partition("_")
    if name in {"plays", "price"} and terminal:
        return f"{say(f'damage_input.{name}', lang)} ({label('terminal', terminal, lang)})"
    return say(f"damage_input.{i.name}", lang)


def said_formula(s: Scenario, lang: Lang) -> str:
    """Say a scenario's formula with its numbers."""
    values = {i.name: input_value(i, i.value) for i in s.inputs}
    if s.code == "list_price":
        terminals = [i.name.removeprefix("plays_") for i in s.inputs if i.kind == "plays"]
        values = {"terms": " + ".join(
            f"{values[f'plays_{t}']} ÷ 1,000 × {values[f'price_{t}']}" for t in terminals)}
    return say(f"formula.{s.code}", lang, result=yuan(s.result_fen), **values)


def said_facts(d: Damages, lang: Lang) -> list[Said]:
    """Say every figure that is no scenario: fee, award, law, reconstruction, costs, ledgers."""
    return [*_fee(d, lang), *_award(d, lang), *_law(d, lang), *_before(d, lang),
            *_rest(d, lang)]


def _fee(d: Damages, lang: Lang) -> Iterator[Said]:
    f = d.facts
    if d.fee_fen is None or f.claim_fen is None:
        return
    claim, fee = yuan(f.claim_fen), yuan(d.fee_fen)
    yield Said(code="court_fee", title=say("claim_text.court_fee", lang, claim=claim), value=fee,
               how=say("claim_text.court_fee_how", lang))
    if d.split and f.award_fen is not None:
        award, part = yuan(f.award_fen), d.split.on_award_fen
        yield Said(code="fee_on_award", title=say("claim_text.on_award", lang),
                   value=f"{yuan(part)} + {yuan(d.fee_fen - part)}",
                   how=say("claim_text.on_award_how", lang, award=award, fee=fee))
        share = d.split.by_share_fen
        yield Said(code="fee_by_share", title=say("claim_text.by_share", lang),
                   value=f"{yuan(share)} + {yuan(d.fee_fen - share)}",
                   how=say("claim_text.by_share_how", lang, award=award, fee=fee, claim=claim))
    for one in d.fees:
        title = say("claim_text.given_fee_first" if one.fee.instance == "first"
                    else "claim_text.given_fee_second", lang)
        yield Said(code=f"given_fee_{one.fee.instance}", title=title,
                   value=f"{yuan(one.fee.defendant_fen)} + {yuan(one.fee.claimant_fen)}",
                   how=say(f"fee_rule.{one.rule or 'none'}", lang))


def _award(d: Damages, lang: Lang) -> Iterator[Said]:
    f = d.facts
    if d.award_rest_fen is None or f.award_fen is None:
        return
    how = say("claim_text.award_rest_how", lang, award=yuan(f.award_fen),
              costs=yuan(f.costs_in_award_fen))
    names = ", ".join(say(f"gain.{code}", lang) for code in d.award_equals)
    equal = (say("claim_text.award_some", lang, names=names) if names
             else say("claim_text.award_none", lang))
    yield Said(code="award_rest", title=say("claim_text.award_rest", lang),
               value=yuan(d.award_rest_fen), how=f"{how}; {equal}")


def _law(d: Damages, lang: Lang) -> Iterator[Said]:
    if d.facts.last is None:
        return
    title = say("claim_text.law", lang, last=d.facts.last)
    if d.law is None:
        yield Said(code="law", title=title, value="–", how=say("claim_text.no_law", lang))
        return
    law = d.law
    how = [say("claim_text.law_how", lang, since=law.since), law.source]
    how += [say("claim_text.extended", lang, law=one) for one in law.extended_by]
    if law.secondary:
        how.append(say("claim_text.secondary", lang, names=", ".join(law.secondary)))
    yield Said(code="law", title=title, value=law.law, how="; ".join(how))
    verdict = say("claim_text.covers_yes" if d.range_covers_conduct else "claim_text.covers_no",
                  lang)
    yield Said(code="statutory_cap", title=say("claim_text.cap", lang),
               value="–" if law.cap_fen is None else yuan(law.cap_fen),
               how=say("claim_text.no_range", lang) if law.cap_fen is None else say(
                   "claim_text.covers", lang, articles=", ".join(law.range_articles),
                   verdict=verdict))


def _before(d: Damages, lang: Lang) -> Iterator[Said]:
    f = d.facts.filter
    if f is None or d.before is None:
        return
    b = d.before
    low, high = (f"{p // 10}.{p % 10} %" for p in (
        f.ratio_permille - HALF_WIDTH_PERMILLE, f.ratio_permille + HALF_WIDTH_PERMILLE))
    yield Said(code="before_filter", title=say("claim_text.before", lang),
               value=f"{grouped(b.low)} – {grouped(b.high)}",
               how=say("claim_text.before_how", lang, after=grouped(f.after),
                       normal=grouped(f.normal), low=low, high=high, least=grouped(b.low),
                       most=grouped(b.high)))


def _rest(d: Damages, lang: Lang) -> Iterator[Said]:
    if d.undocumented_fen:
        yield Said(code="undocumented_costs", title=say("claim_text.undocumented", lang),
                   value=yuan(d.undocumented_fen), how=say("claim_text.undocumented_how", lang))
    o = d.facts.orders
    if o:
        yield Said(code="order_ledger", title=say("claim_text.ledger", lang),
                   value=yuan(o.charged_fen), how=say(
                       "claim_text.ledger_how", lang, orders=grouped(o.orders),
                       ordered=grouped(o.ordered), done=grouped(o.done),
                       accesses=grouped(o.accesses), priced=yuan(o.priced_fen),
                       delivered=yuan(o.delivered_fen),
                       differing=grouped(o.differing)))
