"""The register of issued statements: numbered, chained by hash, never rewritten.

A folder. `statement-0001.json` is the first statement as it was issued, in canonical JSON;
`register.jsonl` has one line a statement: its place, number, the contract's number, the file's
SHA-256, and the SHA-256 of the line before. Changing or removing an earlier statement breaks the
chain and is refused; cutting off the last ones does not, so give the newest hash to both parties.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, get_args

from truetally.errors import CaseError, problem
from truetally.settlement.money import exact, parse_nano
from truetally.settlement.statement import Key, Kind, Line

REGISTER = "register.jsonl"
START = "0" * 64
AMOUNTS = ("bound", "full", "held_back", "due", "paid_before", "pay_now", "claw_back")
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One line of the register. `sha256` is of the statement's file, `previous` of the line before
    as it is written, without its newline."""

    place: int
    number: str
    contract: str
    file: str
    sha256: str
    previous: str

    def line(self) -> bytes:
        """Write it as the register has it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True,
                          separators=(",", ":")).encode()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the register while a statement is issued.

    Raises:
        CaseError: another process is issuing one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CaseError(problem("another statement is being issued", where=folder,
                                    then="wait for it")) from error
        yield


def read_register(folder: Path) -> list[Issued]:
    """Read the register and check its chain and every statement's hash; none is an empty one.

    Raises:
        CaseError: a line or a statement was changed, or is missing.
    """
    path = folder / REGISTER
    if not path.exists():
        return []
    found: list[Issued] = []
    previous = START
    for place, line in enumerate(_content(path).splitlines(), start=1):
        entry = _entry(path, place, line)
        if entry.previous != previous:
            _broken(path, f"the hash of line {place - 1}", entry.previous)
        if hashlib.sha256(_content(folder / entry.file)).hexdigest() != entry.sha256:
            _broken(folder / entry.file, f"SHA-256 {entry.sha256}", "another content")
        previous = hashlib.sha256(line).hexdigest()
        found.append(entry)
    return found


def _entry(path: Path, place: int, line: bytes) -> Issued:
    try:
        entry = Issued(**json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        raise CaseError(problem("the register of issued statements is damaged", where=path,
                                expected=f"a register's line {place}",
                                found=type(error).__name__,
                                then="restore it from the copy that the parties hold")) from error
    if (entry.place, entry.file) != (place, file_name(place)) or entry.line() != line:
        _broken(path, f"line {place} as it was written", repr(line[:80]))
    return entry


def _content(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        _broken(path, "a regular file", "none")
    return path.read_bytes()


def _broken(path: Path, expected: str, found: str) -> NoReturn:
    raise CaseError(problem("the register of issued statements is damaged", where=path,
                            expected=expected, found=found,
                            then="restore it from the copy that the parties hold"))


def file_name(place: int) -> str:
    """Name the file of the statement at a place of the register, counted from 1."""
    return f"statement-{place:04d}.json"


def next_entry(entries: Sequence[Issued], contract: str, content: bytes | None = None) -> Issued:
    """Make the register's next line for a contract. Statements are numbered within a contract."""
    count = sum(e.contract == contract for e in entries) + 1
    place = len(entries) + 1
    last = hashlib.sha256(entries[-1].line()).hexdigest() if entries else START
    digest = hashlib.sha256(content or b"").hexdigest()
    return Issued(place=place, number=f"{contract}/{count:03d}", contract=contract,
                  file=file_name(place), sha256=digest, previous=last)


def paid_before(folder: Path, entries: Sequence[Issued], contract: str) -> dict[Key, int]:
    """Add up, line by line, what a contract's earlier statements paid less what they clawed back.

    Raises:
        CaseError: a statement cannot be read.
    """
    paid: dict[Key, int] = {}
    for entry in entries:
        if entry.contract == contract:
            for key, nano in _moved(folder / entry.file):
                paid[key] = paid.get(key, 0) + nano
    return paid


def _moved(path: Path) -> Iterator[tuple[Key, int]]:
    try:
        statement: Mapping[str, Any] = json.loads(path.read_bytes())
        for line in statement["lines"]:
            kind: Kind = line["kind"]
            if kind not in get_args(Kind):
                _broken(path, "lines of a known kind", repr(kind))
            yield ((str(line["period"]), kind, str(line["item_id"])),
                   _nano(path, line["pay_now"]) - _nano(path, line["claw_back"]))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CaseError(problem("an issued statement cannot be read", where=path,
                                found=f"{type(error).__name__} {error}",
                                then="use the version of truetally that issued it")) from error


def _nano(path: Path, text: str) -> int:
    nano = parse_nano(text, decimals=9)
    if nano is None:
        _broken(path, "an amount", repr(text)[:100])
    return nano


def stored_line(line: Line) -> dict[str, Any]:
    """Give a line as an issued statement stores it: counts, and amounts as exact decimal texts.

    Texts, because a reader of JSON may hold numbers in 53 bits.
    """
    p = line.plays
    return {
        "period": line.period, "kind": line.kind, "item_id": line.item_id, "name": line.name,
        "gross": p.gross, "not_counted": p.not_counted, "void": dict(sorted(p.void.items())),
        "undetermined": p.undetermined, "valid": p.valid, "suspect": p.suspect,
        "unnamed_fakes": line.unnamed_fakes, "payable_plays": line.payable_plays,
        "lower_plays": line.lower_plays,
        "release_day": str(line.release_day) if line.release_day else None,
        **{name: exact(getattr(line, f"{name}_nano")) for name in AMOUNTS},
    }
