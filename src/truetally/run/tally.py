"""Open a case's stored counts on the embedded engine, and add them up.

Nothing here reads an event: what it costs grows with the rows of the counts (the items, days,
terminals, regions and reasons that met), not with the events behind them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from truetally.counts.breakdown import Judge
from truetally.counts.stored import (
    CUBE,
    UNIQUE,
    all_masks,
    by_period,
    items,
    levels,
    narrowed,
    uniques,
    weights,
)
from truetally.engine import Engine, Resources, open_engine
from truetally.errors import CaseError, EngineError, problem
from truetally.run.case import inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A case's counts at hand, and whether only some items of them are asked about.

    `sessions` are the files of unique items, each with its day.
    """

    engine: Engine
    of_items: bool
    sessions: Sequence[tuple[Path, Sequence[int]]]

    def levels(self, *columns: str) -> pa.Table:
        """Add up by some of day, item_id, terminal, region, at every level (`levels.SUMS`)."""
        return self.engine.arrow(levels(columns, of_items=self.of_items))

    def narrowed(self, *columns: str) -> pa.Table:
        """Add up by some keys and the reason mask: events, watched_ms."""
        return self.engine.arrow(narrowed(columns, of_items=self.of_items))

    def uniques(self, *columns: str) -> pa.Table:
        """Add up unique items by day, item_id or both."""
        self.engine.scan("uniques", self.sessions, UNIQUE)
        return self.engine.arrow(uniques(columns, of_items=self.of_items))

    def items(self) -> list[str]:
        """List all items of the days."""
        return _column(self.engine, items())

    def by_period(self, periods: Mapping[int, int]) -> pa.Table:
        """Count events by item, period and one mask for each verdict; `periods` by day."""
        self.engine.load("periods", pa.table({"on_day": pa.array(list(periods), pa.int32()),
                                              "period": pa.array(periods.values(), pa.int32())}))
        return self.engine.arrow(by_period(of_items=self.of_items))


@contextmanager
def open_counts(case: Path, manifest: Mapping[str, Any], decide: Judge, *,
                days: Sequence[int] | None = None) -> Iterator[Tally]:
    """Open the counts of some local days (None: all).

    The case must have one of these days. `decide` says what a reason mask comes to.

    Raises:
        CaseError: the manifest names a file outside the case, or one that is gone or damaged.
    """
    case = case.resolve()
    asked = None if days is None else set(days)
    parts = [p for p in manifest["partitions"] if asked is None or p["day"] in asked]
    with TemporaryDirectory(prefix="truetally-") as temp:
        engine = open_engine("duckdb", Resources(temp=Path(temp)), (case / "counts",))
        try:
            home = Path(temp) / "case"  # a name without the signs of a pattern
            home.symlink_to(case)
            files = {name: [(home / inside(case, p[name]).relative_to(case), [p["day"]])
                            for p in parts] for name in ("cube", "unique")}
            try:
                engine.scan("cube", files["cube"], CUBE)
                masks = _column(engine, all_masks())
            except EngineError as error:
                found = str(error).replace(str(home), str(case))
                raise CaseError(problem(
                    "the counts cannot be read", where=case / "counts", found=found[:300],
                    then="restore the case from a copy, or run it again")) from error
            engine.load("weights", weights(masks, decide))
            yield Tally(engine=engine, of_items=False, sessions=files["unique"])
        finally:
            engine.close()


def only(tally: Tally, wanted: Sequence[str]) -> Tally:
    """Ask about some items alone from now on."""
    tally.engine.load("wanted", pa.table({"text": pa.array(sorted(wanted), pa.string())}))
    return replace(tally, of_items=True)


def _column(engine: Engine, one: ir.Table) -> list[Any]:
    found: list[Any] = engine.arrow(one).column(0).to_pylist()
    return found
