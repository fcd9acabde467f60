"""`truetally prove`: one event's row, decision and measured values, with their ways to the seal."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.errors import CaseError, InputError, problem
from truetally.events.schema import DAY_MS, EVENT, ROW_MASK
from truetally.evidence.canonical import canonical
from truetally.evidence.merkle import inclusion, leaf_hash
from truetally.evidence.proof import FORMAT
from truetally.evidence.seals import BLOCK_ROWS, ROW_TREES
from truetally.run.case import inside, read_manifest, write_aside
from truetally.run.custody import manifest_input, record
from truetally.run.explain import read_event, source_of
from truetally.run.ingest import known_of
from truetally.run.row_leaves import Hashing, Part, block_hashes, hashing, row_texts
from truetally.run.seal import case_parts, case_secret, first_leaf, last_seal, sealed_leaves
from truetally.run.start import parse_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a proof says: the decision, the original row, and the findings it rests on, by code."""

    file: str
    event_id: str
    verdict: str
    primary: str
    reasons: tuple[str, ...]
    original: str
    measured: Mapping[str, Mapping[str, Any]]


def prove(case: Path, event_id: int, out: Path) -> Proof:
    """Write the proof of one event to `out` and return what it says.

    Raises:
        CaseError: the case is not sealed, or was decided again since.
        InputError: there is no such event, or `out` lies in the case.
    """
    case = case.absolute()
    manifest, seal = read_manifest(case), last_seal(case)
    if out.absolute().resolve().is_relative_to(case.resolve()):
        raise InputError(problem("the proof would lie in the case", where=out,
                                 then="name a file outside the case"))
    if seal is None or seal.says["digest"] != manifest["digest"]:
        raise CaseError(problem("the case as it is now is not sealed", where=case,
                                then="truetally seal CASE"))
    known = source_of(known_of(manifest), event_id)
    event = read_event(case, known, event_id & ROW_MASK)
    found = _Case(path=case, manifest=manifest, secret=case_secret(case),
                  parts=case_parts(case, manifest),
                  leaves={t: sealed_leaves(case, seal, t) for t in ROW_TREES})
    with hashing() as work:
        source, decision = _source(found, event_id, work), _decision(found, event_id, work)
        said = json.loads(decision["text"])
        findings = [_row(found, part, row, work)
                    for part, row in _findings(found, event, said["reasons"])]
    write_aside(out, canonical({
        "format": FORMAT, "event_id": str(event_id), "rows": [source, decision, *findings],
        "seal": {n: base64.b64encode(d).decode() for n, d in seal.files.items()},
        "policy": manifest["policy"]["text"]}))
    record(case, "prove", inputs=manifest_input(case), outputs=[out.absolute()],
           more={"event_id": str(event_id)})
    return Proof(file=str(out), event_id=str(event_id), verdict=said["verdict"],
                 primary=said["primary"], reasons=tuple(said["reasons"]),
                 original=source.get("text", source.get("base64", "")),
                 measured={row["header"]["code"]: json.loads(row["text"]) for row in findings})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A sealed case, with its parts and the leaves that were sealed."""

    path: Path
    manifest: Mapping[str, Any]
    secret: bytes
    parts: Sequence[Part]
    leaves: Mapping[str, Sequence[bytes]]

    def of(self, tree: str, **header: Any) -> Part:
        """Find the part whose header has these values."""
        return next(p for p in self.parts if p.tree == tree and all(
            p.header[k] == v for k, v in header.items()))


def _source(case: _Case, event_id: int, work: Hashing) -> dict[str, Any]:
    return _row(case, case.of("sources", number=event_id >> 40), event_id & ROW_MASK, work)


def _decision(case: _Case, event_id: int, work: Hashing) -> dict[str, Any]:
    """Find the day and the place of a decision by reading the days' event numbers."""
    for partition in case.manifest["partitions"]:
        path = inside(case.path, partition["file"])
        if not _may_hold(path, event_id):
            continue
        ids = pq.read_table(path, columns=["event_id"])["event_id"]
        place = pc.index(ids, pa.scalar(event_id, pa.int64())).as_py()
        if place >= 0:
            return _row(case, case.of("decisions", file=partition["file"]), place, work)
    raise InputError(problem("no such decision", where=case.path, found=f"event {event_id}",
                             then="see the case's rejects"))


def _may_hold(path: Path, event_id: int) -> bool:
    """Ask the file's own smallest and largest numbers, where it has them."""
    meta = pq.read_metadata(path)
    for group in range(meta.num_row_groups):
        column = meta.row_group(group).column(0)
        said = column.statistics
        if said is None or not said.has_min_max or said.min <= event_id <= said.max:
            return True
    return False


def _row(case: _Case, part: Part, row: int, work: Hashing) -> dict[str, Any]:
    """Give one row with its salt, its block's hashes, and the ways up.

    Raises:
        CaseError: the rows are not those that were sealed.
    """
    hashes, rows, salted = block_hashes(part, case.secret, row // BLOCK_ROWS, work)
    at = row % BLOCK_ROWS
    leaves, first = case.leaves[part.tree], first_leaf(case.parts, part)
    block = first + 1 + row // BLOCK_ROWS
    if block >= len(leaves) or leaf_hash(hashes) != leaves[block]:
        raise CaseError(problem(f"the {part.tree} are not those that were sealed",
                                where=case.path, found=f"block {row // BLOCK_ROWS}",
                                then="truetally verify CASE says what has been changed"))
    content = row_texts(rows.slice(at, 1))[0]
    return {"tree": part.tree, "header": dict(part.header), "row": row, "first_leaf": first,
            "header_path": [h.hex() for h in inclusion(leaves, first)],
            "block_path": [h.hex() for h in inclusion(leaves, block)],
            "salt": salted[at * 16:at * 16 + 16].hex(),
            "hashes": base64.b64encode(hashes).decode(), **_content(content)}


def _content(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _findings(case: _Case, event: Mapping[str, Any],
              reasons: Sequence[str]) -> list[tuple[Part, int]]:
    """Find the rows of findings that the event fell under, by the keys of their groups."""
    found: list[tuple[Part, int]] = []
    keys = _keys(event, parse_offset(case.manifest["offset"]))
    for code in reasons:
        file = case.manifest["findings"].get(code)
        places = _places(inside(case.path, file), keys) if file else []
        if len(places) == 1:  # else a key is not known here, and nobody can say which it was
            found.append((case.of("findings", code=code), places[0]))
    return found


def _keys(event: Mapping[str, Any], offset_ms: int) -> dict[str, Any]:
    """Give what a group may be keyed by: the event's own columns, local day and hour, watched_s."""
    local, watched = int(event["time_ms"]) + offset_ms, event.get("watched_ms")
    address = [event[c] for c in ("ip", "user_agent") if event.get(c) is not None]
    user = next((f"{name} {event[c]}" for c, name in (
        ("account_id", "account"), ("cookie_id", "cookie"), ("session_id", "session"))
        if event.get(c) is not None),
        f"address {' '.join(address)}" if len(address) == 2 else None)
    return {**event, "day": local // DAY_MS, "hour": local // 3_600_000 % 24, "identity": user,
            "watched_s": None if watched is None else watched // 1000}


def _places(path: Path, values: Mapping[str, Any]) -> list[int]:
    """Return the rows of a file that agree in every column of which the value is known."""
    keys = {*EVENT, "day", "hour", "identity", "listener", "visit", "watched_s"}
    columns = [c for c in pq.read_schema(path).names if c in keys and values.get(c) is not None]
    if not columns:
        return []
    table = pq.ParquetFile(path).read(columns=columns)
    mask = None
    for name in columns:
        same = pc.equal(table[name], pa.scalar(values[name], table[name].type))
        mask = same if mask is None else pc.and_(mask, same)
    return [int(n) for n in pc.indices_nonzero(mask).to_pylist()]
