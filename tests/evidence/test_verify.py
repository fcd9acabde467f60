"""A cabinet of broken packages: one break each, found and named."""

import ast
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.evidence.sealed import Kept, checked, contents, failures

from truetally.evidence import package as package_room
from truetally.evidence.archive import opened
from truetally.evidence.canonical import canonical
from truetally.evidence.errors import EvidenceError, VerificationError
from truetally.evidence.findings import Trust, texts
from truetally.evidence.keys import generate
from truetally.evidence.program import main
from truetally.evidence.seals import public_key
from truetally.evidence.stamping import make_authority, stamp
from truetally.evidence.timestamp import load_roots
from truetally.evidence.verify import verify
from truetally.run.seal import seal_case

Package = dict[str, bytes]


def test_a_sealed_case_and_its_package_pass_with_nothing_unknown(sealed: Kept) -> None:
    for path in (sealed.case, sealed.package):
        report = verify(path, sealed.trust)
        assert {f.status for f in report.findings} == {"passed"}, list(
            texts(report, everything=False))


def test_without_a_key_and_a_root_author_and_time_are_unknown(package: Package) -> None:
    report = checked(package, Trust())
    unknown = [f.check for f in report.findings if f.status == "unknown"]
    assert (report.failed, unknown) == (False, ["author unknown", "time unknown"])
    assert list(texts(report, everything=False))[-1].startswith("consistent, but not all is known")


def test_a_key_of_another_author_is_not_enough(sealed: Kept, package: Package,
                                               tmp_path: Path) -> None:
    key = public_key(generate(tmp_path / "other"))
    assert failures(package, Trust(keys=[key])) == ["seal/0001.json"]


def test_the_root_of_another_authority_is_not_enough(package: Package, tmp_path: Path) -> None:
    root = load_roots(make_authority(tmp_path / "other"))
    assert failures(package, Trust(roots=root)) == ["seal/0001.tsr"]


def test_a_case_sealed_anew_with_another_key_passes_only_without_a_key(
        sealed: Kept, copied: Path, tmp_path: Path) -> None:
    shutil.rmtree(copied / "seal")
    (copied / "report" / "index.html").write_text("<p>other figures</p>")
    (copied / ".seal-key").unlink()
    generate(tmp_path / "thief")
    seal_case(copied, key=tmp_path / "thief")
    assert not verify(copied, Trust()).failed
    report = verify(copied, sealed.trust)
    assert [f.check.split(":")[0] for f in report.findings if f.status == "failed"] == [
        "author", "time"]


def test_a_missing_and_a_foreign_file_are_named(sealed: Kept, package: Package) -> None:
    gone = next(name for name in package if name.startswith("findings/"))
    del package[gone]
    package["report/more.html"] = b""
    assert failures(package, sealed.trust) == [gone, "report/more.html"]


def test_a_file_of_a_seal_that_is_not_there_is_foreign(sealed: Kept, package: Package) -> None:
    package["seal/0009.tsr"] = package["seal/0001.tsr"]
    assert failures(package, sealed.trust) == ["seal/0009.tsr"]


def test_a_member_that_cannot_be_read_is_one_finding_among_the_others(sealed: Kept,
                                                                      tmp_path: Path) -> None:
    text, data = contents(sealed.package)["case.toml"], sealed.package.read_bytes()
    assert data.count(text) == 1
    (tmp_path / "x.zip").write_bytes(data.replace(text, text[:-1] + b"x"))
    report = verify(tmp_path / "x.zip", sealed.trust)
    assert [(f.place, f.expected) for f in report.findings if f.status != "passed"] == [
        ("case.toml", "a readable form")]


def test_a_manifest_that_cannot_be_read_does_not_end_the_verification(sealed: Kept,
                                                                      copied: Path) -> None:
    (copied / "manifest.json").write_text("{")
    found = [f.check for f in verify(copied, sealed.trust).findings if f.status != "passed"]
    assert found == ["file: another file", "list of sources"]


def test_a_missing_source_is_not_checked_and_a_foreign_one_is_named(sealed: Kept,
                                                                    package: Package) -> None:
    gone = next(name for name in package if name.startswith("sources/"))
    del package[gone]
    package["sources/9999-x"] = b""
    found = [(f.place, f.status) for f in checked(package, sealed.trust).findings
             if f.status != "passed"]
    assert found == [(gone, "unknown"), ("sources/9999-x", "failed")]


def test_swapped_sources_are_named(sealed: Kept, package: Package) -> None:
    one, two = sorted(name for name in package if name.startswith("sources/"))
    package[one], package[two] = package[two], package[one]
    assert failures(package, sealed.trust) == [one, two]


def test_a_list_that_agrees_with_a_changed_file_is_not_the_sealed_list(
        sealed: Kept, package: Package) -> None:
    import hashlib

    old, new = package["case.toml"], b"changed"
    package["case.toml"] = new
    package["seal/SHA256SUMS"] = package["seal/SHA256SUMS"].replace(
        hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())
    assert "seal/SHA256SUMS" in failures(package, sealed.trust)


def test_a_rewritten_custody_log_with_a_whole_chain_is_not_the_sealed_one(
        sealed: Kept, package: Package) -> None:
    from truetally.evidence.chain import chained

    record = json.loads(package["custody.jsonl"].splitlines()[0]) | {"command": "walk"}
    record["sha256"] = chained(record)
    rest = [json.loads(line) for line in package["custody.jsonl"].splitlines()[1:]]
    for after in rest:
        after["previous"] = record["sha256"]
        after["sha256"] = chained(after)
        record = after
    first = json.loads(package["custody.jsonl"].splitlines()[0]) | {"command": "walk"}
    lines = [first | {"sha256": chained(first)}, *rest]
    package["custody.jsonl"] = b"".join(canonical(line) + b"\n" for line in lines)
    assert [p for p in failures(package, sealed.trust) if p.startswith("custody")] == [
        f"custody.jsonl lines 1 to {len(lines)}"]


def test_records_after_the_seal_are_let_be(sealed: Kept, copied: Path) -> None:
    from truetally.run.custody import record

    assert record(copied, "show")
    assert not verify(copied, sealed.trust).failed


def test_a_dropped_part_and_a_changed_header_are_named(sealed: Kept, package: Package) -> None:
    parts = json.loads(package["seal/parts.json"])
    package["seal/parts.json"] = canonical(parts | {"decisions": []})
    assert failures(package, sealed.trust)[0] == "seal/parts.json, decisions"
    parts["sources"][1]["sha256"] = "0" * 64
    package["seal/parts.json"] = canonical(parts)
    assert failures(package, sealed.trust)[0] == "seal/parts.json, sources, leaf 4"
    package["seal/parts.json"] = canonical(sorted(parts))
    assert failures(package, sealed.trust)[0] == "seal/parts.json"


@pytest.mark.parametrize("place", [64, 65, 66, 0])
def test_every_character_of_the_list_of_a_seal_is_checked(package: Package, place: int) -> None:
    data = package["seal/0001.sums"]
    package["seal/0001.sums"] = data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
    assert failures(package, Trust())


def test_a_stamp_of_other_bytes_is_named(sealed: Kept, package: Package) -> None:
    other = stamp(b"other", f"local:{sealed.authority}")
    package["seal/0001.tsr"] = other
    assert set(failures(package, sealed.trust)) == {"seal/0001.tsr"}
    assert failures(package, Trust()) == ["seal/0001.tsr"]  # by the list of the seal's files


def test_an_untimed_seal_is_no_silent_pass(sealed: Kept, copied: Path) -> None:
    assert seal_case(copied, key=sealed.key).untimed == "no authority was named (--tsa URL)"
    report = verify(copied, sealed.trust)
    assert [f.found for f in report.findings if f.status == "failed"] == ["sealed untimed"]


def test_an_unsigned_seal_has_no_author(sealed: Kept, copied: Path) -> None:
    assert seal_case(copied, tsa=f"local:{sealed.authority}").signed == ()
    report = verify(copied, sealed.trust)
    assert [f.found for f in report.findings if f.status == "failed"] == ["not signed"]


def test_a_reviewer_signs_beside_the_operator(sealed: Kept, copied: Path, tmp_path: Path) -> None:
    reviewer = public_key(generate(tmp_path / "reviewer"))
    made = seal_case(copied, key=sealed.key, reviewer_key=tmp_path / "reviewer")
    assert made.signed == ("operator", "reviewer")
    envelope = copied / "seal" / "0002.reviewer.json"
    assert json.loads(envelope.read_bytes())["role"] == "reviewer"
    assert not verify(copied, Trust(keys=[*sealed.trust.keys, reviewer])).failed


def test_a_role_cannot_be_taken_over(sealed: Kept, package: Package) -> None:
    for end in ("json", "sig"):
        package[f"seal/0001.reviewer.{end}"] = package[f"seal/0001.operator.{end}"]
    assert "seal/0001.reviewer.json" in failures(package, sealed.trust)


def test_a_signature_in_a_role_that_nobody_knows_is_checked_too(sealed: Kept,
                                                                package: Package) -> None:
    package["seal/0001.judge.json"] = package["seal/0001.operator.json"]
    assert failures(package, sealed.trust) == ["seal/0001.judge.json"] * 2  # foreign, and not so


def test_a_seal_taken_out_of_the_row_is_noticed(sealed: Kept, copied: Path) -> None:
    for _ in range(2):
        seal_case(copied, key=sealed.key, tsa=f"local:{sealed.authority}")
    assert not verify(copied, sealed.trust).failed
    for path in (copied / "seal").glob("0002.*"):
        path.unlink()
    with pytest.raises(VerificationError, match="a seal is missing"):
        verify(copied, sealed.trust)


def test_a_case_without_a_seal_says_so(copied: Path) -> None:
    shutil.rmtree(copied / "seal")
    with pytest.raises(VerificationError, match="no seal"):
        verify(copied, Trust())


def test_a_link_in_a_case_is_refused(copied: Path) -> None:
    (copied / "report" / "link").symlink_to("/etc/passwd")
    with pytest.raises(VerificationError, match="not a plain file"):
        verify(copied, Trust())


def _member(name: str, kind: int = 0o100644) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = kind << 16
    return member


@pytest.mark.parametrize(("name", "kind", "how"), [
    ("../x", 0o100644, zipfile.ZIP_STORED), ("/x", 0o100644, zipfile.ZIP_STORED),
    ("a/../../x", 0o100644, zipfile.ZIP_STORED), ("a\\x", 0o100644, zipfile.ZIP_STORED),
    ("c:x", 0o100644, zipfile.ZIP_STORED), ("a//x", 0o100644, zipfile.ZIP_STORED),
    ("./x", 0o100644, zipfile.ZIP_STORED), ("x/", 0o40755, zipfile.ZIP_STORED),
    ("link", 0o120777, zipfile.ZIP_STORED), ("bomb", 0o100644, zipfile.ZIP_DEFLATED)])
def test_a_package_that_leads_outside_or_unpacks_is_refused(tmp_path: Path, name: str, kind: int,
                                                            how: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(_member(name, kind), b"0" * 1000, how)
    with pytest.raises(VerificationError), opened(path):
        pass


def test_members_that_share_their_bytes_or_their_name_are_refused(tmp_path: Path) -> None:
    for names in (("a", "b"), ("a", "a")):
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name in names:
                twice = name in out.namelist()
                with pytest.warns(UserWarning, match="Duplicate") if twice else nullcontext():
                    out.writestr(_member(name), b"0" * 1000)
            for n in range(9 if names[0] != names[1] else 0):  # more entries for the same bytes
                again = _member(f"again {n}")
                again.header_offset, again.CRC = 0, out.filelist[0].CRC
                again.file_size = again.compress_size = 1000
                out.filelist.append(again)
        with pytest.raises(VerificationError, match=r"it unpacks|there twice"), opened(path):
            pass


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(VerificationError, match="not a package"), opened(tmp_path / "x.zip"):
        pass


def test_a_package_is_the_same_bytes_whenever_it_is_made(sealed: Kept, tmp_path: Path) -> None:
    from truetally.evidence.package import write_package

    members = contents(sealed.package)
    sources = {}
    for name in (n for n in members if n.startswith("sources/")):
        sources[name] = tmp_path / name.replace("/", "-")
        sources[name].write_bytes(members[name])
    write_package(sealed.case, tmp_path / "again.zip", sources, secret=True)
    assert (tmp_path / "again.zip").read_bytes() == sealed.package.read_bytes()


def test_the_verifier_alone_says_the_same(sealed: Kept) -> None:
    program = sealed.package.with_name("truetally-verify.pyz")
    arguments = [str(sealed.package), "--key", str(sealed.key.with_name("operator.pub")),
                 "--tsa-root", str(sealed.root)]
    said = subprocess.run([sys.executable, "-I", program, *arguments], capture_output=True,
                          text=True, check=False, cwd="/")
    assert said.returncode == main(arguments) == 0
    assert said.stdout.splitlines()[-1].startswith("verified: ")
    wrong = subprocess.run([sys.executable, "-I", program, program], capture_output=True,
                           text=True, check=False, cwd="/")
    assert (wrong.returncode, wrong.stdout) == (1, "")


def test_a_name_in_a_package_cannot_write_on_the_terminal(
        sealed: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(sealed.package, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip", "a") as out:
        out.writestr(_member("a\nverified\x1b[2J\u202eb"), b"")
    assert main([str(tmp_path / "x.zip")]) == 1
    said = capsys.readouterr().out
    assert "a\\nverified\\x1b[2J\\u202eb" in said
    assert not {"\x1b", "\u202e"} & set(said)
    assert not any(line.startswith("verified") for line in said.splitlines())


def test_by_hand_with_openssl_and_sha256sum(sealed: Kept, tmp_path: Path) -> None:
    with zipfile.ZipFile(sealed.package) as package:
        package.extractall(tmp_path)
    for line in (
            ["sha256sum", "-c", "--quiet", "seal/SHA256SUMS", "seal/0001.sums"],
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
             str(sealed.key.with_name("operator.pub")), "-rawin", "-in", "seal/0001.operator.json",
             "-sigfile", "seal/0001.operator.sig"],
            ["openssl", "ts", "-verify", "-data", "seal/0001.json", "-in", "seal/0001.tsr",
             "-CAfile", str(sealed.root)]):
        said = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr


def _shipped() -> dict[str, str]:
    return {name: Path(package_room.__file__).with_name(f"{name}.py").read_text("utf-8")
            for name in package_room.SHIPPED}


def _code_lines(text: str) -> int:
    """Count lines without blank ones, comments and docstrings."""
    said = {n for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
            for n in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)}
    return sum(1 for n, line in enumerate(text.splitlines(), 1)
               if line.strip() and not line.strip().startswith("#") and n not in said)


def test_the_verifier_is_read_in_a_sitting() -> None:
    assert sum(map(_code_lines, _shipped().values())) < 600


def test_the_verifier_needs_nothing_but_cryptography_and_itself() -> None:
    allowed = {f"truetally.evidence.{name}" for name in package_room.SHIPPED}
    allowed |= {"truetally.evidence", "truetally.evidence.openssl"}  # looked for, not needed
    foreign = set()
    for text in _shipped().values():
        for node in ast.walk(ast.parse(text)):
            names = [n.name for n in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            foreign |= {n for n in names if n not in allowed
                        and n.split(".")[0] not in sys.stdlib_module_names}
    assert {name.split(".")[0] for name in foreign} == {"cryptography", "rfc3161_client"}


def test_the_wheel_of_the_verifier_holds_the_same_files(root: Path) -> None:
    built = tomllib.loads((root / "verifier" / "pyproject.toml").read_text("utf-8"))
    held = built["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].values()
    assert set(held) == {f"truetally/evidence/{name}.py"
                         for name in ("__init__", *package_room.SHIPPED)}


def test_a_key_that_others_can_read_or_that_lies_in_the_case_is_refused(copied: Path,
                                                                        tmp_path: Path) -> None:
    generate(tmp_path / "key")
    generate(copied / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(EvidenceError, match="others can read"):
        seal_case(copied, key=tmp_path / "key")
    with pytest.raises(EvidenceError, match="lies in the case"):
        seal_case(copied, key=copied / "key")
    with pytest.raises(EvidenceError, match="there already"):
        generate(tmp_path / "key")


def test_a_key_may_come_from_the_environment(sealed: Kept, copied: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUETALLY_KEY", sealed.key.read_text())
    assert seal_case(copied).signed == ("operator",)
    for wrong in ("x", sealed.key.with_name("operator.pub").read_text()):
        monkeypatch.setenv("TRUETALLY_KEY", wrong)
        with pytest.raises(EvidenceError, match="TRUETALLY_KEY"):
            seal_case(copied)
