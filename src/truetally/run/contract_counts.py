"""Count what a contract asks about: from the case's cube, or by one scan that is kept.

The cube knows verdicts by day and item. A contract that asks for a minimum watch or for paid plays
needs two columns more: they are read once, in one join of the sources with the decisions, and the
small result is kept under the digest of everything it depends on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.terms import MEETS, terms_cube
from truetally.engine.duck import Duck
from truetally.errors import InputError, problem
from truetally.events.schema import DAY_MS
from truetally.evidence.canonical import canonical
from truetally.run.case import inside
from truetally.run.clock import Clock
from truetally.run.ingest import event_columns, known_of
from truetally.run.reading import open_sources
from truetally.run.start import parse_offset
from truetally.run.summary import judge
from truetally.run.tally import only, open_counts
from truetally.settlement.plays import Counted
from truetally.settlement.terms import Contract, entry_of

KEPT = "settlement/counts"
SCHEMA = pa.schema([("item_id", pa.string()), ("period", pa.int32()), ("mask", pa.int64()),
                    ("standing", pa.int32()), ("events", pa.int64())])


def contract_counts(case: Path, manifest: Mapping[str, Any], contract: Contract, clock: Clock,
                    ) -> list[Counted]:
    """Count a case's events by item, period, mask and standing, for the contract's items alone.

    Raises:
        InputError: the contract asks about a column that no source has, or a source is gone.
    """
    with clock.stage("counts"):
        table = _from_cube(case, manifest, contract)
    if manifest["partitions"] and not contract.valid.plain:
        items = pc.unique(table["item_id"]).to_pylist()
        table = _kept(case, manifest, contract, items, clock)
    columns = [table[name].to_pylist() for name in SCHEMA.names]
    return [Counted(item_id=item, period=period, mask=mask, standing=standing, events=events)
            for item, period, mask, standing, events in zip(*columns, strict=True)]


def _from_cube(case: Path, manifest: Mapping[str, Any], contract: Contract) -> pa.Table:
    """Add the cube up to the contract's items, periods and verdicts."""
    days = {d: n for n, period in enumerate(contract.periods) for d in period.days}
    known = [p["day"] for p in manifest["partitions"] if p["day"] in days]
    if not known:
        return SCHEMA.empty_table()
    with open_counts(case, manifest, judge(manifest)[1], days=known) as counts:
        named = {e.item_id for e in contract.entries if e.pattern is None}
        wanted = entry_of(contract, sorted(named) if len(named) == len(contract.entries)
                          else counts.items())
        summed = only(counts, list(wanted)).by_period({d: days[d] for d in known})
    standing = pa.array([MEETS] * summed.num_rows, pa.int32())
    return summed.append_column("standing", standing).select(SCHEMA.names).cast(SCHEMA)


def _kept(case: Path, manifest: Mapping[str, Any], contract: Contract, items: Sequence[str],
          clock: Clock) -> pa.Table:
    """Read the result of an earlier scan for the same question, or scan and keep it."""
    name = hashlib.sha256(canonical({
        "digest": manifest["digest"], "items": sorted(items),
        "periods": [[str(p.first), str(p.last)] for p in contract.periods],
        "watch_ms": contract.valid.minimum_watch_ms, "paid": contract.valid.paid_only,
    })).hexdigest()
    path = case / KEPT / f"{name}.parquet"
    if path.is_file() and not path.is_symlink():
        return pq.read_table(path, schema=SCHEMA)
    with clock.stage("scan"):
        table = _scan(case, manifest, contract, items)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    pq.write_table(table, aside, compression="zstd")
    aside.replace(path)
    return table


def _scan(case: Path, manifest: Mapping[str, Any], contract: Contract,
          items: Sequence[str]) -> pa.Table:
    known = known_of(manifest)
    columns = event_columns(known)
    _need("paid", columns, case, asked=contract.valid.paid_only)
    _need("watched_ms", columns, case, asked=contract.valid.minimum_watch_ms is not None)
    parts = [(inside(case, p["file"]), n) for p in manifest["partitions"]
             for n, period in enumerate(contract.periods) if p["day"] in period.days]
    if not parts:
        return SCHEMA.empty_table()
    offset_ms = parse_offset(manifest["offset"])
    span = tuple(day * DAY_MS - offset_ms for day in (
        contract.periods[0].days[0], contract.periods[-1].days[-1] + 1))
    with open_sources(case, known, also=(case / "decisions",)) as engine:
        assert isinstance(engine, Duck)  # which alone opens decisions where they lie
        engine.open_decisions(parts)
        engine.load("wanted", pa.table({"text": pa.array(sorted(items), pa.string())}))
        rows = engine.arrow(terms_cube((span[0], span[1]), contract.valid.minimum_watch_ms,
                                       paid_only=contract.valid.paid_only))
    return rows.select(SCHEMA.names).cast(SCHEMA)


def _need(column: str, columns: frozenset[str], case: Path, *, asked: bool) -> None:
    if asked and column not in columns:
        raise InputError(problem(f"the contract asks about {column}, which no source has",
                                 where=case, expected=f"a source with the column {column}",
                                 then="map the column and run the case again"))
