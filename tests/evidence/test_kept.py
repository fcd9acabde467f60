"""What earlier versions sealed is verified by this one, and must be for ever.

Each folder `kept-VERSION` holds a package, a proof, the author's public key and the root of the
test authority, all made by that version from a synthetic log. None of them is ever made anew.
"""

import shutil
from pathlib import Path

import pytest

from truetally.evidence.findings import texts
from truetally.evidence.program import verify_path

FOLDERS = sorted(Path(__file__).parent.glob("kept-*"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
@pytest.mark.parametrize("name", ["case.zip", "proof.json"])
def test_what_was_sealed_then_is_verified_now(folder: Path, name: str) -> None:
    report = verify_path(folder / name, [folder / "operator.pub"], [folder / "root.pem"])
    assert {f.status for f in report.findings} == {"passed"}, list(texts(report, everything=False))


def test_a_changed_byte_of_what_was_sealed_then_is_noticed_now(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(FOLDERS[0], folder)
    package = bytearray((folder / "case.zip").read_bytes())
    package[len(package) // 3] ^= 1
    (folder / "case.zip").write_bytes(package)
    try:
        failed = verify_path(folder / "case.zip", [], []).failed
    except Exception as error:  # noqa: BLE001  the zip itself may no longer be one
        failed = bool(str(error))
    assert failed
