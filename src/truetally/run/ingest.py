"""Bring sources into a case: find, hash, convert, number them, and refuse what is there already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from truetally.engine.spec import Scan
from truetally.errors import InputError, problem
from truetally.events.ahead import WORKERS, ahead
from truetally.events.column_map import ColumnMap
from truetally.events.limits import Limits
from truetally.events.read import read
from truetally.events.schema import EVENT
from truetally.events.sources import Source, find
from truetally.report.progress import Progress, Steps
from truetally.run.case import inside

SYNTHETIC = b"truetally.synthetic"
PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One source of a case, as the manifest keeps it. `events` is below the case, "" when the
    source itself is scanned; `days` counts good rows by local day number."""

    number: int
    name: str
    path: str
    sha256: str
    size: int
    mtime_ns: int
    kind: str
    rows: int
    rejected: int
    events: str
    row_column: str
    columns: tuple[str, ...]
    first_ms: int | None
    last_ms: int | None
    mapping_sha256: str
    mapping: str
    warnings: tuple[str, ...]
    synthetic: str
    days: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Give the manifest's form: lists for tuples."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def from_json(entry: Mapping[str, Any]) -> Known:
    """Restore a source from the manifest."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Known(**fields)


def known_of(manifest: Mapping[str, Any]) -> list[Known]:
    """Restore all sources of a manifest, in the order of their numbers."""
    return [from_json(entry) for entry in manifest["sources"]]


def event_columns(known: Sequence[Known]) -> frozenset[str]:
    """Name the event columns that at least one source has."""
    return frozenset(c for k in known for c in k.columns if c in EVENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How sources are read: by which mapping (and its text), whether equal files are meant, and on
    how many threads (0: as many as there are cores).
    """

    mapping: ColumnMap | None = None
    mapping_text: str = ""
    allow_duplicates: bool = False
    threads: int = 0


def bring_in(arguments: Sequence[str], case: Path, known: Sequence[Known],
             options: Options, progress: Progress, also: Iterable[Path] = ()) -> list[Known]:
    """Read every source that the arguments name, or `also`, and the case does not have yet.

    A source whose SHA-256 is in the case already is left out, so that the same command can be
    given again; two equal files in one command are refused unless duplicates are allowed.

    Raises:
        InputError: nothing found, unreadable, or the same bytes given twice.
    """
    more = tuple(also)
    paths = (*(find(arguments) if arguments or not more else ()), *more)
    progress.stage("reading", sum(p.stat().st_size for p in paths))
    there = {k.sha256 for k in known}
    fresh: dict[str, Path] = {}
    added: list[Known] = []
    limits = Limits(threads=options.threads)
    sources = ahead(paths, lambda path: read(path, case / "events", mapping=options.mapping,
                                             progress=Steps(progress), limits=limits),
                    workers=min(options.threads or WORKERS, len(paths)) if _quick(paths) else 1)
    for path, source in zip(paths, sources, strict=True):
        if source.sha256 in fresh and not options.allow_duplicates:
            raise InputError(problem(
                "the same source twice", where=path, expected="different files",
                found=f"the bytes of {fresh[source.sha256]}",
                then="leave one out, or say --allow-duplicates if both really happened"))
        if source.sha256 in there and not options.allow_duplicates:
            continue
        fresh[source.sha256] = path
        added.append(_known(source, len(known) + len(added), case, options.mapping_text))
    return added


def _quick(paths: Sequence[Path]) -> bool:
    """Tell whether all sources are Parquet: next to nothing is parsed, so two are read at once.

    Other kinds use all cores for one source, and must let themselves be interrupted within it.
    """
    for path in paths:
        try:
            with path.open("rb") as file:
                if file.read(len(PARQUET)) != PARQUET:
                    return False
        except OSError:
            return False  # whoever reads it says what is wrong
    return True


def _known(source: Source, number: int, case: Path, mapping: str) -> Known:
    converted = bool(source.row_column)
    events = str(Path(source.events_path).relative_to(case)) if converted else ""
    return Known(
        number=number, name=Path(source.path).name, path=str(Path(source.path).resolve()),
        sha256=source.sha256, size=source.size, mtime_ns=Path(source.path).stat().st_mtime_ns,
        kind=source.kind, rows=source.rows, rejected=source.rejected, events=events,
        row_column=source.row_column or "", columns=tuple(source.columns),
        first_ms=source.first_ms, last_ms=source.last_ms, mapping_sha256=source.mapping_sha256,
        mapping=mapping, warnings=tuple(source.warnings), synthetic=_synthetic(source), days={})


def _synthetic(source: Source) -> str:
    """Return the mark that a simulated file carries in its metadata, or ""."""
    if source.kind != "parquet":
        return ""
    mark: bytes = (pq.read_schema(source.path).metadata or {}).get(SYNTHETIC, b"")
    return mark.decode("utf-8", "replace")


def scans(case: Path, known: Sequence[Known]) -> list[Scan]:
    """Tell the engine where each source's events are, ranked by SHA-256.

    Raises:
        InputError: a source that is read in place has changed or gone since it was hashed.
    """
    rank = {k.number: place for place, k in enumerate(ranked(known))}
    return [Scan(path=_events(case, k), number=k.number, rank=rank[k.number], columns=k.columns,
                 row_column=k.row_column, clean=bool(k.events) or not k.rejected)
            for k in known]


def _events(case: Path, known: Known) -> Path:
    if known.events:
        return inside(case, known.events)
    path = Path(known.path)
    try:
        now = path.stat()
    except OSError as error:
        raise InputError(problem("a source of the case is gone", where=path,
                                 then="put it back where it was read")) from error
    if (now.st_size, now.st_mtime_ns) != (known.size, known.mtime_ns):
        raise InputError(problem("a source of the case has changed since it was read", where=path,
                                 expected=f"{known.size} bytes", found=f"{now.st_size} bytes",
                                 then="restore the file, or begin a new case"))
    return path


def ranked(known: Sequence[Known]) -> list[Known]:
    """Put sources in the order of their SHA-256, which no order of arrival changes."""
    return sorted(known, key=lambda k: (k.sha256, k.number))
