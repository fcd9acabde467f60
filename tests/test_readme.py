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
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / page).read_text("utf-8"),
                           re.MULTILINE))
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
    assert "<html" in (folder / "my-case" / "report" / "index.html").read_text("utf-8")
    assert (folder / "my-case" / "manifest.json").is_file()


def test_every_command_says_what_it_does(folder: Path) -> None:
    pages = (ROOT / "docs" / "commands.md").read_text("utf-8")
    names = re.findall(r"^## truetally (\S+)$", pages, re.MULTILINE)
    helps = {name: truetally(name, "--help", where=folder) for name in names}
    assert {"demo", "map", "run", "show", "explain", "criteria", "simulate"} <= set(names)
    assert {name for name, said in helps.items() if said.returncode or not said.stdout} == set()


def test_the_readmes_show_what_the_demo_prints() -> None:
    said = subprocess.run([sys.executable, ROOT / "tools" / "readme.py", "--check"],
                          capture_output=True, text=True, check=False, timeout=300)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
