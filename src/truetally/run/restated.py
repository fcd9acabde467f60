"""Compare a restated case with the one it came from: counts, verdicts, items, ranks, money."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from truetally.charts.rank import ranking
from truetally.counts.levels import by_level
from truetally.decisions.verdict import VERDICTS
from truetally.errors import CaseError, problem
from truetally.report.restated import ItemChange, Restatement
from truetally.run.case import inside, read_manifest
from truetally.run.custody import manifest_input, record
from truetally.run.rank import counted
from truetally.run.summary import judge, load_cube

LEVELS = ("events", "gross", "net", "total_net", "undetermined", "suspect")


def compare(case: Path, restated: Path) -> Restatement:
    """Say what a restatement changed against the case it came from.

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
    items = _items(case, old, restated, new)
    return Restatement(
        case=case.absolute().name, restated=str(restated), policy_before=old["policy"]["name"],
        policy_after=new["policy"]["name"], policy_sha256_before=old["policy"]["sha256"],
        policy_sha256_after=new["policy"]["sha256"], digest_before=old["digest"],
        digest_after=new["digest"], decided_again_because=source["decided_again_because"],
        appeals=tuple({k: v for k, v in a.items() if k != "text"} for a in new["appeals"]),
        before=_whole(case, old), after=_whole(restated, new),
        moves=_moves(case, old, restated, new),
        items=tuple(i for i in items if (i.gross_before, i.total_net_before)
                    != (i.gross_after, i.total_net_after)),
        ranks_changed=sum(i.rank_before != i.rank_after for i in items))


def _whole(case: Path, manifest: Mapping[str, Any]) -> dict[str, int]:
    _, decide = judge(manifest)
    rows = by_level(load_cube(case, manifest), decide, ()).to_pylist()
    found = {name: int(rows[0][name]) for name in LEVELS}
    return found | {"not_counted": found["events"] - found["gross"],
                    "givt": found["gross"] - found["net"],
                    "sivt": found["net"] - found["total_net"]}


def _moves(case: Path, old: Mapping[str, Any], restated: Path, new: Mapping[str, Any],
           ) -> tuple[tuple[str, str, int], ...]:
    """Count events by old and new verdict; both hold the same events in the same order."""
    size = len(VERDICTS)
    found = np.zeros(size * size, dtype=np.int64)
    files = {p["day"]: p["file"] for p in new["partitions"]}
    for partition in old["partitions"]:
        pair = [_verdicts(inside(folder, file)) for folder, file in (
            (case, partition["file"]), (restated, files[partition["day"]]))]
        found += np.bincount(pair[0] * size + pair[1], minlength=size * size)
    return tuple((VERDICTS[i // size], VERDICTS[i % size], int(n))
                 for i, n in enumerate(found) if n and i // size != i % size)


def _verdicts(file: Path) -> Any:
    """Read one day's verdicts as places in VERDICTS."""
    column = pq.read_table(file, columns=["verdict"])["verdict"].combine_chunks()
    names = column.dictionary.to_pylist()
    places = np.array([VERDICTS.index(n) for n in names], dtype=np.int64)
    return places[column.indices.to_numpy()]


def _items(case: Path, old: Mapping[str, Any], restated: Path, new: Mapping[str, Any],
           ) -> list[ItemChange]:
    """Put every item's counts and ranks side by side, those that changed most first."""
    sides = []
    for folder, manifest in ((case, old), (restated, new)):
        _, decide = judge(manifest)
        rows = by_level(load_cube(folder, manifest), decide, ("item_id",)).to_pylist()
        ranks = {p.item: p.rank_after for p in ranking(counted([r for r in rows if r["gross"]]))}
        sides.append(({str(r["item_id"]): r for r in rows}, ranks))
    (was, ranks_was), (now, ranks_now) = sides
    found = [ItemChange(
        item=item, gross_before=was[item]["gross"], gross_after=now[item]["gross"],
        total_net_before=was[item]["total_net"], total_net_after=now[item]["total_net"],
        rank_before=ranks_was.get(item), rank_after=ranks_now.get(item)) for item in was]
    return sorted(found, key=lambda i: (-abs(i.total_net_after - i.total_net_before),
                                        -abs(i.gross_after - i.gross_before), i.item))


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
