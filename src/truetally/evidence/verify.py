"""Verify a sealed case or package by its bytes alone: every finding, with expected and found.

Nothing is trusted that can be computed. Who signed, and when, only an outsider can say: a public
key and the authority's root must be brought along, else author and time are "unknown".
"""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from truetally.evidence import signing, timestamp
from truetally.evidence.archive import Files, content, opened, opener, sha256
from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.chain import FILE, check_lines
from truetally.evidence.errors import VerificationError, same
from truetally.evidence.findings import Report, Trust
from truetally.evidence.seals import GROWING, ROW_TREES, Seal, blocks, head, read_seals
from truetally.evidence.tree import leaf_hash, root, verify_consistency

_OTHERS = (rf"{re.escape(FILE)}|seal-key|sources/.*|seal/([0-9]{{4}}\..*|parts\.json|SHA256SUMS|"
           rf"({'|'.join(ROW_TREES)})\.leaves)")


def verify(path: Path, trust: Trust) -> Report:
    """Check a case folder or a package.

    Raises:
        VerificationError: it cannot be opened safely, or holds no seal.
    """
    with opened(path) as files:
        return verify_files(files, trust, path if path.is_dir() else None)


def verify_files(files: Files, trust: Trust, folder: Path | None = None) -> Report:
    """Check the files of a case, given by name; `folder` is where they lie if it is a folder.

    Raises:
        VerificationError: there is no seal.
    """
    report = Report()
    seals = read_seals(files)
    if not seals:
        raise VerificationError("no seal", place="seal/0001.json", expected="a seal",
                                found="none: truetally seal CASE makes one")
    for before, seal in zip([None, *seals], seals, strict=False):
        report.attempt("seals in a row", seal.name, partial(_follows, before, seal))
        check_seal(report, seal, trust)
    _check_case(report, files, seals[-1], folder)
    return report


def check_seal(report: Report, seal: Seal, trust: Trust) -> None:
    """Check one seal by itself: its files, its head, who signed it, when it was stamped."""
    report.attempt("files of the seal", seal.name, partial(_sums, seal))
    report.attempt("one head for all trees", seal.name, lambda: same(
        "the head is another", seal.name, seal.says["head"], head(seal.says["trees"]).hex()))
    check_author(report, seal, trust)
    check_time(report, seal, trust)


def _sums(seal: Seal) -> None:
    sums = f"seal/{seal.number:04}.sums"
    said = _sums_of(seal.files.get(sums, b""))
    there = {n: hashlib.sha256(data).hexdigest() for n, data in seal.files.items() if n != sums}
    for name in sorted({*said, *there}):
        same("another file", name, said.get(name, f"no such file in {sums}"),
             there.get(name, "missing"))


def _follows(before: Seal | None, seal: Seal) -> None:
    expected = hashlib.sha256(before.statement).hexdigest() if before else None
    same("not the successor", seal.name, expected, seal.says["previous"])
    for name in GROWING if before else ():
        assert before
        old, new = before.says["trees"][name], seal.says["trees"][name]
        proof = [bytes.fromhex(h) for h in seal.says["growth"][name]]
        verify_consistency(old["size"], new["size"], proof, bytes.fromhex(old["root"]),
                           bytes.fromhex(new["root"]), place=f"{seal.name}, tree {name}")


def check_author(report: Report, seal: Seal, trust: Trust) -> None:
    """Check the signatures; only with a key from outside do they name an author."""
    signed: list[str] = []
    for role in (r for r in signing.ROLES if f"seal/{seal.number:04}.{r}.json" in seal.files):
        report.attempt(f"signature of the {role}", f"seal/{seal.number:04}.{role}.sig",
                       partial(_signature, seal, role, signed))
    found = f"signed by {', '.join(signed)}" if signed else "not signed"
    given = [signing.raw(key) for key in trust.keys]
    if not given:
        report.add("author unknown", seal.name, "unknown", "a public key from outside (--key)",
                   found)
    elif set(given) & set(signed):
        report.add("author", seal.name, "passed", found=found)
    else:
        report.add("author: not signed by a key that was given", seal.name, "failed",
                   f"signed by {' or '.join(given)}", found)


def _signature(seal: Seal, role: str, signed: list[str]) -> str:
    stem = f"seal/{seal.number:04}.{role}"
    signed.append(signing.signer(seal.files[f"{stem}.json"], seal.files.get(f"{stem}.sig", b""),
                                 role, seal.statement, f"{stem}.json"))
    return signed[-1]


def check_time(report: Report, seal: Seal, trust: Trust) -> None:
    """Check the time-stamp; only with an authority's root from outside does it say a time."""
    name = f"seal/{seal.number:04}.tsr"
    reply = seal.files.get(name)
    if not trust.roots:
        report.add("time unknown", name, "unknown", "an authority's root from outside (--tsa-root)",
                   "a time-stamp" if reply else "sealed untimed")
    elif reply is None:
        report.add("time", name, "failed", "a time-stamp", "sealed untimed")
    else:
        report.attempt("time", name, lambda: "{0.time:%Y-%m-%dT%H:%M:%SZ} {0.authority}".format(
            timestamp.verify(reply, seal.statement, trust.roots, now=trust.now, place=name)))


def _check_case(report: Report, files: Files, seal: Seal, folder: Path | None) -> None:
    """Check that everything that lies there is what the newest seal says, and nothing else is."""
    leaves = {name: _leaves(report, files, seal, name) for name in ROW_TREES}
    log = content(files[FILE]) if FILE in files else b""
    report.attempt("custody log", FILE, partial(_custody, seal, log))
    parts: dict[str, Any] = {}
    report.attempt("parts of the trees", "seal/parts.json", lambda: parts.update(
        _parts(seal, content(files["seal/parts.json"]), leaves)))
    sums: dict[str, str] = {}
    if report.attempt("list of files", "seal/SHA256SUMS",
                      lambda: sums.update(_listed(seal, content(files["seal/SHA256SUMS"])))):
        _check_files(report, files, sums)
        _check_sources(report, files, parts.get("sources", []), folder)
    if "seal-key" in files:
        report.attempt("key of the salts", "seal-key", lambda: same(
            "another key", "seal-key", seal.says["salt_key_sha256"], sha256(files["seal-key"])))


def _leaves(report: Report, files: Files, seal: Seal, name: str) -> list[bytes]:
    """Read the hashes of a tree's leaves and check them against its head."""
    place, found = f"seal/{name}.leaves", list[bytes]()

    def check() -> str:
        data = content(files[place])
        found[:] = [data[i:i + 32] for i in range(0, len(data), 32)]
        same("another tree", place, seal.says["trees"][name],
             {"size": len(found), "root": root(found).hex()})
        return f"{len(found)} leaves"

    report.attempt(f"tree {name}", place, check)
    return found


def _custody(seal: Seal, log: bytes) -> str:
    lines = check_lines(log)
    tree = seal.says["trees"]["custody"]
    sealed = lines[:tree["size"]]
    same("another log than was sealed", f"{FILE} lines 1 to {tree['size']}", tree,
         {"size": len(sealed), "root": root([leaf_hash(line) for line in sealed]).hex()})
    return f"{len(lines)} records, {len(sealed)} of them sealed"


def _parts(seal: Seal, data: bytes, leaves: dict[str, list[bytes]]) -> dict[str, Any]:
    """Check the headers against their leaves, and that parts and leaves are equally many."""
    parts: dict[str, Any] = parsed(data, "seal/parts.json")
    same("other trees", "seal/parts.json", sorted(ROW_TREES), sorted(parts))
    for name in ROW_TREES:
        at = 0
        for header in parts[name]:
            place = f"seal/parts.json, {name}, leaf {at}"
            same("another header", place, leaf_hash(canonical(header)).hex(),
                 leaves[name][at].hex() if at < len(leaves[name]) else "no leaf")
            at += 1 + blocks(header["rows"])
        same("parts are missing", f"seal/parts.json, {name}", seal.says["trees"][name]["size"], at)
    return parts


def _listed(seal: Seal, data: bytes) -> dict[str, str]:
    lines = data.split(b"\n")
    same("the last line is cut off", "seal/SHA256SUMS", b"", lines.pop())
    same("another list of files", "seal/SHA256SUMS", seal.says["trees"]["files"],
         {"size": len(lines), "root": root([leaf_hash(line) for line in lines]).hex()})
    return _sums_of(data)


def _sums_of(data: bytes) -> dict[str, str]:
    """Read a list as `sha256sum` writes it: hashes by name."""
    return {line[66:]: line[:64] for line in data.decode().split("\n") if line}


def _hashed(files: Files) -> dict[str, str]:
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(files, pool.map(sha256, files.values()), strict=True))


def _check_files(report: Report, files: Files, sums: dict[str, str]) -> None:
    """Hash every listed file on two threads; files that no list names are a finding each."""
    found = _hashed({n: files[n] for n in sums if n in files})
    for name, expected in sums.items():
        report.attempt("file", name, partial(same, "another file", name, expected,
                                             found.get(name, "no such file")))
    for name in files:
        if name not in sums and not re.fullmatch(_OTHERS, name):
            report.add("file that the seal does not name", name, "failed", "no such file", "a file")


def _check_sources(report: Report, files: Files, headers: list[Any], folder: Path | None) -> None:
    """Hash the sources: members of a package, or where the manifest of a folder found them."""
    there = {n: files[n] for n in files if n.startswith("sources/")}
    if folder and not there:
        known = json.loads(content(files["manifest.json"]))["sources"]
        there = {source_name(h): opener(Path(k["path"]))
                 for h, k in zip(headers, known, strict=True) if Path(k["path"]).is_file()}
    found = _hashed(there)
    names = {source_name(h): h["sha256"] for h in headers}
    for name, expected in names.items():
        if name in found:
            report.attempt("source", name, partial(same, "another source", name, expected,
                                                   found[name]))
        else:
            report.add("source not here: not checked", name, "unknown", expected, "no file")
    for name in sorted(found.keys() - names.keys()):
        report.add("source that the seal does not name", name, "failed", "no such file", "a file")


def source_name(header: Any) -> str:
    """Name a source's file in a package: its number, and the suffix that tells its kind."""
    return f"sources/{header['number']:04}-{header['sha256'][:12]}"
