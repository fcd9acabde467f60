"""Finding sources: files, folders, patterns; each once, in order, none silently absent."""

from pathlib import Path

import pytest

from truetally.errors import InputError
from truetally.events.sources import find


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.log", "a.log", "deep/c.csv", ".hidden", "deep/.x/d", "odd[1].log"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def names(folder: Path, *arguments: str) -> list[str]:
    return [str(p.relative_to(folder)) for p in find([str(folder / a) for a in arguments])]


def test_a_folder_gives_all_its_files_but_hidden_ones(folder: Path) -> None:
    assert names(folder, ".") == ["a.log", "b.log", "deep/c.csv", "odd[1].log"]


def test_patterns_and_files_give_each_file_once(folder: Path) -> None:
    assert names(folder, "*.log", "b.log", "**/*.csv") == [
        "a.log", "b.log", "deep/c.csv", "odd[1].log"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    assert names(folder, "odd[1].log") == ["odd[1].log"]


@pytest.mark.parametrize("argument", ["none", "*.parquet", "deep/.x/*.csv", ""])
def test_what_matches_nothing_is_an_error(folder: Path, argument: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match="no source matches"):
        find([str(folder / "empty" / argument)])


def test_no_argument_is_an_error() -> None:
    with pytest.raises(InputError, match="no source given"):
        find([])
