"""Damages of a matter: facts from a file, a case, ledgers and the command line, put together."""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from truetally.counts.breakdown import narrow
from truetally.errors import InputError, problem
from truetally.report.progress import Progress
from truetally.run.case import read_manifest
from truetally.run.ingest import known_of
from truetally.run.settle import settle
from truetally.run.summary import judge, load_cube
from truetally.settlement.damages.assess import Damages, Facts, assess
from truetally.settlement.damages.facts import Matter
from truetally.settlement.damages.ledgers import read_costs, read_orders, read_payments
from truetally.settlement.damages.matter import read_matter
from truetally.settlement.damages.scenarios import Input, given
from truetally.settlement.plays import VOID, Plays
from truetally.settlement.statement import make_lines
from truetally.settlement.terms import Contract, entry_of
from truetally.settlement.totals import add_up
from truetally.settlement.unnamed import Unnamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a user gave. `reasons`: count only a case's void events that carry one of these codes;
    empty: those that were voided as sophisticated invalid traffic."""

    case: Path | None = None
    matter: str | None = None
    plays: int | None = None
    price_nano: int | None = None
    claim_fen: int | None = None
    award_fen: int | None = None
    orders: Path | None = None
    payments: Path | None = None
    receipts: Path | None = None
    contract: Contract | None = None
    reasons: tuple[str, ...] = ()
    first: datetime.date | None = None
    last: datetime.date | None = None
    judged: datetime.date | None = None


def damages(asked: Asked, progress: Progress | None = None) -> Damages:
    """Compute damages from whatever was given; more facts give more scenarios.

    Raises:
        InputError: nothing to compute from, or a fact that is wrong.
        CaseError: the case cannot be read.
    """
    facts = _of_matter(read_matter(asked.matter)) if asked.matter else Facts(inputs={})
    if asked.case:
        facts = _of_case(facts, asked, asked.case, progress)
    facts = _of_ledgers(_of_options(facts, asked), asked)
    if not (facts.inputs or facts.orders or facts.payments or facts.costs or facts.claim_fen):
        raise InputError(problem("nothing to compute damages from", expected=(
            "a case, --matter, or --plays with --price-per-thousand, or --claim"),
            then="truetally damages --help"))
    return assess(facts)


def _of_matter(m: Matter) -> Facts:
    return Facts(title=m.title, title_zh=m.title_zh, source=m.source, inputs=m.inputs,
                 first=m.first, last=m.last, judged=m.judged, filter=m.filter, costs=m.costs,
                 claim_fen=m.claim_fen, award_fen=m.award_fen,
                 costs_in_award_fen=m.costs_in_award_fen, fees=m.fees, given=m.given)


def _of_options(facts: Facts, asked: Asked) -> Facts:
    """Let what the command line says stand before what a file says."""
    inputs = dict(facts.inputs)
    here = {i.name: i for i in inputs.get("lowest", ())}
    if asked.plays is not None:
        here["plays"] = given("plays", "plays", asked.plays, "party")
    if asked.price_nano is not None:
        here["price"] = given("price", "price", asked.price_nano, "party")
    if asked.price_nano is not None and "plays" not in here:
        raise InputError(problem("a price without plays", expected="--plays, a case or --matter",
                                 then="say how many plays"))
    if asked.plays is not None and "price" not in here:
        raise InputError(problem("plays without a price", expected="--price-per-thousand",
                                 then="say the lowest price for a thousand"))
    if "plays" in here and "price" in here:
        inputs["lowest"] = (here["plays"], here["price"])
    return replace(
        facts, inputs={k: v for k, v in inputs.items() if k != "lowest" or len(v) > 1},
        claim_fen=facts.claim_fen if asked.claim_fen is None else asked.claim_fen,
        award_fen=facts.award_fen if asked.award_fen is None else asked.award_fen,
        first=asked.first or facts.first, last=asked.last or facts.last,
        judged=asked.judged or facts.judged)


def _of_ledgers(facts: Facts, asked: Asked) -> Facts:
    return replace(
        facts, orders=read_orders(asked.orders) if asked.orders else None,
        payments=read_payments(asked.payments) if asked.payments else None,
        costs=facts.costs + (read_costs(asked.receipts) if asked.receipts else ()))


def _of_case(facts: Facts, asked: Asked, case: Path, progress: Progress | None) -> Facts:
    """Take a case's void plays, their terminals and days, and what a contract overpaid on them."""
    manifest = read_manifest(case)
    policy, decide = judge(manifest)
    unknown = sorted(set(asked.reasons) - set(policy.reason_codes))
    if unknown:
        raise InputError(problem("unknown reason code", where="--reason", found=unknown[0],
                                 expected=", ".join(policy.reason_codes),
                                 then="correct --reason"))
    bits = sum(1 << n for n, code in enumerate(policy.reason_codes) if code in asked.reasons)
    plays: dict[str, int] = {}
    days: set[int] = set()
    cube = load_cube(case, manifest) if manifest["partitions"] else None
    for row in narrow(cube, ("day", "terminal")).to_pylist() if cube is not None else ():
        verdict = decide(row["mask"]).verdict
        if (verdict in VOID and row["mask"] & bits) if bits else verdict == "sivt":
            name = row["terminal"] or "other"
            plays[name] = plays.get(name, 0) + row["events"]
            days.add(row["day"])
    inputs = _with_plays(facts, plays)
    if asked.contract:
        inputs["overpaid_royalties"] = _overpaid(case, asked.contract, progress)
    return replace(facts, inputs=inputs, case=case.absolute().name, digest=manifest["digest"],
                   first=facts.first or _date(min(days, default=None)),
                   last=facts.last or _date(max(days, default=None)),
                   synthetic=any(k.synthetic for k in known_of(manifest)))


def _date(day: int | None) -> datetime.date | None:
    return None if day is None else datetime.date(1970, 1, 1) + datetime.timedelta(day)


def _with_plays(facts: Facts, plays: dict[str, int]) -> dict[str, tuple[Input, ...]]:
    """Put a case's counts in the place of a matter's, keeping the matter's prices.

    Terminals without a list price add nothing to that scenario: its inputs show which there are.
    """
    inputs = dict(facts.inputs)
    whole = given("plays", "plays", sum(plays.values()), "case")
    for code in ("lowest", "stay_and_ratio"):
        if code in inputs or code == "lowest":
            inputs[code] = (whole, *[i for i in inputs.get(code, ()) if i.name != "plays"])
    prices = {i.name.removeprefix("price_"): i for i in inputs.pop("list_price", ())
              if i.kind == "price"}
    known = sorted(set(plays) & set(prices))
    if known:
        inputs["list_price"] = tuple(i for t in known for i in (
            given(f"plays_{t}", "plays", plays[t], "case"), prices[t]))
    return inputs


def _overpaid(case: Path, contract: Contract, progress: Progress | None) -> tuple[Input, ...]:
    """Compare what is due with what issued statements paid; without one, with what the gross count
    would have been paid."""
    statement = settle(case, contract, progress=progress)
    due = given("due", "fen", statement.totals.full_fen, "case")
    if statement.earlier:
        return given("paid", "fen", statement.totals.paid_before_fen, "party"), due
    places = {p.label: n for n, p in enumerate(contract.periods)}
    gross = {(places[x.period], x.item_id): Plays(gross=x.plays.gross, valid=x.plays.gross)
             for x in statement.lines if x.kind == "item"}
    entries = entry_of(contract, sorted({item for _, item in gross}))
    paid = add_up(make_lines(contract, gross, entries, Unnamed(), None)).full_fen
    return given("paid", "fen", paid, "case"), due
