"""Write a case as a package, and the verifier as one file: the same bytes wherever it is done."""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from truetally.evidence.archive import opened

# The verifier: these files, and nothing of the rest of truetally.
SHIPPED = ("errors", "canonical", "tree", "chain", "timestamp", "archive", "seals",
           "findings", "verify", "proof", "program")
_DATE = (1980, 1, 1, 0, 0, 0)
_START = b"import sys\n\nfrom truetally.evidence.program import main\n\nsys.exit(main())\n"


def write_package(case: Path, target: Path, sources: Mapping[str, Path], *, secret: bool) -> None:
    """Write a sealed case, its sources by their names in the package, and `secret`: the salts' key.

    Members are stored, sorted by name, with one date and mode.
    """
    aside = target.with_name(f".{target.name}.part")
    try:
        with opened(case) as files, zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as out:
            extra = {"seal-key": case / ".seal-key"} if secret else {}
            paths = {**{n: case / n for n in files}, **extra, **sources}
            for name in sorted(paths):
                with paths[name].open("rb") as file, out.open(stored_member(name), "w",
                                                              force_zip64=True) as member:
                    shutil.copyfileobj(file, member, 1 << 20)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def stored_member(name: str) -> zipfile.ZipInfo:
    """Describe a member that is the same wherever it is written: one date, one mode, as it is."""
    member = zipfile.ZipInfo(name, _DATE)
    member.external_attr = 0o100644 << 16
    member.create_system = 3  # Unix, also where it is made on another system
    return member


def write_verifier(target: Path) -> None:
    """Write the verifier as one file that `python FILE.pyz` runs."""
    here = Path(__file__).parent
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as out:
        out.writestr(stored_member("__main__.py"), _START)
        out.writestr(stored_member("truetally/__init__.py"), b'"""The verifier of truetally."""\n')
        for name in ("__init__", *SHIPPED):
            out.writestr(stored_member(f"truetally/evidence/{name}.py"),
                         (here / f"{name}.py").read_bytes())
    target.write_bytes(b"#!/usr/bin/env python3\n" + held.getvalue())
