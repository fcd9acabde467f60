"""The rows that a seal covers, part by part, and their hashes.

A part is a source, a day's decisions or a criterion's findings: a header and rows in an order that
does not change. A source's row is the record as it stands in the file; of a columnar source and of
findings, canonical JSON of the row; of a decision, canonical JSON with the reasons' codes.
"""

import json
import queue
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.engine.row_hashes import HASH_BYTES, Hasher, hash_texts
from truetally.errors import CaseError, problem
from truetally.events.mapping import parse
from truetally.events.records import records, table_at, tables
from truetally.events.row_json import canonical_json
from truetally.evidence.canonical import canonical
from truetally.evidence.merkle import leaf_hash
from truetally.evidence.salting import part_key, salts
from truetally.evidence.seals import BLOCK_ROWS
from truetally.run.case import inside
from truetally.run.ingest import Known

CHUNK_ROWS = 128 * BLOCK_ROWS
THREADS = 2
Rows = Any  # pa.Table | pa.Array: whole rows of columns, or rows that are bytes already


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a tree. `chunks` yields all its rows in order; `some` gives a few of them."""

    tree: str
    header: Mapping[str, Any]
    chunks: Callable[[], Iterator[Rows]]
    some: Callable[[int, int], Rows]


def source_part(known: Known, path: Path) -> Part:
    """Describe the rows of one source, whose file is at `path`.

    All records count, rejected ones too.
    """
    header = {"number": known.number, "name": known.name, "sha256": known.sha256,
              "kind": known.kind, "rows": known.rows + known.rejected}
    if known.kind == "parquet":
        return Part(tree="sources", header=header, chunks=partial(tables, path, CHUNK_ROWS),
                    some=partial(table_at, path))
    mapping = parse(known.mapping.encode()) if known.mapping else None
    chunks = partial(records, path, known.kind, mapping)
    return Part(tree="sources", header=header, chunks=chunks, some=partial(_some, chunks))


def decision_part(case: Path, manifest: Mapping[str, Any], partition: Mapping[str, Any]) -> Part:
    """Describe the decisions of one day."""
    path, codes = inside(case, partition["file"]), manifest["reason_codes"]
    header = {k: partition[k] for k in ("day", "digest", "file", "rows")}
    return Part(tree="decisions", header=header,
                chunks=lambda: (decision_rows(t, codes) for t in tables(path, CHUNK_ROWS)),
                some=lambda first, count: decision_rows(table_at(path, first, count), codes))


def finding_part(case: Path, code: str, file: str) -> Part:
    """Describe what one criterion found."""
    path = inside(case, file)
    header = {"code": code, "file": file, "rows": pq.read_metadata(path).num_rows}
    return Part(tree="findings", header=header, chunks=partial(tables, path, CHUNK_ROWS),
                some=partial(table_at, path))


def decision_rows(table: pa.Table, codes: Sequence[str]) -> pa.Array:
    """Write decisions as canonical JSON: event_id, primary, reasons (codes), suspect, verdict."""
    masks, mask = np.unique(table["reasons"].to_numpy(), return_inverse=True)
    verdict, verdicts = _numbered(table["verdict"])
    primary, primaries = _numbered(table["primary"])
    suspect = table["suspect"].to_numpy().astype(np.int64)
    kind = ((mask * len(verdicts) + verdict) * len(primaries) + primary) * 2 + suspect
    _, first, place = np.unique(kind, return_index=True, return_inverse=True)
    ends = [_end(int(masks[mask[n]]), verdicts[verdict[n]], primaries[primary[n]], suspect[n],
                 codes) for n in first.tolist()]
    return pc.binary_join_element_wise(
        '{"event_id":"', table["event_id"].combine_chunks().cast(pa.string()),
        pa.array(ends, pa.string()).take(pa.array(place)), "")


def _numbered(column: pa.ChunkedArray) -> tuple[np.typing.NDArray[np.int64], list[str]]:
    found = column.combine_chunks()
    found = found if pa.types.is_dictionary(found.type) else found.dictionary_encode()
    return found.indices.to_numpy().astype(np.int64), found.dictionary.to_pylist()


def _end(mask: int, verdict: str, primary: str, suspect: int, codes: Sequence[str]) -> str:
    """Write what follows the number in a decision's JSON."""
    rest = canonical({"primary": primary, "suspect": bool(suspect), "verdict": verdict,
                      "reasons": [c for bit, c in enumerate(codes) if mask >> bit & 1],
                      "reason_mask": str(mask)}).decode()
    return '",' + rest.removeprefix("{")


def _some(chunks: Callable[[], Iterator[pa.Array]], first: int, count: int) -> pa.Array:
    """Read to the wanted rows of a source that has no index."""
    found: list[pa.Array] = []
    start = 0
    for chunk in chunks():
        if start + len(chunk) > first and start < first + count:
            begin = max(first - start, 0)
            found.append(chunk.slice(begin, first + count - start - begin))
        start += len(chunk)
        if start >= first + count:
            break
    return pa.concat_arrays(found) if found else pa.array([], pa.binary())


def row_texts(rows: Rows) -> list[bytes]:
    """Give the bytes of each row."""
    if isinstance(rows, pa.Table):
        return [canonical_json(row) for row in rows.to_pylist()]
    return [bytes(row) for row in rows.cast(pa.binary()).to_pylist()]


class Hashing:
    """Hashes rows on several threads, each with an engine of its own. Made by `hashing`."""

    __slots__ = ("_free", "_pool")

    def __init__(self, pool: ThreadPoolExecutor, free: "queue.SimpleQueue[Hasher]") -> None:
        self._pool, self._free = pool, free

    def start(self, rows: Rows, salted: bytes) -> "Future[bytes]":
        """Begin to hash rows."""
        return self._pool.submit(self._hash, rows, salted)

    def _hash(self, rows: Rows, salted: bytes) -> bytes:
        if not isinstance(rows, pa.Table):
            return hash_texts(rows, salted)
        hasher = self._free.get()
        try:
            return hasher.table(rows, salted)
        finally:
            self._free.put(hasher)


@contextmanager
def hashing() -> Iterator[Hashing]:
    """Open what hashes rows."""
    hashers = [Hasher(canonical_json) for _ in range(THREADS)]
    free: queue.SimpleQueue[Hasher] = queue.SimpleQueue()
    for hasher in hashers:
        free.put(hasher)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            yield Hashing(pool, free)
    finally:
        for hasher in hashers:
            hasher.close()


def part_leaves(part: Part, secret: bytes, work: Hashing,
                advance: Callable[[int], None] = lambda _: None) -> list[bytes]:
    """Return the hashes of a part's leaves: the header's, then one a block of rows.

    Raises:
        CaseError: the rows are not as many as the header says.
    """
    key, held, done = part_key(secret, part.tree, part.header), bytearray(), 0
    leaves: list[bytes] = []
    ahead: deque[Future[bytes]] = deque()
    whole = BLOCK_ROWS * HASH_BYTES

    def take(future: "Future[bytes]") -> None:
        held.extend(future.result())
        full = len(held) // whole * whole
        leaves.extend(leaf_hash(bytes(held[i:i + whole])) for i in range(0, full, whole))
        del held[:full]

    for rows in part.chunks():
        count = len(rows) if isinstance(rows, pa.Array) else rows.num_rows
        ahead.append(work.start(rows, salts(key, done, count)))
        done += count
        advance(count)
        if len(ahead) > THREADS:
            take(ahead.popleft())
    while ahead:
        take(ahead.popleft())
    if held:
        leaves.append(leaf_hash(bytes(held)))
    checked_rows(part, done)
    return [leaf_hash(canonical(part.header)), *leaves]


def checked_rows(part: Part, found: int) -> None:
    """Refuse a part that has not the rows that its header says. Raises CaseError."""
    if found != part.header["rows"]:
        raise CaseError(problem(f"the {part.tree} have another number of rows",
                                where=json.dumps(dict(part.header), ensure_ascii=False),
                                found=found, then="restore the file, or begin a new case"))


def block_hashes(part: Part, secret: bytes, block: int, work: Hashing) -> tuple[bytes, Rows, bytes]:
    """Hash one block again; return the list of its hashes, its rows and their salts."""
    first = block * BLOCK_ROWS
    rows = part.some(first, min(BLOCK_ROWS, part.header["rows"] - first))
    salted = salts(part_key(secret, part.tree, part.header), first, len(rows))
    return work.start(rows, salted).result(), rows, salted
