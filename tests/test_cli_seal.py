"""The commands of evidence as a person uses them: key, run, seal, verify, prove."""

import json
import shutil
from pathlib import Path

import pytest
from tests.evidence.sealed import log
from tests.test_cli_case import Said, asked, said

from truetally.evidence.custody import check


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case that is signed and sealed, untimed, and its package."""
    place = tmp_path_factory.mktemp("cli-seal")
    for words in (("key", "--out", place / "me"),
                  ("run", log(place / "a.csv", 1_200, 1), "--case", place / "case", "--policy",
                   "video"),
                  ("seal", place / "case", "--key", place / "me", "--package", place / "p.zip")):
        answer = said(*words)
        assert answer.code == 0, answer.err
    (place / "seal.txt").write_text(answer.out, "utf-8")
    return place


def verified(*words: object) -> Said:
    return said("verify", *words)


def test_sealing_says_what_is_missing_and_what_comes_next(folder: Path) -> None:
    text = (folder / "seal.txt").read_text("utf-8")
    assert "sealed untimed: no authority was named (--tsa URL)" in text
    assert "truetally verify" in text


@pytest.mark.parametrize("name", ["case", "p.zip"])
def test_verifying_passes_and_says_what_nobody_inside_can_know(folder: Path, name: str) -> None:
    answer = verified(folder / name)
    assert (answer.code, "author unknown" in answer.out, "time unknown" in answer.out) == (
        0, True, True)
    signed = verified(folder / name, "--key", folder / "me.pub")
    assert (signed.code, "author unknown" in signed.out) == (0, False)


def test_verifying_and_replaying_give_one_object(folder: Path) -> None:
    answer = said("verify", folder / "p.zip", "--replay", "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["verified"]) == (0, True)
    assert {f["status"] for f in found["findings"]} == {"passed", "unknown"}
    assert any(f["check"] == "replay: digest of the case" for f in found["findings"])


def test_what_was_changed_is_named_with_exit_code_1(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "case", tmp_path / "case")
    file = next((tmp_path / "case" / "counts").glob("*-cube.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    answer = verified(tmp_path / "case")
    assert answer.code == 1
    assert f"counts/{file.name}" in answer.out
    assert "NOT VERIFIED" in answer.out
    assert "核验未通过" in verified(tmp_path / "case", "--lang", "zh").out


def test_an_event_is_proved_and_its_proof_verified_alone(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    found = asked("prove", folder / "case", 3, "--out", proof)["proof"]
    assert found["original"].startswith("1504238421000,play,")
    assert verified(proof, "--key", folder / "me.pub").code == 0
    proof.write_bytes(proof.read_bytes().replace(b"play", b"plax", 1))
    assert verified(proof, "--key", folder / "me.pub").code == 1
    assert "original row" in said("prove", folder / "case", 3, "--out", proof).out


def test_every_command_leaves_a_record_with_what_it_read(folder: Path, tmp_path: Path) -> None:
    for words in (("explain", folder / "case", 3), ("show", folder / "case"),
                  ("prove", folder / "case", 3, "--out", tmp_path / "p.json")):
        assert said(*words).code == 0
        last = check(folder / "case")[-1]
        assert last["command"] == words[0]
        assert last["inputs"][0]["name"] == "manifest.json"
    assert verified(folder / "case").code == 0


@pytest.mark.parametrize(("words", "code", "text"), [
    (("verify", "nothing.zip"), 1, "not a package"), (("verify", "."), 1, "no seal"),
    (("verify", "p.json"), 2, "canonical"), (("prove", ".", "3"), 2, "no case here"),
    (("seal", "."), 2, "no case here"), (("key", "--out", "p.json.pub/x"), 2, "Not a directory")])
def test_what_cannot_be_used_is_refused_with_a_message(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int,
        text: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.json").write_text("{ }")
    (tmp_path / "p.json.pub").write_text("")
    answer = said(*words)
    assert (answer.code, answer.out) == (code, "")
    assert text in answer.err
    assert "Traceback" not in answer.err
