"""Read one source into canonical events: accepted rows + rejects = all its records."""

import codecs
import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from truetally.errors import InputError, problem
from truetally.events import access_log, columnar, csv_table, json_lines, nginx_json
from truetally.events.ahead import ahead
from truetally.events.batch import Batch, numbered
from truetally.events.block import blocks, whole_lines
from truetally.events.column_map import ColumnMap
from truetally.events.detect import encoding_of, first_keys, head, kind_of
from truetally.events.fill import Fill, filling, pieces
from truetally.events.limits import Limits
from truetally.events.plan import Job, make
from truetally.events.schema import EVENT, REQUIRED
from truetally.events.source import Source
from truetally.events.stored import Stored, plain
from truetally.events.write import Writer

Progress = Callable[[int, int], None]
_OF_LINES = ("access-log", "json-lines")
_MOST_THREADS = 4  # what one thread reads, hashes and writes keeps no more than these busy


def read(path: Path, into: Path, *, mapping: ColumnMap | None = None, kind: str | None = None,
         limits: Limits | None = None, progress: Progress | None = None) -> Source:
    """Read a source; write its events to `into` and its rejects to the folder rejects beside it.

    Parquet that is canonical already is not converted: the source then points at itself. The
    digest is of the very bytes that were read. ``progress(stored bytes read, all)`` is called now
    and then.

    Raises:
        InputError: the file is missing, empty, damaged, changes while it is read, unpacks past the
            limits, is of no known kind, lacks required columns, or holds not one good row.
    """
    limits = limits or Limits()
    start = head(path, limits)
    said = mapping or ColumnMap()
    encoding = encoding_of(start, said.encoding)
    kind = kind or said.source or kind_of(path, start, encoding)
    stored = Stored(path)
    with closing(stored), Writer(into, path.name, uuid4().hex) as writer:
        if kind == "parquet":
            return _parquet(stored, writer, mapping, limits, progress)
        fill = decoded(plain(stored, limits), encoding, path)
        jobs = _jobs(kind, fill, mapping, limits, path, first_keys(start, encoding))
        with closing(_in_order(jobs, limits)) as batches:
            for batch in numbered(batches) if kind in _OF_LINES else batches:
                writer.add(batch)
                if progress:
                    progress(stored.size, path.stat().st_size)
        return _finished(stored, writer, kind, mapping)


def _jobs(kind: str, fill: Fill, mapping: ColumnMap | None, limits: Limits, path: Path,
          keys: tuple[str, ...]) -> Iterator[Job]:
    if kind == "csv":
        dialect, names, found = csv_table.opened(whole_lines(fill, limits), mapping, limits, path)
        return csv_table.jobs(found, dialect, names, mapping, limits, path)
    if kind == "access-log":
        return access_log.jobs(blocks(fill, limits), access_log.plan(mapping, str(path)), limits)
    if kind == "json-lines":
        nginx = (mapping is None or not mapping.columns) and nginx_json.is_nginx(keys)
        said = nginx_json.column_map(keys) if nginx else mapping
        return json_lines.jobs(blocks(fill, limits), make(None, said, str(path)), limits,
                               nginx=nginx)
    raise InputError(problem("unknown kind of source", where=path, found=repr(kind),
                             expected="parquet, csv, json-lines or access-log",
                             then="correct `source` in the mapping"))


def _in_order(jobs: Iterator[Job], limits: Limits) -> Generator[Batch, None, None]:
    """Run jobs on some threads, one ahead, and yield their results in the order of the jobs."""
    threads = min(limits.threads or os.cpu_count() or 1, _MOST_THREADS)
    return ahead(jobs, lambda job: job(), threads)


def decoded(fill: Fill, encoding: str, path: Path) -> Fill:
    """Turn text of another encoding into UTF-8."""
    if encoding in ("", "utf-8"):
        return fill
    return filling(_decoded(pieces(fill), encoding, path))


def _decoded(found: Iterator[bytes], encoding: str, path: Path) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    try:
        for piece in found:
            yield decoder.decode(piece).encode()
            done += len(piece)
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise InputError(problem(f"the text is not valid {encoding}", where=path,
                                 expected="the encoding the mapping states",
                                 found=f"{error} after {done} bytes",
                                 then="correct encoding in the mapping")) from error


def _parquet(stored: Stored, writer: Writer, mapping: ColumnMap | None, limits: Limits,
             progress: Progress | None) -> Source:
    path = stored.path
    file = columnar.opened(path, limits)
    canonical = mapping is None and columnar.is_canonical(file.schema_arrow, path)
    found = columnar.scan(path, limits) if canonical \
        else _in_order(columnar.jobs(path, file, mapping), limits)
    with ThreadPoolExecutor(1) as pool, file, closing(found) as batches:
        digest = pool.submit(stored.sha256)
        for batch in batches:
            writer.add(batch, counted_only=canonical)
        digest.result()
    if progress:
        progress(stored.size, stored.size)
    names = tuple(n for n in EVENT if n in file.schema_arrow.names) if canonical else None
    return _finished(stored, writer, "parquet", mapping, canonical=names)


def _finished(stored: Stored, writer: Writer, kind: str, mapping: ColumnMap | None, *,
              canonical: tuple[str, ...] | None = None) -> Source:
    """Judge the whole, put the files in place and describe the source."""
    sha256 = stored.sha256()
    path = stored.path
    csv_table.check_encoding(path, writer.accepted, writer.reasons)
    if not writer.accepted or writer.first_ms is None or writer.last_ms is None:
        reasons = ", ".join(f"{n} x {r}" for r, n in writer.reasons.most_common(3))
        raise InputError(problem("not one good row", where=path, expected=", ".join(REQUIRED),
                                 found=reasons or "no records",
                                 then="write a mapping; `truetally map FILE` proposes one"))
    written = writer.finish(sha256, rejects_only=canonical is not None)
    return Source(
        path=path, name=path.name, sha256=sha256, size=stored.size, kind=kind,
        rows=writer.accepted, rejected=writer.rejected,
        events_path=path if canonical else written, row_column=None if canonical else "row",
        columns=canonical or writer.columns(), first_ms=writer.first_ms, last_ms=writer.last_ms,
        mapping_sha256=mapping.sha256 if mapping else "",
        warnings=tuple(f"{what}: {n} rows" for what, n in sorted(writer.warnings.items())))
