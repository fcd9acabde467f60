"""A sample as tables: what was committed to, what was drawn, what the examiners found."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table

from truetally.estimate.examiners import Agreement, Outcome
from truetally.intervals import Bounds
from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, facts
from truetally.report.words import Lang, say


def frame_view(frame: Mapping[str, Any], frame_sha256: str, lang: Lang) -> RenderableType:
    """Show the strata that were committed to, and what to publish before the seed."""
    table = _table(("stratum", "population", "drawn"), lang)
    for entry in frame["strata"]:
        table.add_row(cell(entry["stratum"]), grouped(entry["events"]), grouped(entry["draws"]))
    known = facts()
    known.add_row(say("sample.root", lang), cell(frame["root"]))
    known.add_row(say("sample.commitment", lang), cell(frame_sha256, "bold"))
    return Group(table, known)


def drawn_view(seed: str, files: Sequence[str], lang: Lang, *, sealed_first: bool,
               ) -> RenderableType:
    """Show the seed and where the sheets are."""
    known = facts()
    known.add_row(say("sample.seed", lang), cell(seed))
    for place, name in enumerate(files):
        known.add_row(say("sample.sheets", lang) if place == 0 else "", cell(name, cap=4000))
    known.add_row("", say("sample.order_kept", lang) if sealed_first
                  else say("sample.order_open", lang))
    return known


def outcome_view(agreed: Agreement, outcome: Outcome, lang: Lang) -> RenderableType:
    """Show what the examiners found, stratum by stratum, and the restated count."""
    table = _table(("stratum", "population", "drawn", "errors", "open", "bounds", "share"), lang)
    for s in outcome.strata:
        table.add_row(cell(s.name), grouped(s.population), grouped(s.sample), grouped(s.errors),
                      grouped(s.open_), _span(s.bounds), _rates(s.share))
    known = facts()
    kappa = "–" if agreed.kappa_ppb is None else _thousandths(agreed.kappa_ppb)
    rows = [(say("sample.agreed", lang), f"{grouped(agreed.agreed)} / {grouped(agreed.both)}"),
            (say("sample.kappa", lang), kappa),
            (say("sample.wrong", lang), _span(outcome.error)),
            (say("sample.claimed", lang), grouped(outcome.claimed_valid)),
            (say("sample.restated", lang), grouped(outcome.restated_valid)),
            (say("sample.interval", lang), _span(outcome.valid))]
    if outcome.corrected_valid:
        rows.append((say("sample.corrected", lang), _span(outcome.corrected_valid)))
    for name, text in rows:
        known.add_row(name, text)
    return Group(table, known)


def _table(keys: Sequence[str], lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, key in enumerate(keys):
        table.add_column(say(f"sample.{key}", lang), justify="left" if place == 0 else "right")
    return table


def _span(bounds: Bounds) -> str:
    return f"{grouped(bounds.lower)} – {grouped(bounds.upper)}"


def _rates(bounds: Bounds) -> str:
    """Write parts per billion as percentages with two decimals, rounded outwards."""
    low, high = bounds.lower // 100_000, -(-bounds.upper // 100_000)
    return f"{low // 100}.{low % 100:02} – {high // 100}.{high % 100:02} %"


def _thousandths(ppb: int) -> str:
    """Write parts per billion with three decimals, towards zero."""
    sign, size = "−" if ppb < 0 else "", abs(ppb) // 1_000_000
    return f"{sign}{size // 1000}.{size % 1000:03}"
