"""The law of the conduct's dates, and the court's fee: dated rows, kept as data."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from truetally.settlement.money import FEN_PER_UNIT, divide


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The text that conduct falls under.

    `range_articles` are the articles that the statutory range covers, with what `extended_by` adds;
    `cap_fen` is its upper end, None if the text has none. `secondary` names what was read in a
    secondary source only.
    """

    law: str
    since: datetime.date
    conduct: tuple[str, ...]
    damages: str
    cap_fen: int | None
    range_articles: tuple[str, ...]
    extended_by: tuple[str, ...]
    secondary: tuple[str, ...]
    source: str


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((resources.files(__package__) / "rules.toml").read_text("utf-8"))


def law_of(last: datetime.date, judged: datetime.date | None = None) -> Law | None:
    """Find the text for conduct that ended on `last`, decided finally on `judged`.

    Conduct that continues past a change falls under the later text, so the last day decides.
    An interpretation counts only from its own day of judgment on: without `judged` none does.
    Returns None for conduct before every row.
    """
    rows = [row for row in _rules()["statute"] if row["from"] <= last]
    if not rows:
        return None
    row = rows[-1]
    added = [r for r in _rules()["interpretation"]
             if judged is not None and r["from"] <= judged and "cap_yuan" in row
             and row["from"] < r["statutes_before"]]
    covered = dict.fromkeys((*row["range_articles"], *(a for r in added
                                                       for a in r["range_articles"])))
    cap = row.get("cap_yuan")
    return Law(law=row["law"], since=row["from"], conduct=tuple(row["conduct"]),
               damages=row["damages"], cap_fen=None if cap is None else cap * FEN_PER_UNIT,
               range_articles=tuple(covered), extended_by=tuple(r["law"] for r in added),
               secondary=tuple(row["secondary"]) + (("extended_by",) if added else ()),
               source=row["source"])


def court_fee(claim_fen: int) -> int:
    """Compute the fee of a property case, in fen, on an amount in dispute, in fen.

    诉讼费用交纳办法 Art 13(1): each part of the amount at its own rate; half a fen up.
    """
    rule = _rules()["court_fee"]
    low = rule["first_to_yuan"] * FEN_PER_UNIT
    thousandths = rule["first_fee_yuan"] * FEN_PER_UNIT * 1000
    for bracket in rule["brackets"]:
        high = bracket["to_yuan"] * FEN_PER_UNIT if "to_yuan" in bracket else max(low, claim_fen)
        thousandths += max(0, min(claim_fen, high) - low) * bracket["per_mille"]
        low = high
    return divide(thousandths, 1000, "half-up")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSplit:
    """Ways to divide a fee that follow from claim and award alone, in fen: what the defendant
    bears under each. Any other division is the court's discretion and a given fact."""

    fee_fen: int
    on_award_fen: int
    by_share_fen: int

    def derived(self, defendant_fen: int, claimant_fen: int) -> str:
        """Name the rule that a division follows: "on_award", "by_share", or "" for none."""
        if defendant_fen + claimant_fen != self.fee_fen:
            return ""
        if defendant_fen == self.on_award_fen:
            return "on_award"
        return "by_share" if defendant_fen == self.by_share_fen else ""


def fee_split(claim_fen: int, award_fen: int) -> FeeSplit:
    """Divide the fee on a claim: what the award alone would cost, or by the award's share."""
    fee = court_fee(claim_fen)
    part = min(award_fen, claim_fen)
    return FeeSplit(fee_fen=fee, on_award_fen=court_fee(part) if part else 0,
                    by_share_fen=divide(fee * part, claim_fen, "half-up") if claim_fen else 0)
