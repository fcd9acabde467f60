"""Add the cube's masks up into gross, net, total net and the rest, by any of its keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.verdict import Verdict

Judge = Callable[[int], Verdict]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Events of one slice by verdict; `signed` had the policy's minimum signals."""

    verdicts: dict[str, int] = field(default_factory=dict)
    suspect: int = 0
    signed: int = 0
    watched_ms: int = 0

    def add(self, verdict: Verdict, events: int, watched_ms: int, *, signed: bool) -> None:
        """Count `events` more of one verdict; watch time and signals count within gross only."""
        self.verdicts[verdict.verdict] = self.verdicts.get(verdict.verdict, 0) + events
        self.suspect += events if verdict.suspect else 0
        if verdict.verdict != "not_counted":
            self.watched_ms += watched_ms
            self.signed += events if signed else 0

    def of(self, verdict: str) -> int:
        """Count of one verdict."""
        return self.verdicts.get(verdict, 0)

    @property
    def events(self) -> int:
        """All decided events."""
        return sum(self.verdicts.values())

    @property
    def gross(self) -> int:
        """Decided events less what the metric does not count."""
        return self.events - self.of("not_counted")

    @property
    def net(self) -> int:
        """Gross less general invalid traffic (MRC)."""
        return self.gross - self.of("givt")

    @property
    def total_net(self) -> int:
        """Net less sophisticated invalid traffic (MRC)."""
        return self.net - self.of("sivt")

    @property
    def decision_rate_permille(self) -> int | None:
        """Share of gross that had the minimum signals to decide, rounded down; None if no gross."""
        return self.signed * 1000 // self.gross if self.gross else None


def tally(cube: pa.Table, judge: Judge, key: Callable[[Mapping[str, object]], str | None],
          ) -> dict[str | None, Tally]:
    """Add the cube up by a key of its rows. Whole numbers only; order does not matter."""
    found: dict[str | None, Tally] = {}
    for row in _grouped(cube):
        slice_ = found.setdefault(key(row), Tally())
        mask, events = int(str(row["mask"])), int(str(row["events"]))
        slice_.add(judge(mask), events, int(str(row["watched_ms"])),
                   signed=not mask >> UNSIGNED_BIT & 1)
    return found


def _grouped(cube: pa.Table) -> Iterable[Mapping[str, object]]:
    for batch in cube.to_batches(max_chunksize=65_536):
        yield from batch.to_pylist()


def narrow(cube: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """Add the cube up over all keys but some, in Arrow, before rows are looked at one by one."""
    keys = [*columns, "mask"]
    summed = cube.group_by(keys).aggregate([("events", "sum"), ("watched_ms", "sum")])
    return summed.rename_columns([*keys, "events", "watched_ms"])


def reasons(cube: pa.Table, codes: tuple[str, ...]) -> dict[str, int]:
    """Count events that carry each reason code; an event with two codes counts under both."""
    by_mask = narrow(cube, ())
    masks = by_mask["mask"].to_pylist()
    events = by_mask["events"].to_pylist()
    return {code: sum(n for m, n in zip(masks, events, strict=True) if m >> bit & 1)
            for bit, code in enumerate(codes)}
