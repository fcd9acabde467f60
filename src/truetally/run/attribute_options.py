"""What an attribution is asked for, and the signatures it runs: read, proposed, and frozen."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truetally.attribution.artefacts.item import Inventory
from truetally.attribution.propose import propose
from truetally.errors import InputError, problem
from truetally.run.case import write_aside
from truetally.signatures.freeze import Frozen, freeze
from truetally.signatures.signature import (
    Signature,
    builtin_signature,
    parse_signature,
    read_signature,
)

REGISTER = "frozen.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command's options. Days are local, ISO 8601, both included, "" for none.

    `before`: the first day on which the vendor existed; earlier events are the reference.
    `clock_offset_ms`: the greatest difference between the clocks of log and capture.
    """

    artefacts: Path
    signatures: tuple[str, ...] = ()
    proposed: bool = False
    captures: tuple[Path, ...] = ()
    orders: tuple[Path, ...] = ()
    tasks: tuple[Path, ...] = ()
    test_orders: tuple[Path, ...] = ()
    clock_offset_ms: int = 5_000
    first_day: str = ""
    last_day: str = ""
    before: str = ""
    references: tuple[Path, ...] = ()
    spot_checks: int = 20
    seed: int = 1
    csv: bool = False
    memory: str = ""
    threads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A signature that is frozen in the case, and the stem of its files."""

    signature: Signature
    frozen: Frozen
    proposed: bool

    @property
    def stem(self) -> str:
        """Give the stem of its files: name and the start of its hash."""
        safe = re.sub(r"[^A-Za-z0-9_-]", "_", self.signature.name)[:60]
        return f"{safe}-{self.signature.sha256[:12]}"


def now() -> str:
    """Give the time as a register has it: UTC, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def ready(options: Options, inventory: Inventory, folder: Path) -> list[Ready]:
    """Read or propose the signatures and freeze each in the case's register.

    Raises:
        PolicyError: a signature file is not valid.
        InputError: nothing is given and nothing can be proposed, or one is given twice.
    """
    found = [(_read(name), False) for name in options.signatures]
    if options.proposed or not found:
        found.append((_proposed(inventory, folder), True))
    if len({s.sha256 for s, _ in found}) < len(found):
        raise InputError(problem("the same signature twice", where="--signature",
                                 then="leave one out"))
    return [Ready(signature=s, frozen=freeze(folder / REGISTER, s, now()), proposed=proposed)
            for s, proposed in found]


def _read(name: str) -> Signature:
    return read_signature(Path(name)) if name.endswith(".toml") else builtin_signature(name)


def _proposed(inventory: Inventory, folder: Path) -> Signature:
    """Propose once: a proposal of the same content keeps the time it was first frozen at."""
    text = propose(inventory.extracted, now())
    name = parse_signature(text, "the proposed signature").name
    path = folder / f"{name}.toml"
    if not path.exists():
        write_aside(path, text.encode())
    return read_signature(path)


def checked_day(text: str | None, option: str) -> str:
    """Return a day as ISO 8601, "" for none. Raises InputError if it is no day."""
    if not text:
        return ""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return str(np.datetime64(text, "D"))
        except ValueError:
            pass
    raise InputError(problem("not a day", where=option, expected="a day such as 2017-09-01",
                             found=repr(text), then=f"correct {option}"))
