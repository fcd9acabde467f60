"""A whole statement as data: what run makes, what reports show, what the register stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truetally.settlement.money import exact, yuan
from truetally.settlement.register import stored_line
from truetally.settlement.statement import Line
from truetally.settlement.terms import Contract
from truetally.settlement.totals import Totals

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The decisions a statement rests on, and the interval for fakes that cannot be named."""

    case: str
    digest: str
    policy: str
    policy_sha256: str
    offset: str
    synthetic: bool
    estimate_file: str = ""
    estimate_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. `number` is "" for a draft; `as_of` is its date, ISO; `earlier` are the
    numbers of the contract's earlier statements; `days_missing` counts, by period, the days of
    which the case has no events; `contract_changed` says that an earlier one had other terms."""

    number: str
    as_of: str
    contract: Contract
    basis: Basis
    lines: tuple[Line, ...]
    totals: Totals
    earlier: tuple[str, ...]
    days_missing: Mapping[str, int]
    contract_changed: bool = False


def totals_json(totals: Totals) -> dict[str, Any]:
    """Give the totals as JSON: counts, fen as whole numbers, and the same as decimal texts."""
    p = totals.plays
    fen = {name: getattr(totals, f"{name}_fen") for name in (
        "full", "due", "held_back", "paid_before", "pay", "claw_back")}
    return {"gross": p.gross, "not_counted": p.not_counted, "void": p.voided,
            "void_by_reason": dict(sorted(p.void.items())), "undetermined": p.undetermined,
            "valid": p.valid, "suspect": p.suspect, "payable_plays": totals.payable_plays,
            "lower_plays": totals.lower_plays,
            **{f"{name}_fen": n for name, n in fen.items()},
            **{name: yuan(n) for name, n in fen.items()}}


def statement_summary(s: Statement) -> dict[str, Any]:
    """Give what a report shows of a statement: plain members, and one row a period."""
    c = s.contract
    said = {k: v for k, v in totals_json(s.totals).items() if not isinstance(v, dict)}
    return {
        "number": s.number, "as_of": s.as_of, "contract": f"{c.number} {c.title}",
        "payer": c.payer, "payee": c.payee, "currency": c.currency, "rounding": c.rounding,
        "contract_sha256": c.sha256, "digest": s.basis.digest,
        **{k: v for k, v in said.items() if not k.endswith("_fen")},
        "by_period": [{"period": p.label, **_period(
            [x for x in s.lines if x.period == p.label])} for p in c.periods]}


def _period(lines: Sequence[Line]) -> dict[str, Any]:
    plays = {"gross": sum(x.plays.gross for x in lines),
             "void": sum(x.plays.voided for x in lines),
             "undetermined": sum(x.plays.undetermined for x in lines),
             "valid": sum(x.plays.valid for x in lines)}
    return plays | {"due": exact(sum(x.due_nano for x in lines)),
                    "held_back": exact(sum(x.held_back_nano for x in lines))}


def statement_json(s: Statement) -> dict[str, Any]:
    """Give a statement as one JSON object; an issued one is stored as exactly this."""
    c = s.contract
    return {
        "format": FORMAT, "number": s.number, "issued": bool(s.number), "as_of": s.as_of,
        "contract": {"number": c.number, "title": c.title, "payer": c.payer, "payee": c.payee,
                     "sha256": c.sha256, "text": c.text, "changed": s.contract_changed},
        "currency": c.currency, "rounding": c.rounding, "round_at": c.round_at,
        "basis": {"case": s.basis.case, "digest": s.basis.digest, "policy": s.basis.policy,
                  "policy_sha256": s.basis.policy_sha256, "offset": s.basis.offset,
                  "synthetic": s.basis.synthetic, "estimate_file": s.basis.estimate_file,
                  "estimate_sha256": s.basis.estimate_sha256},
        "periods": [{"label": p.label, "first": str(p.first), "last": str(p.last),
                     "release_day": str(c.release_day(p)),
                     "days_missing": s.days_missing.get(p.label, 0)} for p in c.periods],
        "lines": [stored_line(line) for line in s.lines], "totals": totals_json(s.totals),
        "earlier": list(s.earlier),
    }
