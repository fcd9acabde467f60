"""What a source's columns can support, what they cannot, and what to collect next."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from truetally.criteria import all_criteria
from truetally.decisions.plan import lacking
from truetally.report.data import Advice, Claim, Text


def claims(columns: Collection[str]) -> tuple[Claim, ...]:
    """Say of every criterion, sum of money and proof whether these event columns support it."""
    have = set(columns)
    found = [Claim(about="criterion", code=code, title=Text(en=c.en.title, zh=c.zh.title),
                   missing=lacking(c, have)) for code, c in all_criteria().items()]
    return (*found, *[_claim(code, entry, have) for code, entry in _table().items()])


def advice(found: Iterable[Claim], most: int = 8) -> tuple[Advice, ...]:
    """Name the columns to collect next: first those that alone would open most claims.

    Ties go to the column that more claims wait for, then to the alphabet.
    """
    waiting: dict[str, list[Claim]] = {}
    for claim in found:
        for column in (one for lack in claim.missing for one in lack.split(" or ")):
            waiting.setdefault(column, []).append(claim)
    alone = {column: sum(len(claim.missing) == 1 for claim in wait)
             for column, wait in waiting.items()}
    order = sorted(waiting, key=lambda column: (-alone[column], -len(waiting[column]), column))
    return tuple(Advice(column=column, codes=tuple(claim.code for claim in waiting[column]))
                 for column in order[:most])


def _claim(code: str, entry: Mapping[str, Any], have: set[str]) -> Claim:
    """Check one claim of claims.toml: one column of each line of `needs` is enough."""
    missing = tuple(" or ".join(line) for line in entry["needs"] if not have & set(line))
    return Claim(about=entry["about"], code=code, title=Text(en=entry["en"], zh=entry["zh"]),
                 missing=missing)


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((resources.files(__package__) / "claims.toml").read_text("utf-8"))
