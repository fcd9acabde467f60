"""Sealing, proving and replaying a case, from the run's first custody record on."""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.evidence.sealed import Kept, kept, log

from truetally.errors import CaseError, InputError
from truetally.evidence.canonical import canonical
from truetally.evidence.custody import check
from truetally.evidence.errors import EvidenceError
from truetally.evidence.findings import Report, Trust
from truetally.evidence.proof import verify_proof
from truetally.evidence.verify import verify
from truetally.run import run_case
from truetally.run.custody import read_acquisition, retention
from truetally.run.prove import prove
from truetally.run.replay import replay
from truetally.run.seal import seal_case

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: the test authority needs it")
    return kept(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def copied(sealed: Kept, tmp_path: Path) -> Path:
    shutil.copytree(sealed.case, tmp_path / "case")
    return tmp_path / "case"


def replayed(path: Path) -> list[tuple[str, str]]:
    report = Report()
    replay(path, report)
    return [(f.check, f.place) for f in report.findings if f.status != "passed"]


def test_a_run_opens_the_custody_log_with_its_sources_and_files(sealed: Kept) -> None:
    run, seal, *_ = check(sealed.case)
    assert (run["command"], seal["command"]) == ("run", "seal")
    assert [i["name"] for i in run["inputs"]] == ["a.csv", "b.csv"]
    assert {o["name"] for o in run["outputs"]} > {"manifest.json"}
    acquired = run["acquisition"][0]
    assert acquired["rows"] + acquired["rejected"] == 2_500
    assert "past the six months" in acquired["retention"]["warning"]
    assert run["host"]["system"]


def test_custody_changes_no_decision(sealed: Kept, tmp_path: Path) -> None:
    sources = [str(sealed.case.parent / name) for name in ("a.csv", "b.csv")]
    again = run_case(sources, tmp_path / "again", policy="video")
    assert again.digest == json.loads((sealed.case / "manifest.json").read_text())["digest"]


def test_a_package_is_decided_again_to_the_same_digests(sealed: Kept) -> None:
    assert replayed(sealed.package) == []


def test_a_replay_names_the_day_whose_decisions_were_changed(sealed: Kept, copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    part = manifest["partitions"][0]
    part["digest"] = "0" * 64
    (copied / "manifest.json").write_text(json.dumps(manifest))
    assert ("replay: decision: another decision", part["file"]) in replayed(copied)


def test_a_replay_names_the_rows_that_were_changed(sealed: Kept, copied: Path) -> None:
    file = next((copied / "decisions").glob("*.parquet"))
    table = pq.read_table(file)
    pq.write_table(table.take([1, 0, *range(2, table.num_rows)]), file)
    found = replayed(copied)
    assert [place.rpartition("/")[2] for check_, place in found if "rows" in check_] == [
        f"{file.name}, rows 0 to 1023"]


def test_a_grown_case_ties_its_sources_to_the_seal_before(sealed: Kept, copied: Path,
                                                          tmp_path: Path) -> None:
    run_case([str(log(tmp_path / "c.csv", 300, 3))], copied)
    with pytest.raises(CaseError, match="not sealed"):
        prove(copied, 0, tmp_path / "p.json")
    made = seal_case(copied, key=sealed.key, tsa=f"local:{sealed.authority}")
    assert made.number == 2
    report = verify(copied, sealed.trust)
    assert not report.failed
    growth = json.loads((copied / "seal" / "0002.json").read_bytes())["growth"]["sources"]
    assert growth
    log_file = copied / "custody.jsonl"
    log_file.write_bytes(log_file.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(EvidenceError, match="changed"):  # the log, taken back to before the seal
        seal_case(copied, key=sealed.key)


def test_a_source_that_is_another_file_now_is_not_sealed(sealed: Kept, tmp_path: Path) -> None:
    source = log(tmp_path / "a.csv", 50, 4)
    run_case([str(source)], tmp_path / "case", policy="video")
    source.write_bytes(source.read_bytes().replace(b"film", b"filn"))
    with pytest.raises(InputError, match="another file"):
        seal_case(tmp_path / "case")


@pytest.mark.parametrize("event", [0, 1_024, 2_498, 1 << 40, (1 << 40) + 1_098])
def test_every_event_can_be_proved_alone(sealed: Kept, tmp_path: Path, event: int) -> None:
    said = prove(sealed.case, event, tmp_path / "p.json")
    report = verify_proof((tmp_path / "p.json").read_bytes(), sealed.trust)
    assert {f.status for f in report.findings} == {"passed"}
    line = (event & 0xFFFFFFFF) + 1
    source = sealed.case.parent / ("b.csv" if event >> 40 else "a.csv")
    assert said.original == source.read_text("utf-8").split("\n")[line]


def test_a_proof_of_a_flagged_event_holds_what_was_measured(sealed: Kept, tmp_path: Path) -> None:
    rows = [r for p in (sealed.case / "decisions").glob("*.parquet")
            for r in pq.read_table(p).to_pylist()]
    most = max(rows, key=lambda r: r["reasons"].bit_count())
    said = prove(sealed.case, most["event_id"], tmp_path / "p.json")
    assert said.verdict == most["verdict"]
    assert len(said.reasons) == most["reasons"].bit_count() > 0
    assert set(said.measured) <= set(said.reasons)


def test_a_proof_shows_no_other_row(sealed: Kept, tmp_path: Path) -> None:
    prove(sealed.case, 7, tmp_path / "p.json")
    text = (tmp_path / "p.json").read_bytes()
    lines = (sealed.case.parent / "a.csv").read_text("utf-8").split("\n")[1:-1]
    assert [n for n, line in enumerate(lines) if line.encode() in text] == [7]
    assert (sealed.case / ".seal-key").read_bytes().hex().encode() not in text


def _changes(proof: Any) -> Any:
    """Yield copies of a proof with one thing changed, and what it is."""
    def copy() -> Any:
        return json.loads(json.dumps(proof))
    for n in range(len(proof["rows"])):
        for name, value in (("row", proof["rows"][n]["row"] + 1), ("salt", "00" * 16),
                            ("text", proof["rows"][n]["text"] + " "), ("first_leaf", 1),
                            ("hashes", base64.b64encode(bytes(32)).decode()),
                            ("header_path", []), ("block_path", []), ("tree", "files")):
            changed = copy()
            changed["rows"][n][name] = value
            yield f"rows[{n}].{name}", changed
    for name, value in (("event_id", "8"), ("policy", ""), ("format", "x")):
        yield name, copy() | {name: value}
    for name in proof["seal"]:
        changed = copy()
        changed["seal"][name] = base64.b64encode(b"{}").decode()
        yield name, changed


def test_any_change_to_a_proof_is_refused(sealed: Kept, tmp_path: Path) -> None:
    prove(sealed.case, 7, tmp_path / "p.json")
    proof = json.loads((tmp_path / "p.json").read_bytes())
    missed = []
    for name, changed in _changes(proof):
        try:
            failed = verify_proof(canonical(changed), sealed.trust).failed
        except EvidenceError:
            failed = True
        missed += [] if failed else [name]
    assert missed == []


def test_rows_of_two_proofs_cannot_be_mixed(sealed: Kept, tmp_path: Path) -> None:
    proofs = []
    for event in (7, 8):
        prove(sealed.case, event, tmp_path / "p.json")
        proofs.append(json.loads((tmp_path / "p.json").read_bytes()))
    proofs[0]["rows"][1] = proofs[1]["rows"][1]
    report = verify_proof(canonical(proofs[0]), sealed.trust)
    assert [f.place for f in report.findings if f.status == "failed"] == ["rows[1]"]


def test_what_is_no_event_has_no_proof(sealed: Kept, tmp_path: Path) -> None:
    for event in (499, 1 << 41, 10**9):  # a rejected row, no such source, no such row
        with pytest.raises(InputError):
            prove(sealed.case, event, tmp_path / "p.json")
    with pytest.raises(InputError, match="lie in the case"):
        prove(sealed.case, 7, sealed.case / "p.json")


def test_a_package_without_sources_holds_no_key_and_says_what_is_not_checked(
        sealed: Kept, copied: Path, tmp_path: Path) -> None:
    seal_case(copied, key=sealed.key, package=tmp_path / "p.zip", with_sources=False)
    report = verify(tmp_path / "p.zip", Trust())
    assert not report.failed
    assert sum(f.check == "source not here: not checked" for f in report.findings) == 2
    assert b"seal-key" not in (tmp_path / "p.zip").read_bytes()


def test_secrets_stay_with_their_owner(sealed: Kept) -> None:
    assert (sealed.case / ".seal-key").stat().st_mode & 0o777 == 0o600
    assert sealed.key.stat().st_mode & 0o777 == 0o600
    secret = sealed.key.read_bytes().splitlines()[1]
    assert [p for p in sealed.case.rglob("*") if p.is_file() and secret in p.read_bytes()] == []


def test_a_broken_custody_log_stops_the_next_command(copied: Path) -> None:
    (copied / "custody.jsonl").write_text("{}\n")
    with pytest.raises(CaseError, match="custody log is damaged"):
        run_case([str(copied.parent / "x.csv")] if log(copied.parent / "x.csv", 9, 5) else [],
                 copied)


def test_an_acquisition_record_is_kept_and_checked(tmp_path: Path) -> None:
    said = tmp_path / "a.toml"
    said.write_text('origin = "edge servers"\nmethod = "copied with rsync"\nrotation = "daily"\n'
                    'gaps = ["2017-09-03, one hour"]\nprefiltered = true\n'
                    'prefilter_rule = "status 200"\nprefiltered_rows = 12\n')
    run_case([str(log(tmp_path / "a.csv", 20, 6))], tmp_path / "case", policy="video",
             acquisition=said)
    assert check(tmp_path / "case")[0]["acquisition"][0]["declared"]["prefiltered_rows"] == 12
    for wrong in ("origin = 1", "nothing = 1", "gaps = [1]", "prefiltered = true", "x ="):
        said.write_text(wrong)
        with pytest.raises(InputError):
            read_acquisition(said)


@pytest.mark.parametrize(("days", "word"), [(10, None), (160, "near"), (184, "past")])
def test_a_source_near_six_months_is_warned_of(days: int, word: str | None) -> None:
    warning = retention(0, days * DAY_MS)["warning"]
    assert (warning is None) if word is None else f"{word} the six months" in warning
