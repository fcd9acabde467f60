"""What sealing, proving and verifying came to."""

from collections.abc import Sequence

from rich.console import Group, RenderableType

from truetally.evidence.findings import Finding
from truetally.evidence.sealing import Sealed
from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say

_STYLE = {"passed": "green", "failed": "red", "unknown": "yellow"}


def sealed_view(made: Sealed, case: str, lang: Lang) -> RenderableType:
    """Show a seal, and how to verify it."""
    shown = facts()
    shown.add_row(say("seal.number", lang), str(made.number))
    shown.add_row(say("seal.head", lang), made.head)
    shown.add_row(say("seal.sha256", lang), made.sha256)
    shown.add_row(say("seal.signed", lang),
                  cell(", ".join(made.signed) or say("seal.unsigned", lang)))
    shown.add_row(say("seal.timed", lang), cell(
        say("seal.untimed", lang, why=made.untimed) if made.untimed else say("seal.yes", lang),
        "yellow" if made.untimed else ""))
    shown.add_row(say("seal.rows", lang), say(
        "seal.row_sum", lang, rows=grouped(made.rows), ms=grouped(made.rows_ms)))
    shown.add_row(say("seal.files", lang), say(
        "seal.file_sum", lang, bytes=grouped(made.hashed_bytes), ms=grouped(made.bytes_ms)))
    if made.package:
        shown.add_row(say("seal.package", lang), cell(made.package, "bold", cap=4000))
        shown.add_row(say("seal.verifier", lang), cell(made.verifier, "bold", cap=4000))
    shown.add_row(say("terms.next", lang), cell(f"truetally verify {case}", cap=4000))
    return shown


def checks_view(checks: Sequence[Finding], lang: Lang, *, everything: bool) -> RenderableType:
    """Show what was checked: what failed or is unknown, or all; then the sum."""
    made = table(*(say(f"seal.{name}", lang) for name in (
        "status", "check", "place", "expected", "found")))
    shown = [c for c in checks if everything or c.status != "passed"]
    for c in shown:
        made.add_row(cell(say(f"seal.{c.status}", lang), _STYLE[c.status]), cell(c.check),
                     cell(c.place), cell(c.expected), cell(c.found))
    count = {status: sum(c.status == status for c in checks) for status in _STYLE}
    worst = next((status for status in ("failed", "unknown") if count[status]), "passed")
    word = say("seal.not_verified" if count["failed"] else
               "seal.consistent" if count["unknown"] else "seal.verified", lang)
    end = cell(f"{word}: {say('seal.sum', lang, **count)}", _STYLE[worst])
    return Group(made, end) if shown else end
