"""Put a matter's facts together: scenarios side by side, costs, law, fee, what an award shows."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from truetally.settlement.damages.facts import FilterFacts, GivenFee, GivenFigure
from truetally.settlement.damages.ledgers import Cost, Orders, Payments
from truetally.settlement.damages.reconstruct import Before, before_filter
from truetally.settlement.damages.rules import FeeSplit, Law, court_fee, fee_split, law_of
from truetally.settlement.damages.scenarios import Input, Scenario, given, scenario

ORDER = ("overpaid_royalties", "void_royalties", "lowest", "list_price", "stay_and_ratio",
         "order_ledger", "payment_ledger", "payments_less_payouts", "documented_costs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is known of a matter, from its file, a case, ledgers and the command line."""

    title: str = ""
    title_zh: str = ""
    source: str = ""
    inputs: Mapping[str, tuple[Input, ...]]
    first: datetime.date | None = None
    last: datetime.date | None = None
    judged: datetime.date | None = None
    filter: FilterFacts | None = None
    orders: Orders | None = None
    payments: Payments | None = None
    costs: tuple[Cost, ...] = ()
    claim_fen: int | None = None
    award_fen: int | None = None
    costs_in_award_fen: int = 0
    fees: tuple[GivenFee, ...] = ()
    given: tuple[GivenFigure, ...] = ()
    case: str = ""
    digest: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeFact:
    """A given division of the fee, and the rule it follows: on_award, by_share, "" for none."""

    fee: GivenFee
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Damages:
    """The result. `award_rest_fen` is the award less the costs in it; `award_equals` names the
    scenarios that come to exactly that: if none does, it cannot be derived from them."""

    facts: Facts
    scenarios: tuple[Scenario, ...]
    before: Before | None
    law: Law | None
    fee_fen: int | None
    split: FeeSplit | None
    fees: tuple[FeeFact, ...]
    documented_fen: int
    undocumented_fen: int
    award_rest_fen: int | None
    award_equals: tuple[str, ...]

    @property
    def range_covers_conduct(self) -> bool:
        """Whether the statutory range covers an article that the conduct falls under."""
        return self.law is not None and bool(set(self.law.conduct) & set(self.law.range_articles))


def assess(facts: Facts) -> Damages:
    """Compute every scenario that the facts allow, and everything beside them."""
    documented = sum(c.amount_fen for c in facts.costs if c.receipt)
    inputs = dict(facts.inputs) | _of_ledgers(facts)
    if facts.costs:
        inputs["documented_costs"] = (given("receipts", "fen", documented, "party"),)
    scenarios = tuple(scenario(code, inputs[code]) for code in ORDER if code in inputs)
    split = (fee_split(facts.claim_fen, facts.award_fen)
             if facts.claim_fen and facts.award_fen is not None else None)
    rest = None if facts.award_fen is None else facts.award_fen - facts.costs_in_award_fen
    f = facts.filter
    return Damages(
        facts=facts, scenarios=scenarios,
        before=before_filter(f.after, f.normal, f.ratio_permille) if f else None,
        law=law_of(facts.last, facts.judged) if facts.last else None,
        fee_fen=None if facts.claim_fen is None else court_fee(facts.claim_fen), split=split,
        fees=tuple(FeeFact(fee=fee, rule=split.derived(fee.defendant_fen, fee.claimant_fen)
                           if split else "") for fee in facts.fees),
        documented_fen=documented,
        undocumented_fen=sum(c.amount_fen for c in facts.costs) - documented,
        award_rest_fen=rest,
        award_equals=tuple(s.code for s in scenarios if s.kind != "costs"
                           and s.result_fen == rest))


def _of_ledgers(facts: Facts) -> dict[str, tuple[Input, ...]]:
    """Make the scenarios of ledgers that were read."""
    found: dict[str, tuple[Input, ...]] = {}
    if facts.orders:
        found["order_ledger"] = (given("charged", "fen", facts.orders.charged_fen, "party"),)
    if facts.payments:
        p = facts.payments
        base = (given("received", "fen", p.received_fen, "party"),
                given("refunded", "fen", p.refunded_fen, "party"))
        found["payment_ledger"] = base
        if p.paid_out_fen:
            found["payments_less_payouts"] = (
                *base, given("paid_out", "fen", p.paid_out_fen, "party"))
    return found
