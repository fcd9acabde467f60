"""A drawing with its tables as one page: what the eye sees and what can be checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from truetally.report.figure.fill import fill, ours
from truetally.report.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table under a drawing: its title, heads, rows of texts, and which columns hold text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: frozenset[int] = frozenset({0})


def figure_page(title: str, notes: Sequence[str], svg: bytes, sheets: Sequence[Sheet],
                lang: Lang) -> str:
    """Write a page with one drawing (SVG of our renderer), notes, and tables."""
    return fill("figure.html", lang, {"title": title, "notes": notes, "sheets": sheets,
                                      "drawing": ours(svg.decode())})
