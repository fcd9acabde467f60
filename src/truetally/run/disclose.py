"""`truetally export`: the other side's copy of a case, as one zip that decides alike.

Personal fields are replaced by keyed hashes and committed to one by one; everything that decides
stays. Members are stored in the order of their names with one date, so that the same case gives
the same bytes.
"""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from truetally.errors import InputError, problem
from truetally.evidence.canonical import canonical
from truetally.evidence.fields import copy_keys
from truetally.evidence.package import stored_member
from truetally.report.data import Summary
from truetally.report.document.court import CourtData
from truetally.report.progress import Progress, Silent
from truetally.report.shares import grouped
from truetally.report.sheet import csv_sheet
from truetally.report.words import LANGS, Lang, say
from truetally.run.case import read_manifest, salt
from truetally.run.claims import claims_bytes
from truetally.run.copy_policy import copy_policy
from truetally.run.copy_rows import WITHHELD, CopyRows
from truetally.run.custody import file_sha256, manifest_input, record
from truetally.run.ingest import known_of, scans
from truetally.run.reading import with_lists
from truetally.run.report_case import court_data
from truetally.run.sensitivity import Point, Subject, sensitivity
from truetally.run.summary import judge

FORMAT = "truetally copy 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was written: its file, SHA-256, rows, and the fields it withholds."""

    path: Path
    sha256: str
    rows: int
    withheld: tuple[str, ...]
    points: int


def export_copy(case: Path, out: Path, *, clear: Sequence[str] = (), moved: bool = True,
                progress: Progress | None = None) -> Copy:
    """Write the other side's copy of a case to the zip `out`.

    `clear` names personal fields that are given as they are; `moved` False leaves the sensitivity
    curve out, which decides the case again some dozens of times.

    Raises:
        InputError: an unknown field, a place that is taken, or a source that is gone.
        CaseError: no case, or its counts disagree.
    """
    _check(out, clear)
    told = progress or Silent()
    manifest = read_manifest(case)
    plain, _ = judge(manifest)
    policy, lists = with_lists(plain, manifest)
    known = known_of(manifest)
    data = court_data(case)
    names, salts = _keys(case)
    with TemporaryDirectory(prefix="truetally-", dir=out.parent) as temp:
        folder = Path(temp)
        told.stage("rows", None)
        rows = CopyRows(case, manifest, scans(case, known), clear)
        try:
            rows.map_texts(names, lists.deriving)
            written = rows.write(folder, names, salts)
            text, files = copy_policy(plain, lists, rows.addresses)
            withheld = tuple(rows.withheld)
        finally:
            rows.close()
        subject = Subject(case=case, manifest=manifest, known=known, policy=policy, lists=lists)
        points = _points(subject, data.report.summary, told) if moved else ()
        texts = {"policy.toml": text, **files, "claims.json": claims_bytes(data.claims).decode()}
        texts |= _told(data, points, written, withheld, moved=moved)
        for name, content in texts.items():
            place = folder / name
            place.parent.mkdir(exist_ok=True)
            place.write_text(content, "utf-8", newline="")
        _describe(folder, manifest, written, withheld)
        sha256 = _packed(folder, out)
    record(case, "export", inputs=manifest_input(case), outputs=[out.absolute()])
    return Copy(path=out, sha256=sha256, rows=written, withheld=withheld, points=len(points))


def _check(out: Path, clear: Sequence[str]) -> None:
    unknown = sorted(set(clear) - set(WITHHELD))
    if unknown:
        raise InputError(problem("not a withheld field", where="--clear", found=", ".join(unknown),
                                 expected=", ".join(WITHHELD), then="correct --clear"))
    if out.exists():
        raise InputError(problem("there is a file already", where=out,
                                 then="name another --out, or remove it"))
    if not out.parent.is_dir():
        raise InputError(problem("no such folder", where=out.parent, then="make it first"))


def _keys(case: Path) -> tuple[str, str]:
    """Give the key of the pseudonyms and the key of the salts, both from the case's own secret."""
    salts, names = copy_keys(bytes.fromhex(salt(case)))
    return names, salts


def _points(subject: Subject, s: Summary, progress: Progress) -> tuple[Point, ...]:
    expected = {"givt": s.givt, "sivt": s.sivt, "undetermined": s.undetermined}
    return sensitivity(subject, expected, s.reasons, progress)


def _told(data: CourtData, points: Sequence[Point], rows: int, withheld: Sequence[str], *,
          moved: bool) -> dict[str, str]:
    """Write what a person reads: how to use the copy, what weakens the figures, how they move."""
    found = {f"README.{lang}.txt": _readme(data, rows, withheld, lang, moved=moved)
             for lang in LANGS}
    for lang in LANGS:
        lines = (each.zh if lang == "zh" else each.en for each in data.weaknesses)
        found[f"weaknesses.{lang}.txt"] = "".join(
            f"{place}. {line}\n" for place, line in enumerate(lines, 1))
    if moved:
        found["sensitivity.csv"] = _sheet(points)
    return found


def _readme(data: CourtData, rows: int, withheld: Sequence[str], lang: Lang, *,
            moved: bool) -> str:
    s = data.report.summary
    names = ", ".join(withheld) or say("common.none", lang)
    lines = [say("copy.title", lang), say("copy.intro", lang),
             say("copy.rows", lang, rows=grouped(rows), withheld=names),
             say("copy.decisions", lang), say("copy.commitments", lang), say("copy.policy", lang),
             say("copy.replay", lang, offset=s.offset), say("copy.claims", lang),
             *([say("copy.sensitivity", lang)] if moved else []), say("copy.weaknesses", lang),
             say("copy.digest", lang, digest=s.digest)]
    return "\n\n".join(lines) + "\n"


def _sheet(points: Sequence[Point]) -> str:
    return csv_sheet([Point.__dataclass_fields__, *(asdict(point).values() for point in points)])


def _describe(folder: Path, manifest: Mapping[str, Any], rows: int,
              withheld: Sequence[str]) -> None:
    """Write copy.json: what the copy is of, and the SHA-256 of every member."""
    digests = {path.relative_to(folder).as_posix(): file_sha256(path)
               for path in sorted(folder.rglob("*")) if path.is_file()}
    content = canonical({
        "format": FORMAT, "case_digest": manifest["digest"], "rows": rows,
        "policy_sha256": manifest["policy"]["sha256"], "offset": manifest["offset"],
        "reason_codes": manifest["reason_codes"], "withheld": list(withheld),
        "sources": [{"name": s["name"], "sha256": s["sha256"], "rows": s["rows"],
                     "rejected": s["rejected"]} for s in manifest["sources"]],
        "versions": manifest["versions"] | {"truetally": manifest["truetally"]},
        "files": digests})
    (folder / "copy.json").write_bytes(content + b"\n")


def _packed(folder: Path, out: Path) -> str:
    """Store the members in the order of their names, aside, and move the zip into place."""
    aside = folder.parent / f".{out.name}.part"
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as package:
            for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
                if path.is_file():
                    member = stored_member(path.relative_to(folder).as_posix())
                    member.file_size = path.stat().st_size
                    with path.open("rb") as source, package.open(member, "w") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
        digest = file_sha256(aside)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    return digest
