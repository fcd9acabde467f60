"""Settle a contract on a case: count, price, hold back, claw back, check, and issue."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem
from truetally.evidence.canonical import canonical
from truetally.report.progress import Progress, Silent
from truetally.run.case import read_manifest, write_aside
from truetally.run.clock import Clock
from truetally.run.contract_counts import contract_counts
from truetally.run.ingest import known_of
from truetally.run.summary import judge
from truetally.settlement.plays import sort_plays
from truetally.settlement.register import (
    REGISTER,
    Issued,
    held,
    next_entry,
    paid_before,
    read_register,
)
from truetally.settlement.statement import make_lines
from truetally.settlement.statement_data import Basis, Statement, statement_json
from truetally.settlement.terms import Contract, entry_of
from truetally.settlement.totals import add_up, check, with_earlier
from truetally.settlement.unnamed import Unnamed, read_unnamed


def register_of(case: Path) -> Path:
    """Give the folder of a case's own register."""
    return case / "settlement" / "issued"


def settle(case: Path, contract: Contract, *, register: Path | None = None,
           as_of: datetime.date | None = None, progress: Progress | None = None) -> Statement:
    """Draft the statement of a contract on a case. Nothing is written but kept counts.

    `register` is the folder of issued statements, left out: the case's own; `as_of` is the
    statement's date, left out: the last day of the contract.

    Raises:
        InputError: the contract asks about a column that no source has.
        CaseError: no case, a damaged register, or sums that do not hold.
    """
    clock = Clock(progress or Silent())
    manifest = read_manifest(case)
    _, decide = judge(manifest)
    folder = register or register_of(case)
    entries = read_register(folder)
    plays = sort_plays(contract_counts(case, manifest, contract, clock), decide)
    with clock.stage("statement"):
        unnamed = Unnamed() if not contract.hold_back else read_unnamed(
            case, manifest["digest"], contract.periods[0].first, contract.periods[-1].last)
        items = {e.item_id for e in contract.entries if e.pattern is None}
        items |= {item for _, item in plays}
        drafted = make_lines(contract, plays, entry_of(contract, sorted(items)), unnamed,
                             as_of)
        lines = with_earlier(drafted, paid_before(folder, entries, contract.number))
        totals = add_up(lines)
        check(contract, lines, totals)
    mine = [e for e in entries if e.contract == contract.number]
    last = contract.periods[-1].last
    return Statement(
        number="", as_of=str(as_of or last), contract=contract,
        basis=_basis(case, manifest, unnamed),
        lines=tuple(lines), totals=totals, earlier=tuple(e.number for e in mine),
        days_missing=_missing(contract, manifest),
        contract_changed=bool(mine) and _terms(folder, mine[-1]) != contract.sha256)


def issue(case: Path, contract: Contract, *, register: Path | None = None,
          as_of: datetime.date | None = None, progress: Progress | None = None) -> Statement:
    """Draft a statement, number it, and enter it into the register.

    Raises:
        InputError, CaseError: as `settle`; or the earlier statement already says the same.
    """
    folder = register or register_of(case)
    with held(folder):
        draft = settle(case, contract, register=folder, as_of=as_of, progress=progress)
        entries = read_register(folder)
        _refuse_repeat(folder, entries, draft)
        number = next_entry(entries, contract.number).number
        issued = _numbered(draft, number)
        content = canonical(statement_json(issued))
        entry = next_entry(entries, contract.number, content)
        write_aside(folder / entry.file, content)
        lines = b"".join(e.line() + b"\n" for e in (*entries, entry))
        write_aside(folder / REGISTER, lines)
    return issued


def _numbered(draft: Statement, number: str) -> Statement:
    from dataclasses import replace

    return replace(draft, number=number)


def _refuse_repeat(folder: Path, entries: list[Issued], draft: Statement) -> None:
    """Refuse a statement that nothing moves in, on the same decisions and terms as the last."""
    mine = [e for e in entries if e.contract == draft.contract.number]
    if not mine or draft.totals.pay_fen or draft.totals.claw_back_fen:
        return
    last = json.loads((folder / mine[-1].file).read_bytes())
    now = statement_json(draft)
    if all(last[k] == now[k] for k in ("basis", "contract", "as_of")):
        raise CaseError(problem("this statement is issued already", where=folder,
                                found=mine[-1].number, then="leave --issue out to see it again"))


def _terms(folder: Path, entry: Issued) -> str:
    return str(json.loads((folder / entry.file).read_bytes())["contract"]["sha256"])


def _basis(case: Path, manifest: Mapping[str, Any], unnamed: Unnamed) -> Basis:
    policy = manifest["policy"]
    return Basis(case=case.absolute().name, digest=manifest["digest"], policy=policy["name"],
                 policy_sha256=policy["sha256"], offset=manifest["offset"],
                 synthetic=any(k.synthetic for k in known_of(manifest)),
                 estimate_file=unnamed.file, estimate_sha256=unnamed.sha256)


def _missing(contract: Contract, manifest: Mapping[str, Any]) -> dict[str, int]:
    """Count the days of each period of which the case has no events."""
    days = {p["day"] for p in manifest["partitions"]}
    found = {p.label: sum(d not in days for d in p.days) for p in contract.periods}
    return {label: n for label, n in found.items() if n}
