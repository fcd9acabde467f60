"""What the README says is run: its commands exist, and give what it promises."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
START = "import sys; from truetally.cli import main; sys.exit(main())"


def lines(page: str) -> list[str]:
    """List the commands of a page's shell blocks."""
    blocks = BLOCK.findall((ROOT / page).read_text("utf-8"))
    return [line for block in blocks for line in block.splitlines() if line]


def truetally(*words: str, where: Path) -> subprocess.CompletedProcess[str]:
    """Run our command line as a user would, in the folder `where`."""
    return subprocess.run([sys.executable, "-c", START, *words], cwd=where, capture_output=True,
                          text=True, check=False, timeout=300, stdin=subprocess.DEVNULL,
                          env={**os.environ, "PYTHONWARNINGS": "error"})


def test_both_languages_show_the_same_commands() -> None:
    assert lines("README.md") == lines("README.zh-CN.md") != []


@pytest.mark.parametrize("page", READMES)
def test_every_make_target_that_is_named_exists(page: str) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)`?", (ROOT / page).read_text("utf-8")))
    assert named - made == set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small log of plays, as the README's reader would have."""
    place = tmp_path_factory.mktemp("readme")
    said = truetally("simulate", "video-case", "--out", "made", "--events", "3000", "--seed", "7",
                     where=place)
    assert said.returncode == 0, said.stderr
    logs = [path for path in sorted((place / "made").rglob("*.parquet"))
            if "label" not in path.name]
    shutil.copy(logs[0], place / "plays.parquet")
    return place


def test_the_commands_of_the_readme_run_one_after_the_other(folder: Path) -> None:
    words = [shlex.split(line)[1:] for line in lines("README.md") if line.startswith("truetally ")]
    said = [truetally(*each, where=folder) for each in words]
    failed = [(each, one.returncode, one.stdout[-500:], one.stderr[-500:])
              for each, one in zip(words, said, strict=True) if one.returncode != 0]
    assert len(words) >= 5
    assert failed == []


def test_the_report_that_the_readme_tells_of_is_there(folder: Path) -> None:
    truetally("run", "plays.parquet", "--case", "for-report", where=folder)
    page = (folder / "for-report" / "report" / "index.html").read_text("utf-8")
    assert "<html" in page
    assert (folder / "for-report" / "manifest.json").is_file()


def test_every_command_says_what_it_does(folder: Path) -> None:
    pages = (ROOT / "docs" / "commands.md").read_text("utf-8")
    names = re.findall(r"^## truetally (\S+)$", pages, re.MULTILINE)
    helps = {name: truetally(name, "--help", where=folder) for name in names}
    assert {"demo", "map", "run", "show", "explain", "criteria", "simulate"} <= set(names)
    assert {name for name, said in helps.items() if said.returncode or not said.stdout} == set()


def test_the_demo_runs_from_nothing_to_a_report(tmp_path: Path) -> None:
    said = truetally("demo", where=tmp_path)
    assert said.returncode == 0, said.stderr
    assert list(tmp_path.rglob("report/index.html"))
