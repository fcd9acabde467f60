"""The facts of a matter, as plain data."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from truetally.settlement.damages.ledgers import Cost
from truetally.settlement.damages.scenarios import Input, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFacts:
    """What a platform's filter left, a normal day, and the ratio that was said."""

    after: int
    normal: int
    ratio_permille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFee:
    """How an instance divided its court fee, in fen: a fact, not a result."""

    instance: str
    defendant_fen: int
    claimant_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFigure:
    """A figure taken from a document as it is, in both languages, with who says it."""

    en: str
    zh: str
    amount_fen: int
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A matter's facts. `inputs` are the inputs of each scenario that can be computed, by code."""

    title: str
    title_zh: str
    source: str
    first: datetime.date | None
    last: datetime.date | None
    judged: datetime.date | None
    inputs: Mapping[str, tuple[Input, ...]]
    filter: FilterFacts | None
    costs: tuple[Cost, ...]
    claim_fen: int | None
    award_fen: int | None
    costs_in_award_fen: int
    fees: tuple[GivenFee, ...]
    given: tuple[GivenFigure, ...]
