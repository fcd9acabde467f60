"""Sort an item's plays in a period into valid, void by reason and undetermined, as a contract asks.

The case's policy decides first. What it leaves valid or undetermined can still miss what the
contract asks (a minimum watch, paid plays only); if that is unknown the play is undetermined.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from truetally.counts.terms import NOT_PAID, TOO_SHORT, UNKNOWN
from truetally.decisions.verdict import Verdict

Judge = Callable[[int], Verdict]

CONTRACT_REASONS = {NOT_PAID: "contract-not-paid", TOO_SHORT: "contract-minimum-watch"}
VOID = ("givt", "sivt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Events of one item, period, reason mask and standing to the contract's own terms."""

    item_id: str
    period: int
    mask: int
    standing: int
    events: int


@dataclass(slots=True, kw_only=True)
class Plays:
    """Plays of one item in one period. `suspect` is a part of `valid`.

    `valid` + the sum of `void` + `undetermined` = `gross`; `not_counted` lies outside gross.
    """

    gross: int = 0
    not_counted: int = 0
    void: dict[str, int] = field(default_factory=dict)
    undetermined: int = 0
    valid: int = 0
    suspect: int = 0

    @property
    def voided(self) -> int:
        """All void plays."""
        return sum(self.void.values())

    def add(self, verdict: Verdict, standing: int, events: int) -> None:
        """Count `events` plays of one verdict and standing."""
        if verdict.verdict == "not_counted":
            self.not_counted += events
            return
        self.gross += events
        reason = (verdict.primary if verdict.verdict in VOID
                  else CONTRACT_REASONS.get(standing, ""))
        if reason:
            self.void[reason] = self.void.get(reason, 0) + events
        elif verdict.verdict == "undetermined" or standing == UNKNOWN:
            self.undetermined += events
        else:
            self.valid += events
            self.suspect += events if verdict.suspect else 0


def sort_plays(rows: Iterable[Counted], judge: Judge) -> dict[tuple[int, str], Plays]:
    """Add counted events up by period and item."""
    found: dict[tuple[int, str], Plays] = {}
    for row in rows:
        plays = found.setdefault((row.period, row.item_id), Plays())
        plays.add(judge(row.mask), row.standing, row.events)
    return found
