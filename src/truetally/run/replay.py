"""`truetally verify --replay`: decide every event again from the sources, and compare."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from truetally.engine import Resources
from truetally.errors import TruetallyError
from truetally.evidence.archive import opened, source_name
from truetally.evidence.errors import EvidenceError, same
from truetally.evidence.findings import Report
from truetally.evidence.seals import BLOCK_ROWS, ROW_TREES
from truetally.report.progress import Progress, Silent
from truetally.run.case import locked, read_manifest, write_manifest
from truetally.run.clock import Clock
from truetally.run.ingest import Known, Options, bring_in, known_of
from truetally.run.manifest import build_manifest
from truetally.run.reading import stored_policy
from truetally.run.row_leaves import Part, hashing, part_leaves
from truetally.run.runner import carry_out
from truetally.run.seal import KEY_FILE, case_parts, first_leaf, last_seal, sealed_leaves
from truetally.run.start import parse_offset
from truetally.run.summary import load_summary
from truetally.run.work import Settings, count_days, days_of, start

COUNTS = ("gross", "net", "total_net", "not_counted", "givt", "sivt", "undetermined", "suspect",
          "rejected_rows")


def replay(path: Path, report: Report, progress: Progress | None = None) -> None:
    """Decide a sealed case or package again and add what differs to the report.

    Needs the sources; the hashes of the rows are compared where the key of the salts is there. The
    policy is the one that the manifest holds; its lists must be those of this machine.
    """
    progress = progress or Silent()
    with TemporaryDirectory(prefix="truetally-replay-") as folder, _unpacked(path) as case:
        manifest = read_manifest(case)
        try:
            again = _decided(case, manifest, Path(folder) / "case", progress)
        except TruetallyError as error:
            report.add("replay", str(path), "failed", "decisions from the sources",
                       f"not checked: {error}")
            return
        _compare(report, manifest, read_manifest(again))
        _counts(report, case, again)
        _rows(report, case, manifest, progress)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give a package as a folder; every name has been checked to stay inside."""
    if path.is_dir():
        yield path.absolute()
        return
    with TemporaryDirectory(prefix="truetally-package-") as name, opened(path) as files:
        case = Path(name)
        for member in files:
            target = case / (KEY_FILE if member == "seal-key" else member)
            target.parent.mkdir(parents=True, exist_ok=True)
            with files[member]() as source, target.open("xb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
        yield case


def _decided(case: Path, manifest: Mapping[str, Any], again: Path, progress: Progress) -> Path:
    """Decide the sources of a case anew, under its policy and offset, in another folder."""
    policy, lists = stored_policy(manifest)
    with locked(again) as work:
        clock = Clock(progress)
        known: list[Known] = []
        for source in known_of(manifest):
            mapping = source.mapping
            options = Options(mapping=_mapping(mapping), mapping_text=mapping,
                              allow_duplicates=True)
            known += bring_in([str(_file(case, source))], again, known, options, progress)
        settings = Settings(case=again, folder=work, policy=policy,
                            policy_folder=Path(manifest["policy"]["folder"]), lists=lists,
                            offset_ms=parse_offset(manifest["offset"]), engine="duckdb",
                            resources=Resources(temp=work / "temp"))
        w = start(settings, known, clock)
        try:
            count_days(w)
            carry_out(w, sorted(days_of(w.known)))
            write_manifest(again, build_manifest(w, manifest["offset"]))
        finally:
            w.pipeline.engine.close()
    return again


def _mapping(text: str) -> Any:
    from truetally.events.mapping import parse

    return parse(text.encode()) if text else None


def _file(case: Path, source: Any) -> Path:
    packed = case / source_name({"number": source.number, "sha256": source.sha256})
    return packed if packed.is_file() else Path(source.path)


def _compare(report: Report, said: Mapping[str, Any], again: Mapping[str, Any]) -> None:
    """Compare sources, versions, lists, and the decisions day by day."""
    def check(what: str, place: str, expected: object, found: object) -> None:
        report.attempt(f"replay: {what}", place, partial(same, f"another {what}", place, expected,
                                                         found))

    for old, new in zip(said["sources"], again["sources"], strict=True):
        check("source", old["name"], *({k: s[k] for k in ("sha256", "rows", "rejected")}
                                       for s in (old, new)))
    revisions = again["policy"]["criteria"]
    for code, revision in said["policy"]["criteria"].items():
        check("revision of a criterion", code, revision, revisions.get(code))
    lists = {e["name"]: e["sha256"] for e in again["lists"]}
    for entry in said["lists"]:
        check("version of a list", entry["name"], entry["sha256"], lists.get(entry["name"]))
    days = {p["day"]: p["digest"] for p in again["partitions"]}
    for p in said["partitions"]:
        check("decision", p["file"], p["digest"], days.get(p["day"], "no such day"))
    check("digest of the case", "manifest.json", said["digest"], again["digest"])


def _counts(report: Report, case: Path, again: Path) -> None:
    """Compare the counts as stored with those that the replay comes to."""
    def counted(folder: Path) -> dict[str, int]:
        summary = load_summary(folder)
        return {name: getattr(summary, name) for name in COUNTS}

    report.attempt("replay: counts", "counts", lambda: same(
        "other counts", "counts", counted(again), counted(case)))


def _rows(report: Report, case: Path, manifest: Mapping[str, Any], progress: Progress) -> None:
    """Hash every row again and compare with the leaves that were sealed."""
    key, seal = case / KEY_FILE, last_seal(case)
    if seal is None or not key.is_file():
        report.add("hashes of rows: not checked", "seal", "unknown", "the key of the salts",
                   "the package has none")
        return
    parts, secret = case_parts(case, manifest), key.read_bytes()
    progress.stage("replay: rows", sum(p.header["rows"] for p in parts))
    with hashing() as work:
        for tree in ROW_TREES:
            leaves = sealed_leaves(case, seal, tree)
            for part in (p for p in parts if p.tree == tree):
                name = part.header.get("name", part.header.get("file", ""))
                report.attempt(f"replay: rows of {tree}", str(name), partial(
                    _same_leaves, part, leaves, first_leaf(parts, part), partial(
                        part_leaves, secret=secret, work=work, advance=progress.advance)))


def _same_leaves(part: Part, leaves: list[bytes], first: int,
                 again: Callable[[Part], list[bytes]]) -> str:
    try:
        found = again(part)
    except TruetallyError as error:
        raise EvidenceError(str(error)) from error
    place = str(part.header.get("name", part.header.get("file", "")))
    for n, (sealed, now) in enumerate(zip(leaves[first:first + len(found)], found, strict=False)):
        rows = "its header" if n == 0 else (
            f"rows {(n - 1) * BLOCK_ROWS} to {n * BLOCK_ROWS - 1}")
        same("other rows than were sealed", f"{place}, {rows}", sealed.hex(), now.hex())
    same("leaves are missing", place, len(found), len(leaves[first:first + len(found)]))
    return f"{len(found)} leaves"
