"""Write decisions day by day, in the total order, with the digest of every day."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.cube import LEVELS
from truetally.decisions.policy import Policy
from truetally.decisions.verdict import VERDICTS, Verdict, verdict
from truetally.engine.order import Whole
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.evidence.canonical import canonical

GROUP_ROWS = 131_072
OUTSIDE = {"gross": ("not_counted",), "net": ("not_counted", "givt"),
           "total_net": ("not_counted", "givt", "sivt")}
DIGEST_FORMAT = (
    "SHA-256 over, for each source in the order of its SHA-256: the 32 bytes of that hash, the "
    "number of rows (int64), then row numbers (int64), verdict codes (uint8: "
    f"{', '.join(f'{i} {v}' for i, v in enumerate(VERDICTS))}) and reason masks (int64), "
    "all little-endian, ordered by row number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One local day's decisions: its file below the case, rows and digest."""

    day: int
    file: str
    rows: int
    digest: str


class Ranked(Protocol):
    """What is needed of a source, in the order of SHA-256."""

    @property
    def number(self) -> int:
        """Give the source number of the case."""

    @property
    def sha256(self) -> str:
        """Give the hash of the source's bytes."""


def case_digest(policy_sha256: str, offset: str, partitions: Sequence[Mapping[str, Any]]) -> str:
    """Hash the digests of all days, with the policy and the offset that made the days."""
    rows = sorted([p["day"], p["rows"], p["digest"]] for p in partitions)
    return hashlib.sha256(canonical(
        {"offset": offset, "policy": policy_sha256, "partitions": rows})).hexdigest()


def verdict_table(masks: Sequence[int], policy: Policy) -> dict[int, Verdict]:
    """Decide every distinct mask once."""
    return {mask: verdict(mask, policy) for mask in masks}


def verdicts_json(verdicts: Mapping[int, Verdict]) -> dict[str, list[Any]]:
    """Say for the manifest what every mask came to: by mask, verdict, primary reason, suspect."""
    return {str(mask): [v.verdict, v.primary, v.suspect] for mask, v in sorted(verdicts.items())}


def stored_verdicts(manifest: Mapping[str, Any]) -> dict[int, Verdict]:
    """Read what masks came to when the case was decided, whatever the criteria say by now."""
    return {int(mask): Verdict(verdict=said, primary=primary, suspect=suspect)
            for mask, (said, primary, suspect) in manifest.get("verdicts", {}).items()}


def reached(found: Verdict) -> int:
    """Say in how many of `LEVELS`, each within the one before, an event of a verdict counts."""
    return sum(found.verdict not in OUTSIDE[level] for level in LEVELS)


class Lookup:
    """Distinct masks, sorted, beside their verdict, primary reason, suspect mark and levels."""

    __slots__ = ("known", "level", "names", "primary", "suspect", "verdict")

    def __init__(self, verdicts: Mapping[int, Verdict], policy: Policy) -> None:
        self.known = pa.array(sorted(verdicts), pa.int64())
        found = [verdicts[mask] for mask in self.known.to_pylist()]
        self.names = ("", *policy.reason_codes)
        self.verdict = np.array([VERDICTS.index(v.verdict) for v in found], dtype=np.int8)
        self.primary = np.array([self.names.index(v.primary) for v in found], dtype=np.int8)
        self.suspect = np.array([v.suspect for v in found], dtype=np.bool_)
        self.level = np.array([reached(v) for v in found], dtype=np.int64)

    def places(self, masks: pa.ChunkedArray) -> Whole:
        """Give the place of every mask among the distinct ones."""
        found: Whole = pc.index_in(masks, value_set=self.known).to_numpy()
        return found


def by_day(batches: Iterator[pa.RecordBatch], advance: Callable[[int], None] = lambda _: None,
           ) -> Iterator[tuple[int, pa.Table]]:
    """Cut an ordered stream, whose first column is the day, into days; a day may span batches."""
    current, parts = None, []
    for batch in batches:
        days = batch.column(0).to_numpy()
        advance(len(days))
        edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for start, end in pairwise(edges):
            if start == end:
                continue
            if current is not None and days[start] != current:
                yield current, pa.Table.from_batches(parts)
                parts = []
            current = int(days[start])
            parts.append(batch.slice(start, end - start))
    if current is not None:
        yield current, pa.Table.from_batches(parts)


def write_day(folder: Path, day: int, rows: pa.Table, lookup: Lookup, place: Whole,
              sources: Sequence[Ranked]) -> Partition:
    """Write one day's decisions from rows (order_id, mask) in the total order, and digest them.

    `place` are those of the rows' masks in `lookup`; `sources` are in the order of their rank.
    Columns: event_id, verdict, reasons (bit mask over the manifest's reason_codes; bit 61 marks
    missing minimum signals), primary, suspect.
    """
    order, mask = rows["order_id"].to_numpy(), rows["mask"].to_numpy()
    digest = _digest(order, lookup.verdict[place], mask, sources)
    decided = pa.table({
        "event_id": _event_ids(order, sources),
        "verdict": pa.DictionaryArray.from_arrays(lookup.verdict[place], list(VERDICTS)),
        "reasons": mask,
        "primary": pa.DictionaryArray.from_arrays(lookup.primary[place], list(lookup.names)),
        "suspect": lookup.suspect[place]})
    name = f"{np.datetime64(day, 'D')}-{digest[:12]}.parquet"
    aside = folder / f".{name}.part"
    pq.write_table(decided, aside, compression="zstd", compression_level=1,
                   row_group_size=GROUP_ROWS,
                   use_dictionary=["verdict", "primary", "reasons"],
                   column_encoding={"event_id": "DELTA_BINARY_PACKED"},
                   write_statistics=["event_id"])  # what is looked for
    aside.replace(folder / name)
    return Partition(day=day, file=f"decisions/{name}", rows=len(order), digest=digest)


def orders(event_ids: Whole, sources: Sequence[Ranked]) -> Whole:
    """Put the source's rank where an event id has its number: the order that decisions are in."""
    rank = np.zeros(len(sources), dtype=np.int64)
    for place, source in enumerate(sources):
        rank[source.number] = place
    found: Whole = (rank[event_ids >> ROW_BITS] << ROW_BITS) + (event_ids & ROW_MASK)
    return found


def _event_ids(order: Whole, sources: Sequence[Ranked]) -> Whole:
    """Put the case's source number where the order has the source's rank."""
    numbers = np.array([s.number for s in sources], dtype=np.int64)
    ids: Whole = (numbers[order >> ROW_BITS] << ROW_BITS) + (order & ROW_MASK)
    return ids


def _digest(order: Whole, verdicts: npt.NDArray[np.int8], mask: Whole,
            sources: Sequence[Ranked]) -> str:
    """See DIGEST_FORMAT. `order` is (rank of the source << 40) + row, ascending."""
    rank, row = order >> ROW_BITS, order & ROW_MASK
    whole = hashlib.sha256()
    edges = [*np.flatnonzero(np.diff(rank, prepend=-1)).tolist(), len(rank)]
    for a, b in pairwise(edges):
        number = rank[a]
        whole.update(bytes.fromhex(sources[int(number)].sha256) + int(b - a).to_bytes(8, "little"))
        whole.update(np.ascontiguousarray(row[a:b], dtype="<i8").data)
        whole.update(np.ascontiguousarray(verdicts[a:b], dtype=np.uint8).data)
        whole.update(np.ascontiguousarray(mask[a:b], dtype="<i8").data)
    return whole.hexdigest()
