"""`truetally seal`: hash every row and file of a case into one statement, sign and stamp it."""

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import truetally
from truetally.errors import CaseError, InputError, problem
from truetally.evidence.archive import opened, opener, sha256, source_name
from truetally.evidence.chain import FILE, check_lines
from truetally.evidence.errors import EvidenceError
from truetally.evidence.keys import private_key, raw
from truetally.evidence.merkle import root
from truetally.evidence.package import write_package, write_verifier
from truetally.evidence.sealing import Sealed, Trees, make_seal, sums_line, write_seal
from truetally.evidence.seals import ROW_TREES, Seal, blocks, read_seals
from truetally.evidence.stamping import NoStampError, stamp
from truetally.report.progress import Progress, Silent
from truetally.run.case import inside, locked, read_manifest, write_all, write_aside, write_secret
from truetally.run.custody import manifest_input, now_ms, record
from truetally.run.ingest import Known, known_of
from truetally.run.row_leaves import (
    Part,
    decision_part,
    finding_part,
    hashing,
    part_leaves,
    source_part,
)
from truetally.run.summary import load_summary

GUIDE = "VERIFY.txt"
KEY_FILE = ".seal-key"


def seal_case(case: Path, *, key: Path | None = None,  # noqa: PLR0913  the command's options
              reviewer_key: Path | None = None, tsa: str | None = None,
              package: Path | None = None, with_sources: bool = True,
              progress: Progress | None = None) -> Sealed:
    """Seal a case: every source row, decision, finding and file, and the custody log.

    Rows of sources that an earlier seal covers are not hashed again; their files are.

    Raises:
        TruetallyError: the folder is no case, or a source is gone or is another file.
        EvidenceError: a key cannot be used, or what was sealed before has been changed.
    """
    progress = progress or Silent()
    case = case.absolute()
    manifest = read_manifest(case)
    keys = {role: found for role, path in (("operator", key), ("reviewer", reviewer_key))
            if (path or role == "operator") and (found := private_key(path, case))}
    _outside(case, package)
    with locked(case):
        secret = case_secret(case)
        before = last_seal(case)
        bytes_ms, hashed_bytes, sums = _files(case, manifest, progress)
        started = time.monotonic_ns()
        parts = case_parts(case, manifest)
        leaves = _leaves(case, parts, secret, before, progress)
        rows_ms = (time.monotonic_ns() - started) // 1_000_000
        record(case, "seal", inputs=manifest_input(case), more={
            "heads": {name: root(found).hex() for name, found in leaves.items()}})
        trees = Trees(leaves=leaves, sums=sums, log=check_lines((case / FILE).read_bytes()),
                      parts={t: [p.header for p in parts if p.tree == t] for t in ROW_TREES})
        why: list[str] = []
        seal = make_seal(trees, before, _says(case, manifest, secret, keys), keys,
                         partial(_stamp, tsa, why))
        write_seal(case, seal, trees, write_all)
    verifier = _package(case, manifest, package, with_sources=with_sources) if package else None
    return Sealed(number=seal.number, head=seal.says["head"],
                  sha256=_sha256(seal.statement), signed=tuple(keys), untimed="".join(why),
                  rows=sum(p.header["rows"] for p in parts), rows_ms=rows_ms,
                  hashed_bytes=hashed_bytes, bytes_ms=bytes_ms,
                  package=str(package or ""), verifier=str(verifier or ""))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _outside(case: Path, package: Path | None) -> None:
    if package and package.absolute().resolve().is_relative_to(case.resolve()):
        raise InputError(problem("the package would lie in the case", where=package,
                                 then="name a file outside the case"))


def case_secret(case: Path) -> bytes:
    """Return the secret that the salts of rows come from, making it once (mode 600).

    Raises:
        CaseError: it is damaged, or gone although seals were made under it.
    """
    path = case / KEY_FILE
    if path.exists():
        data = path.read_bytes()
        if len(data) == 32:
            return data
        raise CaseError(problem("the key of the salts is damaged", where=path,
                                then="restore it from a copy; without it no event can be proved"))
    if (case / "seal").is_dir():
        raise CaseError(problem("the key of the salts is gone", where=path,
                                then="restore it from a copy; without it no event can be proved"))
    data = secrets.token_bytes(32)
    write_secret(path, data)
    return data


def last_seal(case: Path) -> Seal | None:
    """Read the newest seal of a case, None if it has none."""
    with opened(case) as files:
        seals = read_seals(files)
    return seals[-1] if seals else None


def source_path(case: Path, known: Known) -> Path:
    """Find a source's file: where it was read, or in the case if it was unpacked there.

    Raises:
        InputError: it is in neither place.
    """
    packed = case / source_name({"number": known.number, "sha256": known.sha256})
    path = packed if packed.is_file() else Path(known.path)
    if not path.is_file():
        raise InputError(problem("a source of the case is gone", where=path,
                                 then="put it back where it was read"))
    return path


def _files(case: Path, manifest: Mapping[str, Any],
           progress: Progress) -> tuple[int, int, list[bytes]]:
    """Hash every file of the case and every source; return milliseconds, bytes and the list."""
    write_aside(case / GUIDE, resources("truetally.evidence").joinpath(GUIDE).read_bytes())
    started = time.monotonic_ns()
    with opened(case) as found:
        names = [n for n in sorted(found) if n != FILE and not n.startswith(("seal/", "sources/"))]
        known = known_of(manifest)
        paths = [*(case / n for n in names), *(source_path(case, k) for k in known)]
        sizes = [p.stat().st_size for p in paths]
        progress.stage("seal: files", sum(sizes))
        digests = []
        with ThreadPoolExecutor(2) as pool:
            for digest, size in zip(pool.map(lambda p: sha256(opener(p)), paths),
                                    sizes, strict=True):
                digests.append(digest)
                progress.advance(size)
    for source, digest in zip(known, digests[len(names):], strict=True):
        if digest != source.sha256:
            raise InputError(problem("a source is another file than was decided",
                                     where=source.path, expected=source.sha256, found=digest,
                                     then="restore the file, or begin a new case"))
    spent = (time.monotonic_ns() - started) // 1_000_000
    return spent, sum(sizes), [sums_line(n, d) for n, d in zip(names, digests, strict=False)]


def case_parts(case: Path, manifest: Mapping[str, Any]) -> list[Part]:
    """List the parts of a case in the order of the trees."""
    known = known_of(manifest)
    return [*(source_part(k, source_path(case, k)) for k in known),
            *(decision_part(case, manifest, p) for p in manifest["partitions"]),
            *(finding_part(case, code, file) for code, file in
              sorted(manifest["findings"].items()))]


def _leaves(case: Path, parts: Sequence[Part], secret: bytes, before: Seal | None,
            progress: Progress) -> dict[str, list[bytes]]:
    """Hash the rows of every part, but for sources that the seal before holds already."""
    kept = sealed_leaves(case, before, "sources") if before else []
    fresh = [p for p in parts if p.tree != "sources" or first_leaf(parts, p) >= len(kept)]
    leaves: dict[str, list[bytes]] = {name: [] for name in ROW_TREES}
    leaves["sources"] += kept
    progress.stage("seal: rows", sum(p.header["rows"] for p in fresh))
    with hashing() as work:
        for part in fresh:
            leaves[part.tree] += part_leaves(part, secret, work, progress.advance)
    return leaves


def sealed_leaves(case: Path, seal: Seal, tree: str) -> list[bytes]:
    """Read the hashes of a tree's leaves as the seal holds them.

    Raises:
        CaseError: the file is not what was sealed.
    """
    path = inside(case, f"seal/{tree}.leaves")
    data = path.read_bytes()
    found = [data[i:i + 32] for i in range(0, len(data), 32)]
    if {"size": len(found), "root": root(found).hex()} != seal.says["trees"][tree]:
        raise CaseError(problem("the leaves are not those that were sealed", where=path,
                                then="truetally verify CASE says what else has been changed"))
    return found


def first_leaf(parts: Sequence[Part], part: Part) -> int:
    """Return the place of a part's header among the leaves of its tree."""
    at = 0
    for each in parts:
        if each is part:
            break
        at += 1 + blocks(each.header["rows"]) if each.tree == part.tree else 0
    return at


def _says(case: Path, manifest: Mapping[str, Any], secret: bytes,
          keys: Mapping[str, Any]) -> dict[str, Any]:
    """Say in the statement what is sealed, by whom, and what it comes to."""
    s = load_summary(case)
    counts = {name: getattr(s, name) for name in (
        "events", "gross", "net", "total_net", "not_counted", "givt", "sivt", "undetermined",
        "suspect", "rejected_rows")}
    return {"tool": f"truetally {truetally.__version__}", "sealed_ms": now_ms(),
            "digest": manifest["digest"], "policy": manifest["policy"]["name"],
            "policy_sha256": manifest["policy"]["sha256"], "offset": manifest["offset"],
            "counts": counts, "synthetic": s.synthetic, "salt_key_sha256": _sha256(secret),
            "signers": {role: raw(key.public_key()) for role, key in keys.items()}}


def _stamp(tsa: str | None, why: list[str], statement: bytes) -> bytes | None:
    """Have the statement stamped; say why if it is not."""
    if tsa is None:
        why.append("no authority was named (--tsa URL)")
        return None
    try:
        return stamp(statement, tsa)
    except NoStampError as error:
        why.append(str(error))
        return None


def _package(case: Path, manifest: Mapping[str, Any], package: Path, *,
             with_sources: bool) -> Path:
    """Write the package and, beside it, the verifier.

    The key of the salts goes along only with the sources: who has them all may check every row's
    hash, and who has not could find rows out by guessing.
    """
    known = known_of(manifest) if with_sources else []
    sources = {source_name({"number": k.number, "sha256": k.sha256}): source_path(case, k)
               for k in known}
    verifier = package.with_name("truetally-verify.pyz")
    try:
        write_package(case, package, sources, secret=with_sources)
        write_verifier(verifier)
    except OSError as error:
        raise EvidenceError(f"the package cannot be written: {error}. Next: name one with "
                            "--package where there is room for it") from error
    return verifier
