"""Keep a case's custody log: every command that works on a case writes one record."""

import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import truetally
from truetally.errors import CaseError, InputError, problem
from truetally.events.ahead import ahead
from truetally.evidence import custody
from truetally.evidence.archive import opener, sha256
from truetally.evidence.errors import EvidenceError
from truetally.evidence.host import facts, who

Stamp = tuple[int, int, int]  # of a file: inode, bytes, nanoseconds of its last change
RETENTION_DAYS = 183  # 网络安全法 21: logs are kept for six months at least
_NEAR_DAYS = 30  # before that day, say that the origin may soon delete its log
DAY_MS = 86_400_000
ACQUISITION: Mapping[str, type] = {  # what `--acquisition` may say of where sources come from
    "origin": str, "method": str, "acquired_by": str, "acquired_at": str, "rotation": str,
    "gaps": list, "prefiltered": bool, "prefilter_rule": str, "prefiltered_rows": int,
    "clock_source": str, "clock_offset_ms": int, "note": str}


def now_ms() -> int:
    """Read the clock: UTC milliseconds."""
    return time.time_ns() // 1_000_000


def record(case: Path, command: str, *, inputs: Iterable[Mapping[str, str]] = (),
           outputs: Iterable[str | Path] = (), at_ms: int | None = None,
           more: Mapping[str, Any] | None = None) -> bool:
    """Write that a command worked on a case: what went in, which files came out.

    `inputs` hold `name` and `sha256`; `outputs` are files, in the case (by their name in it) or
    outside. A case that cannot be written to, such as one on a read-only disc, is left as it is
    and False returned. Nothing of it enters a digest.

    Raises:
        CaseError: the log's chain is broken.
    """
    try:
        made = list(ahead(outputs, partial(_hashed, case)))
        custody.append(case, command, [dict(i) for i in inputs], made, now_ms() if at_ms is None
                       else at_ms, who=who(), tool=f"truetally {truetally.__version__}",
                       host=facts(case), more=more)
    except PermissionError:
        return False
    except OSError as error:
        if error.errno == 30:  # EROFS
            return False
        raise
    except EvidenceError as error:
        raise CaseError(problem("the custody log is damaged", where=case / custody.FILE,
                                found=str(error), then="restore it from a copy")) from error
    return True


def file_sha256(path: Path) -> str:
    """Hash a file's bytes."""
    return sha256(opener(path))


def _hashed(case: Path, output: str | Path) -> dict[str, str]:
    path = case / output
    return {"name": str(output) if not Path(output).is_absolute() else path.name,
            "sha256": file_sha256(path)}


def named(path: Path) -> dict[str, str]:
    """Give a file outside the case as what a command read: its name and hash."""
    return _hashed(path.parent, str(path.absolute()))


def manifest_input(case: Path) -> list[dict[str, str]]:
    """Give the case's manifest as what a later command reads."""
    return [_hashed(case, "manifest.json")]


def record_reading(case: Path, command: str, more: Mapping[str, Any] | None = None) -> None:
    """Write that a command read a case and showed something of it."""
    record(case, command, inputs=manifest_input(case), more=more)


def stamps(case: Path, names: Iterable[str]) -> dict[str, Stamp]:
    """Note place, size and time of change of files of the case, to tell later what was made anew;
    what is not there is left out."""
    found = {name: case / name for name in names}
    return {name: _stamp(path) for name, path in found.items() if path.is_file()}


def _stamp(path: Path) -> Stamp:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns


def record_run(case: Path, manifest: Mapping[str, Any], *, added: Sequence[int],
               acquisition: Mapping[str, Any] | None,
               earlier: Mapping[str, Stamp] | None = None) -> None:
    """Write that `run` decided: the sources it took in, the files it made.

    `added` are the numbers of the sources that are new; `acquisition` is what the operator says of
    where they come from. `earlier` are the stamps of files that a record tells of already: those
    that are still the same were not made by this run.
    """
    now, told = stamps(case, manifest["files"]), earlier or {}
    made = [name for name in manifest["files"] if name not in told or told[name] != now.get(name)]
    fresh = [s for s in manifest["sources"] if s["number"] in set(added)]
    at = now_ms()
    more = {"digest": manifest["digest"],
            "acquisition": [_acquired(s, acquisition, at) for s in fresh]}
    record(case, "run", inputs=[{"name": s["name"], "sha256": s["sha256"]} for s in fresh],
           outputs=["manifest.json", *(made if fresh else [])], at_ms=at, more=more)


def not_recorded(case: Path, manifest: Mapping[str, Any]) -> list[int]:
    """Number the sources whose coming in no record of the case tells yet.

    These are the ones that came in now, and those of a run that ended before it could write its
    record: killed, or on a full disk.

    Raises:
        CaseError: the log's chain is broken.
    """
    try:
        records = custody.check(case, torn_end=True)
    except EvidenceError as error:
        raise CaseError(problem("the custody log is damaged", where=case / custody.FILE,
                                found=str(error), then="restore it from a copy")) from error
    told = {each["number"] for record in records for each in record.get("acquisition", ())}
    return [s["number"] for s in manifest["sources"] if s["number"] not in told]


def _acquired(source: Mapping[str, Any], said: Mapping[str, Any] | None,
              at_ms: int) -> dict[str, Any]:
    """Say of one source what is known: read in place as a file, rows, span, what the operator says.

    `gap_days` are days without a row between the first and the last.
    """
    days = sorted(int(d) for d in source["days"])
    gaps = [d for d in range(days[0], days[-1]) if d not in set(days)] if days else []
    first = source["first_ms"]
    return {"number": source["number"], "name": source["name"], "path": source["path"],
            "sha256": source["sha256"], "size_bytes": source["size"],
            "modified_ms": source["mtime_ns"] // 1_000_000, "rows": source["rows"],
            "rejected": source["rejected"], "first_ms": first, "last_ms": source["last_ms"],
            "gap_days": gaps[:366], "retention": retention(first, at_ms),
            "declared": dict(said) if said else None}


def retention(first_ms: int | None, at_ms: int) -> dict[str, Any]:
    """Warn of a source whose first events are near the age at which its origin may delete them."""
    if first_ms is None:
        return {"age_days": None, "warning": None}
    age = (at_ms - first_ms) // DAY_MS
    warning = None
    if age >= RETENTION_DAYS - _NEAR_DAYS:
        passed = "past" if age >= RETENTION_DAYS else "near"
        warning = (f"the first events are {age} days old, {passed} the six months (网络安全法 21) "
                   "for which their origin must keep them: secure the original now")
    return {"age_days": age, "warning": warning}


def read_acquisition(path: Path) -> dict[str, Any]:
    """Read what the operator declares of the sources, from TOML.

    Raises:
        InputError: not TOML, an unknown name, a value of another type, or rows filtered before
            without their number.
    """
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(problem("the acquisition record cannot be read", where=path,
                                 found=str(error), then="see docs/evidence.md")) from error
    for name, value in said.items():
        kind = ACQUISITION.get(name)
        if kind is None or type(value) is not kind or (
                isinstance(value, list) and not all(isinstance(one, str) for one in value)):
            names = ", ".join(f"{n}: {k.__name__}" for n, k in ACQUISITION.items())
            raise InputError(problem("the acquisition record cannot be used",
                                     where=f"{path}, {name}", expected=names,
                                     found=repr(value)[:80], then="see docs/evidence.md"))
    if said.get("prefiltered") and ("prefilter_rule" not in said or "prefiltered_rows" not in said):
        raise InputError(problem("rows were filtered before, and nothing says how many", where=path,
                                 expected="prefilter_rule and prefiltered_rows",
                                 then="ask whoever filtered them; -1 where nobody knows"))
    return said
