from pathlib import Path

import pytest

from truetally.bench.log import Flags, Log, read_log, read_truth
from truetally.simulate import simulate
from truetally.simulate.generate import Written


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, Flags]:
    """Give a small log of plays with its labels."""
    made = simulate("s1", tmp_path_factory.mktemp("small") / "log", events=3_000, seed=5)
    return read_log(made.files, "video"), read_truth(made.labels).fake


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Give a small log of clicks on disk."""
    folder: Path = tmp_path_factory.mktemp("clicks") / "log"
    return simulate("h1", folder, events=1_000, seed=5)
