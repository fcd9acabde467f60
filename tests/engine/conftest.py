"""One Spark for all tests of this folder that can share it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engine import hostile

from truetally.engine import Engine, open_engine
from truetally.engine.spec import Resources

Opened = Callable[[Path], Engine]


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The hostile events as two Parquet files."""
    return [str(path) for path in hostile.write(tmp_path_factory.mktemp("sources"))]


@pytest.fixture(scope="session")
def local_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark on two threads; every engine ``local[2]`` in this process uses it."""
    from tests.engine import java

    from truetally.engine.spark_start import start

    temp = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in java.settings(temp / "conf").items():
            patch.setenv(name, value)
        started = start("local[2]", Resources(temp=temp, memory="1GB", threads=2))
    yield started.session
    started.stop()


@pytest.fixture(params=["duckdb", pytest.param("local[2]", marks=pytest.mark.spark)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Open either engine on a folder that it may read; closed when the test ends."""
    if request.param != "duckdb":
        request.getfixturevalue("local_spark")
    found: list[Engine] = []

    def on(folder: Path) -> Engine:
        found.append(open_engine(request.param, Resources(temp=tmp_path / "temp"), (folder,)))
        return found[-1]

    yield on
    for engine in found:
        engine.close()
    assert list((tmp_path / "temp").glob("spark-*")) == []
