"""The lines of a statement as columns and cells, the same for every format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from truetally.report.labels import label
from truetally.report.words import Lang, say
from truetally.settlement.register import AMOUNTS, stored_line
from truetally.settlement.statement import Line
from truetally.settlement.statement_data import Statement

CellKind = Literal["text", "count", "money"]
COUNTS = ("gross", "not_counted", "undetermined", "valid", "suspect", "unnamed_fakes",
          "payable_plays", "lower_plays")
_BEFORE = ("period", "kind", "item_id", "name", "gross", "not_counted")
_AFTER = ("undetermined", "valid", "suspect", "unnamed_fakes", "payable_plays", "lower_plays",
          *AMOUNTS[:4], "release_day", *AMOUNTS[4:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in JSON, its kind, and the reason code it counts, "" for the others."""

    name: str
    kind: CellKind
    reason: str = ""


def columns(s: Statement) -> list[Column]:
    """List a statement's columns; every reason that voids a play of it has one."""
    reasons = [Column(name=f"void:{code}", kind="count", reason=code)
               for code in sorted(s.totals.plays.void)]
    return [*map(_column, _BEFORE), Column(name="void", kind="count"), *reasons,
            *map(_column, _AFTER)]


def _column(name: str) -> Column:
    kind: CellKind = "money" if name in AMOUNTS else "count" if name in COUNTS else "text"
    return Column(name=name, kind=kind)


def row(line: Line, found: Sequence[Column]) -> list[str | int | None]:
    """Give a line's cells: texts, counts, and amounts in nano-units; None is empty."""
    stored = stored_line(line)
    void = stored["void"]
    cells: list[str | int | None] = []
    for column in found:
        if column.reason:
            cells.append(void.get(column.reason, 0))
        elif column.name == "void":
            cells.append(sum(void.values()))
        elif column.kind == "money":
            cells.append(getattr(line, f"{column.name}_nano"))
        else:
            cells.append(stored[column.name])
    return cells


def head(column: Column, lang: Lang, titles: dict[str, str]) -> str:
    """Name a column for a reader."""
    if column.reason:
        return reason_title(column.reason, lang, titles)
    return say(f"statement.{column.name}", lang)


def reason_title(code: str, lang: Lang, titles: dict[str, str]) -> str:
    """Name a reason: a contract's own term, or a criterion by its title."""
    if code == "contract-not-paid":
        return say("statement.not_paid", lang)
    if code == "contract-minimum-watch":
        return say("statement.minimum_watch", lang)
    return label("reason", code, lang, titles)


def kind_title(line: Line, lang: Lang) -> str:
    """Name a line that is no item's."""
    return "" if line.kind == "item" else say(f"statement_line.{line.kind}", lang)
