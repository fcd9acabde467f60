"""The pages say what the code does, and their links lead somewhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    """Ask the generator in `root` which pages are stale."""
    return subprocess.run([sys.executable, root / "tools" / "docs.py", "--check"],
                          capture_output=True, text=True, check=False, timeout=120)


def test_no_generated_page_is_stale() -> None:
    said = check(ROOT)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_a_changed_a_missing_and_a_left_over_page_are_noticed(tmp_path: Path) -> None:
    for name in ("docs", "tools", "tests/golden"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
    first, second = sorted((tmp_path / "docs" / "criteria").glob("[a-z]*.md"))[:2]
    first.write_text(first.read_text("utf-8") + "more\n", "utf-8")
    second.unlink()
    (tmp_path / "docs" / "criteria" / "gone.md").write_text("of a criterion that is gone", "utf-8")
    said = check(tmp_path)
    named = set(re.findall(r"stale: docs/criteria/(\S+)\.", said.stdout))
    assert said.returncode == 1
    assert named >= {first.name, second.name, "gone.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text("utf-8"))
               if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in targets if not (page.parent / link).exists()] == []


def test_the_changelog_opens_every_release_with_numbers_change() -> None:
    releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert releases
    assert [text for text in releases if not re.match(r"[^\n]+\n+### Numbers change\n", text)] == []


def test_every_decision_record_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    assert {path.name for path in folder.glob("0*.md") if f"({path.name})" not in index} == set()
