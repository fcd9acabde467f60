"""Verify a sealed case or package by its bytes alone: every finding, with expected and found.

Nothing is trusted that can be computed. Who signed, and when, only an outsider can say: a public
key and the authority's root must be brought along, else author and time are "unknown".
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from truetally.evidence import timestamp
from truetally.evidence.archive import Files, content, opened, opener, sha256, source_name
from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.chain import FILE, check_lines, whole_lines
from truetally.evidence.errors import same
from truetally.evidence.findings import Report, Trust
from truetally.evidence.seals import GROWING, ROW_TREES, Seal, blocks, head, read_seals, signer
from truetally.evidence.tree import leaf_hash, root, verify_consistency

# The files that are checked by themselves, beside those that the list of files names.
_APART = {FILE, "seal/SHA256SUMS", "seal/parts.json", *(f"seal/{t}.leaves" for t in ROW_TREES)}


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
    report, seals = Report(), read_seals(files)
    if not seals:
        same("no seal", "seal/0001.json", "a seal", "none: truetally seal CASE makes one")
    for before, seal in zip([None, *seals], seals, strict=False):
        report.attempt("seals in a row", seal.name, _follows, before, seal)
        check_seal(report, seal, trust)
    _check_case(report, files, seals, folder)
    return report


def _follows(before: Seal | None, seal: Seal) -> None:
    expected = hashlib.sha256(before.statement).hexdigest() if before else None
    same("not the successor", seal.name, expected, seal.says["previous"])
    if before:
        for name in GROWING:
            old, new = before.says["trees"][name], seal.says["trees"][name]
            proof = [bytes.fromhex(h) for h in seal.says["growth"][name]]
            verify_consistency(old["size"], new["size"], proof, bytes.fromhex(old["root"]),
                               bytes.fromhex(new["root"]), place=f"{seal.name}, tree {name}")


def check_seal(report: Report, seal: Seal, trust: Trust) -> None:
    """Check one seal by itself: its files, its head, who signed it, when it was stamped."""
    list_name = f"seal/{seal.number:04}.sums"
    sums = report.attempt("list of the seal's files", list_name,
                          lambda: _sums(seal.files[list_name]))
    _compare(report, "file of the seal", sums or {}, {
        n: hashlib.sha256(data).hexdigest for n, data in seal.files.items() if n != list_name})
    report.attempt("one head for all trees", seal.name, lambda: same(
        "the head is another", seal.name, seal.says["head"], head(seal.says["trees"]).hex()))
    _check_author(report, seal, trust)
    _check_time(report, seal, trust)


def _check_author(report: Report, seal: Seal, trust: Trust) -> None:
    """Check the signatures; only with a key from outside do they name an author."""
    attempts = [report.attempt(f"signature of the {role}", name, signer, seal, role, name)
                for role, name in seal.envelopes.items()]
    signed = [key for key in attempts if key]
    found = f"signed by {', '.join(signed)}" if signed else "not signed"
    if not trust.keys:
        report.add("author unknown", seal.name, "unknown", "a public key from outside (--key)",
                   found)
    elif set(trust.keys) & set(signed):
        report.add("author", seal.name, "passed", found=found)
    else:
        report.add("author: not signed by a key that was given", seal.name, "failed",
                   f"signed by {' or '.join(trust.keys)}", found)


def _check_time(report: Report, seal: Seal, trust: Trust) -> None:
    """Check the time-stamp; only with a root from outside does it say a time."""
    place = f"seal/{seal.number:04}.tsr"
    reply = seal.files.get(place)
    if not trust.roots:
        report.add("time unknown", place, "unknown", "an authority's root from outside "
                   "(--tsa-root)", "a time-stamp" if reply else "sealed untimed")
    elif reply is None:
        report.add("time", place, "failed", "a time-stamp", "sealed untimed")
    else:
        report.attempt("time", place, lambda: "{:%Y-%m-%dT%H:%M:%SZ} {}".format(
            *timestamp.verify(reply, seal.statement, trust.roots, place=place)))


def _check_case(report: Report, files: Files, seals: Sequence[Seal], folder: Path | None) -> None:
    """Check that everything that lies there is what the newest seal says, and nothing else is."""
    seal, apart = seals[-1], _APART.union(*(seal.files for seal in seals))
    parts = report.attempt("parts of the trees", "seal/parts.json", _parts, files) or {}
    for name in ROW_TREES:
        report.attempt(f"tree {name}", f"seal/{name}.leaves", _check_row_tree, files, seal, name,
                       parts.get(name, []))
    report.attempt("custody log", FILE, _check_custody, files, seal)
    listed = report.attempt("list of files", "seal/SHA256SUMS", _listed, files, seal)
    if listed is not None:
        _compare(report, "file", listed, _hashes({
            n: files[n] for n in files if n not in apart and not n.startswith("sources/")}))
    sources = report.attempt("list of sources", "manifest.json", _sources, files,
                             parts.get("sources", []), folder)
    if sources is not None:
        _compare(report, "source", sources[0], _hashes(sources[1]), absent="unknown")


def _parts(files: Files) -> dict[str, Any]:
    parts = parsed(content(files["seal/parts.json"]), "seal/parts.json")
    same("other trees", "seal/parts.json", sorted(ROW_TREES), sorted(parts))
    return {name: parts[name] for name in ROW_TREES}


def _check_row_tree(files: Files, seal: Seal, name: str, headers: Sequence[Any]) -> str:
    """Check a tree's leaves against its head, and the headers of its parts against their leaves."""
    data = content(files[f"seal/{name}.leaves"])
    leaves = [data[i:i + 32] for i in range(0, len(data), 32)]
    _same_tree(seal, name, leaves, f"seal/{name}.leaves")
    at = 0
    for header in headers:
        same("another header", f"seal/parts.json, {name}, leaf {at}",
             leaf_hash(canonical(header)).hex(),
             leaves[at].hex() if at < len(leaves) else "no leaf")
        at += 1 + blocks(header["rows"])
    same("parts are missing", f"seal/parts.json, {name}", len(leaves), at)
    return f"{len(leaves)} leaves"


def _same_tree(seal: Seal, name: str, hashes: Sequence[bytes], place: str) -> None:
    same("another tree than was sealed", place, seal.says["trees"][name],
         {"size": len(hashes), "root": root(hashes).hex()})


def _check_custody(files: Files, seal: Seal) -> str:
    lines = check_lines(content(files[FILE]))
    size = seal.says["trees"]["custody"]["size"]
    _same_tree(seal, "custody", [leaf_hash(line) for line in lines[:size]],
               f"{FILE} lines 1 to {size}")
    return f"{len(lines)} records, {size} of them sealed"


def _listed(files: Files, seal: Seal) -> dict[str, str]:
    """Check the list of the case's files against its tree; the key of the salts is one, too."""
    data = content(files["seal/SHA256SUMS"])
    lines = whole_lines(data, "seal/SHA256SUMS")
    _same_tree(seal, "files", [leaf_hash(line) for line in lines], "seal/SHA256SUMS")
    key = {"seal-key": seal.says["salt_key_sha256"]} if "seal-key" in files else {}
    return _sums(data) | key


def _sums(data: bytes) -> dict[str, str]:
    """Read a list as `sha256sum` writes it: hashes by name; without two spaces it names none."""
    return {line[64:].removeprefix("  "): line[:64] for line in data.decode().split("\n") if line}


def _hashes(files: Files) -> dict[str, Callable[[], str]]:
    """Hash files on two threads; for each, give what returns its hash or raises why not."""
    with ThreadPoolExecutor(2) as pool:
        return {name: pool.submit(sha256, open_file).result for name, open_file in files.items()}


def _compare(report: Report, kind: str, sums: Mapping[str, str],
             hashes: Mapping[str, Callable[[], str]], absent: str = "failed") -> None:
    """Compare the hash of each file with that in a list; `absent` is what a missing one is."""
    for name, expected in sums.items():
        if name in hashes:
            report.attempt(kind, name, _same_hash, f"another {kind}", name, expected, hashes[name])
        else:
            report.add(f"{kind} not here: not checked", name, absent, expected, "no such file")
    for name in sorted(hashes.keys() - sums.keys()):
        report.add(f"{kind} that the seal does not name", name, "failed", "no such file", "a file")


def _same_hash(what: str, name: str, expected: str, found: Callable[[], str]) -> None:
    same(what, name, expected, found())


def _sources(files: Files, headers: Sequence[Any],
             folder: Path | None) -> tuple[dict[str, str], Files]:
    """List the sources' hashes, and their files: in the package, or where the manifest says."""
    there = {n: files[n] for n in files if n.startswith("sources/")}
    if folder:
        known = json.loads(content(files["manifest.json"]))["sources"]
        there = {source_name(h): opener(Path(k["path"])) for h, k in zip(
            headers, known, strict=True) if Path(k["path"]).is_file()} | there
    return {source_name(h): h["sha256"] for h in headers}, there
