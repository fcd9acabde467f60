"""Compare a restated case with the one it came from: counts, verdicts, items, ranks, money."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.charts.rank import Whole
from truetally.counts.breakdown import Judge
from truetally.decisions.policy import Policy
from truetally.decisions.verdict import VERDICTS
from truetally.errors import CaseError, problem
from truetally.report.restated import ItemChange, Restatement
from truetally.run.case import inside, read_manifest
from truetally.run.custody import manifest_input, record
from truetally.run.rank import ranks_of
from truetally.run.reasons import moved_bits
from truetally.run.summary import judge
from truetally.run.tally import open_counts

LEVELS = ("events", "gross", "net", "total_net", "undetermined", "suspect")
Moves = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two cases: its items in the order of their names, with counts and ranks (0: no
    gross), and the events of every reason mask."""

    folder: Path
    manifest: Mapping[str, Any]
    policy: Policy
    decide: Judge
    items: pa.Table
    ranks: Whole
    masks: Mapping[int, int]


def compare(case: Path, restated: Path) -> Restatement:
    """Say what a restatement changed against the case it came from, from the counts of both.

    Raises:
        CaseError: it was made from another case, or from this one before it grew.
    """
    old, new = read_manifest(case), read_manifest(restated)
    source = new.get("restated_from")
    if not source or source["digest"] != old["digest"]:
        raise CaseError(problem("not a restatement of this case", where=restated,
                                expected=old["digest"][:16],
                                found=source["digest"][:16] if source else "no restatement",
                                then="truetally restate CASE makes one"))
    was, now = _side(case, old), _side(restated, new)
    return Restatement(
        case=case.absolute().name, restated=str(restated), policy_before=old["policy"]["name"],
        policy_after=new["policy"]["name"], policy_sha256_before=old["policy"]["sha256"],
        policy_sha256_after=new["policy"]["sha256"], digest_before=old["digest"],
        digest_after=new["digest"], decided_again_because=source["decided_again_because"],
        appeals=tuple({k: v for k, v in a.items() if k != "text"} for a in new["appeals"]),
        before=_whole(was.items), after=_whole(now.items), moves=_moves(was, now),
        items=_changed(was, now), ranks_changed=int(np.sum(was.ranks != now.ranks)))


def _side(folder: Path, manifest: Mapping[str, Any]) -> _Side:
    policy, decide = judge(manifest)
    with open_counts(folder, manifest, decide) as counts:
        items, by_mask = counts.levels("item_id"), counts.narrowed()
    some = items["gross"].to_numpy() > 0
    found = ranks_of(items.filter(pa.array(some)))
    ranks = np.zeros(items.num_rows, dtype=np.int64)
    ranks[np.flatnonzero(some)[found.given]] = found.rank_after
    masks = zip(by_mask["mask"].to_pylist(), by_mask["events"].to_pylist(), strict=True)
    return _Side(folder=folder, manifest=manifest, policy=policy, decide=decide, items=items,
                 ranks=ranks, masks=dict(masks))


def _whole(items: pa.Table) -> dict[str, int]:
    found = {name: int(items[name].to_numpy().sum()) for name in LEVELS}
    return found | {"not_counted": found["events"] - found["gross"],
                    "givt": found["gross"] - found["net"],
                    "sivt": found["net"] - found["total_net"]}


def _moves(was: _Side, now: _Side) -> Moves:
    """Count events by old and new verdict: by their masks where one names the other."""
    again = now.manifest["restated_from"]["decided_again_because"]
    if again or was.manifest.get("appeals", []) != now.manifest["appeals"]:
        return _event_moves(was, now)
    found: Counter[tuple[str, str]] = Counter()
    for mask, events in was.masks.items():
        moved = moved_bits(mask, was.policy, now.policy)
        found[was.decide(mask).verdict, now.decide(moved).verdict] += events
    return tuple((a, b, found[a, b]) for a in VERDICTS for b in VERDICTS
                 if a != b and found[a, b])


def _event_moves(was: _Side, now: _Side) -> Moves:
    """Hold the decisions of every day that changed against each other: both have the same events
    in the same order."""
    size = len(VERDICTS)
    found = np.zeros(size * size, dtype=np.int64)
    files = {p["day"]: p for p in now.manifest["partitions"]}
    for partition in was.manifest["partitions"]:
        if partition["digest"] != files[partition["day"]]["digest"]:
            pair = [_verdicts(inside(folder, file)) for folder, file in (
                (was.folder, partition["file"]), (now.folder, files[partition["day"]]["file"]))]
            found += np.bincount(pair[0] * size + pair[1], minlength=size * size)
    return tuple((VERDICTS[i // size], VERDICTS[i % size], int(n))
                 for i, n in enumerate(found) if n and i // size != i % size)


def _verdicts(file: Path) -> Any:
    """Read one day's verdicts as places in VERDICTS."""
    column = pq.ParquetFile(file).read(columns=["verdict"])["verdict"].combine_chunks()
    names = column.dictionary.to_pylist()
    places = np.array([VERDICTS.index(n) for n in names], dtype=np.int64)
    return places[column.indices.to_numpy()]


def _changed(was: _Side, now: _Side) -> tuple[ItemChange, ...]:
    """Put the counts and ranks of every item that changed side by side, most changed first."""
    sides = [(s.items["gross"].to_numpy(), s.items["total_net"].to_numpy(), s.ranks)
             for s in (was, now)]
    (gross, net, rank), (gross_now, net_now, rank_now) = sides
    numbers = np.flatnonzero((gross != gross_now) | (net != net_now))
    names = was.items["item_id"].take(pa.array(numbers)).to_pylist()
    found = [ItemChange(
        item=item, gross_before=int(gross[n]), gross_after=int(gross_now[n]),
        total_net_before=int(net[n]), total_net_after=int(net_now[n]),
        rank_before=int(rank[n]) or None, rank_after=int(rank_now[n]) or None)
        for item, n in zip(names, numbers.tolist(), strict=True)]
    return tuple(sorted(found, key=lambda i: (-abs(i.total_net_after - i.total_net_before),
                                              -abs(i.gross_after - i.gross_before), i.item)))


def note(case: Path, restated: Path, appeals: Sequence[Path]) -> None:
    """Enter a restatement in the custody log of the case that it restates."""
    new = read_manifest(restated)
    inputs = [*manifest_input(case), {"name": f"policy {new['policy']['name']}",
                                      "sha256": new["policy"]["sha256"]}]
    inputs += [{"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
               for path in appeals]
    record(case, "restate", inputs=inputs, outputs=[restated / "manifest.json"], more={
        "digest": new["digest"], "restated": new["restated_from"]["digest"],
        "evidence": [a["evidence_sha256"] for a in new["appeals"] if a["evidence_sha256"]]})


def money(case: Path, restated: Path, contract: Path) -> dict[str, tuple[int, int]]:
    """Draft a contract's statement on both cases, against the same issued statements.

    Raises:
        InputError: the contract is not usable; see `truetally settle`.
    """
    from truetally.run.settle import register_of, settle
    from truetally.settlement.contract import read_contract
    from truetally.settlement.statement_data import totals_json

    terms, register = read_contract(contract), register_of(case)
    sides = [totals_json(settle(folder, terms, register=register).totals)
             for folder in (case, restated)]
    names = ("payable_plays", "due_fen", "held_back_fen", "pay_fen", "claw_back_fen")
    return {name: (int(sides[0][name]), int(sides[1][name])) for name in names}
