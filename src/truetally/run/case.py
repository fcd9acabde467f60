"""A case folder: its layout, its lock, its manifest. Everything is written aside and moved."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem

FOLDERS = ("events", "profiles", "findings", "decisions", "counts", "rejects", "report",
           "attribution")
UNFINISHED = (".case.toml.part", ".manifest.json.part", ".salt.part")  # what a kill may leave
OURS = frozenset((*FOLDERS, *UNFINISHED, ".lock", ".work", ".salt", "case.toml", "lists",
                  "sources", "custody.jsonl"))
LAYOUT = 1


def write_aside(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it to disk, and move it into place."""
    write_all({path: content})


def write_secret(path: Path, content: bytes) -> None:
    """Write a file as `write_aside` does, for its owner alone."""
    write_all({path: content}, 0o600)


def write_all(contents: Mapping[Path, bytes], mode: int = 0o666) -> None:
    """Write files that belong together: all under temporary names, flushed to disk, and only then
    moved into place in their order. A disk that is too full for them leaves the old ones.

    Raises:
        OSError: a file cannot be written; its name is in the error.
    """
    asides = [(path.with_name(f".{path.name.removeprefix('.')}.part"), path) for path in contents]
    try:
        for aside, path in asides:
            aside.unlink(missing_ok=True)
            _write(aside, contents[path], mode)
        for aside, path in asides:
            aside.replace(path)
    finally:
        for aside, _ in asides:
            aside.unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


@contextmanager
def locked(case: Path) -> Iterator[Path]:
    """Hold the case for one run; a second run on the same case is refused.

    Raises:
        CaseError: another process holds it, or the folder is somebody else's.
    """
    _foreign(case)
    case.mkdir(parents=True, exist_ok=True)
    with (case / ".lock").open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CaseError(problem("another run holds this case", where=case,
                                    then="wait for it, or use another --case")) from error
        for name in FOLDERS:
            (case / name).mkdir(exist_ok=True)
        work = case / ".work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _foreign(case: Path) -> None:
    if set("*?[") & set(str(case)):
        raise CaseError(problem("the case's path is a pattern", where=case,
                                expected="a path without * ? [", then="choose another --case"))
    if case.is_symlink() or (case.exists() and not case.is_dir()):
        raise CaseError(problem("the case is not a folder", where=case,
                                then="choose another --case"))
    if case.is_dir() and not (case / "manifest.json").exists():
        strange = [p.name for p in case.iterdir() if p.name not in OURS]
        if strange:
            raise CaseError(problem("this folder holds other files", where=case,
                                    expected="an empty folder or a case",
                                    found=", ".join(sorted(strange)[:3]),
                                    then="choose another --case"))


def read_manifest(case: Path) -> dict[str, Any]:
    """Read a case's manifest.

    Raises:
        CaseError: there is none, or it is not one of this layout.
    """
    path = case / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CaseError(problem("no case here", where=case, expected="a manifest.json",
                                then="run: truetally run SOURCE --case DIR")) from error
    except (OSError, ValueError) as error:
        raise CaseError(problem("the manifest cannot be read", where=path, found=str(error),
                                then="restore the case from a copy, or run it again")) from error
    if not isinstance(manifest, dict) or manifest.get("layout") != LAYOUT:
        found = manifest.get("layout") if isinstance(manifest, dict) else type(manifest).__name__
        raise CaseError(problem("the case has another layout", where=path, expected=LAYOUT,
                                found=found, then="use the version of truetally that wrote it"))
    return manifest


def write_manifest(case: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest last: what it does not name does not exist."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_aside(case / "manifest.json", text.encode())
    _sweep(case, manifest)


def _sweep(case: Path, manifest: Mapping[str, Any]) -> None:
    """Remove partitions that an earlier or interrupted run left and the manifest does not name."""
    named = set(manifest["files"])
    for folder in ("decisions", "counts", "findings", "profiles"):
        for path in (case / folder).iterdir():
            if path.is_file() and f"{folder}/{path.name}" not in named:
                path.unlink()


def inside(case: Path, name: str) -> Path:
    """Resolve a file that the manifest names, refusing one that leaves the case.

    Raises:
        CaseError: the name is absolute, climbs out, or leads out through a link.
    """
    path = case / name
    parts = Path(name).parts
    if Path(name).is_absolute() or ".." in parts or not path.resolve().is_relative_to(
            case.resolve()):
        raise CaseError(problem("the manifest names a file outside the case", where=case,
                                found=repr(name), then="do not trust this case"))
    return path


def salt(case: Path) -> str:
    """Return the case's secret for internal keys, making it once. It is never an output.

    Raises:
        CaseError: the file is damaged or another than the case's own, or gone although profiles
            hold keys made under it.
    """
    path = case / ".salt"
    if path.exists():
        text = path.read_text(encoding="ascii", errors="replace").strip()
        if len(text) == 32 and all(c in "0123456789abcdef" for c in text):
            _check_salt(case, text)
            return text
        raise CaseError(problem("the case's salt is damaged", where=path,
                                then="restore it from a copy, or begin a new case"))
    if (case / "profiles").is_dir() and any((case / "profiles").iterdir()):
        raise CaseError(problem("the case's salt is gone", where=path,
                                expected="the secret that the profiles were made under",
                                then="restore it from a copy, or begin a new case"))
    text = secrets.token_hex(16)
    write_secret(path, text.encode())
    return text


def salt_check(text: str) -> str:
    """Give the value by which a case knows its salt again: it tells nothing of 128 random bits."""
    return hashlib.sha256(b"truetally salt check\0" + text.encode()).hexdigest()


def _check_salt(case: Path, text: str) -> None:
    """Compare a salt with what the manifest says of it; an older manifest says nothing."""
    if not (case / "manifest.json").exists():
        return
    expected = read_manifest(case).get("salt_check")
    if expected is not None and expected != salt_check(text):
        raise CaseError(problem(
            "the case's salt is another one", where=case / ".salt",
            expected="the secret that the profiles were made under",
            found="a well-formed one whose check value the manifest does not hold",
            then="restore it from a copy of this case, or begin a new case"))
