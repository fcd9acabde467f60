import shutil
from pathlib import Path

import pytest
from tests.evidence.sealed import Kept, contents, kept


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One sealed case for all tests of the room, to be read only."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: the test authority needs it")
    return kept(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def package(sealed: Kept) -> dict[str, bytes]:
    """The files of its package, to be changed."""
    return contents(sealed.package)


@pytest.fixture
def copied(sealed: Kept, tmp_path: Path) -> Path:
    """A copy of the sealed case, to be changed."""
    shutil.copytree(sealed.case, tmp_path / "case")
    return tmp_path / "case"
