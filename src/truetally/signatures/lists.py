"""Freeze a list: read it, check every entry, date it, hash it, keep where each entry is from.

A list can be wrong, and a wrong list takes money from honest people. So every entry keeps its
source and date, an entry can be withdrawn with a reason without losing its history, and
`covering` says which entry an observed value fell under, so that it can be contested.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from truetally.errors import PolicyError, problem
from truetally.signatures.entries import Entry, Kind, canonical_value, covers
from truetally.signatures.files import canonical, read_builtin, read_file
from truetally.signatures.packages import read_package

ORIGINS = ("builtin:", "file:", "package:")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRef:
    """A list as a policy names it: one list made of `items`, each an origin or a value itself.

    Origins: ``builtin:NAME``, ``file:PATH`` (in the policy's folder),
    ``package:crawler-user-agents``, ``package:pymispwarninglists`` (cloud providers) or
    ``package:pymispwarninglists/LIST,LIST``. Anything else is a value.
    """

    name: str
    kind: Kind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenList:
    """A list at one moment. `entries` are those in force, sorted, each once; `provenance` holds
    these and the withdrawn ones; `sha256` is over kind and entries in force: equal hashes decide
    alike. `date` is the newest date known of any part, ISO 8601, "" if none is known."""

    name: str
    kind: Kind
    origins: tuple[str, ...]  # each with the version or edition that was read
    date: str
    sha256: str
    entries: tuple[str, ...]
    provenance: tuple[Entry, ...]


def freeze(ref: ListRef, folder: Path = Path()) -> FrozenList:
    """Read, check, date and hash the list `ref`; `folder` is where its policy lies.

    Raises PolicyError if a file or package cannot be read, an entry is not valid for the kind, or
    origins were named and yet no entry is in force.
    """
    versions: list[str] = []
    found: list[Entry] = []
    for item in ref.items:
        version, entries = _read(item, ref.kind, folder)
        versions += [f"{item} {version}".strip()] if item.startswith(ORIGINS) else []
        found += entries
    frozen = assemble(ref.name, ref.kind, tuple(versions), tuple(found))
    if versions and not frozen.entries:
        raise PolicyError(problem("a list without any entry in force", where=f"list {ref.name}",
                                  expected="one entry or more", found=", ".join(ref.items),
                                  then="add entries, or leave the list out of the policy"))
    return frozen


def _read(item: str, kind: Kind, folder: Path) -> tuple[str, tuple[Entry, ...]]:
    scheme, _, rest = item.partition(":")
    if scheme == "builtin":
        return read_builtin(rest, kind)
    if scheme == "file":
        return read_file(folder, rest, kind)
    if scheme == "package":
        return read_package(rest, kind)
    return "", (Entry(value=item, source="policy"),)


def assemble(name: str, kind: Kind, origins: tuple[str, ...],
             found: tuple[Entry, ...]) -> FrozenList:
    """Check the entries, sort them, and hash the ones in force.

    A value given twice keeps both lines; one withdrawn line puts it out of force.
    Raises PolicyError if a value is not valid for `kind`.
    """
    checked = tuple(sorted((_checked(name, kind, entry) for entry in found),
                           key=lambda entry: (entry.value, entry.source, entry.added)))
    withdrawn = {entry.value for entry in checked if entry.withdrawn}
    entries = tuple(sorted({entry.value for entry in checked} - withdrawn))
    dates = [date for entry in checked for date in (entry.added, entry.withdrawn) if date]
    return FrozenList(name=name, kind=kind, origins=origins,
                      date=max(dates, default=""), entries=entries, provenance=checked,
                      sha256=hashlib.sha256(canonical(
                          {"entries": entries, "kind": kind})).hexdigest())


def entry(frozen: FrozenList, value: str) -> tuple[Entry, ...]:
    """Return the provenance of `value`: every line of the list that names it, withdrawn or not.

    Raises PolicyError if the list does not name it.
    """
    wanted = canonical_value(frozen.kind, value)
    lines = tuple(line for line in frozen.provenance if line.value == wanted)
    if not lines:
        raise PolicyError(problem("not an entry", where=f"list {frozen.name}",
                                  expected=f"one of its {len(frozen.provenance)} entries",
                                  found=repr(value)))
    return lines


def covering(frozen: FrozenList, observed: str) -> tuple[Entry, ...]:
    """Return the lines in force that an observed value falls under, to explain or contest it."""
    in_force = set(frozen.entries)
    return tuple(line for line in frozen.provenance
                 if line.value in in_force and covers(frozen.kind, line.value, observed))


def _checked(name: str, kind: Kind, line: Entry) -> Entry:
    try:
        value = canonical_value(kind, line.value)
    except ValueError as why:
        raise PolicyError(problem(f"not one of {kind}", where=f"list {name}, {line.source}",
                                  expected=str(why), found=repr(line.value[:200]),
                                  then="correct or withdraw the entry")) from None
    return Entry(value=value, source=line.source, added=line.added, withdrawn=line.withdrawn,
                 reason=line.reason)
