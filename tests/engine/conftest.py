"""One Spark for all tests of this folder that can share it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engine import hostile

from truetally.engine.spec import Resources

QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"  # little to do, often


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The hostile events as two Parquet files."""
    return [str(path) for path in hostile.write(tmp_path_factory.mktemp("sources"))]


@pytest.fixture(scope="session")
def local_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark on two threads; every engine ``local[2]`` in this process uses it."""
    from truetally.engine.spark_start import start

    os.environ["SPARK_SUBMIT_OPTS"] = QUICK_JAVA
    temp: Path = tmp_path_factory.mktemp("spark")
    started = start("local[2]", Resources(temp=temp, memory="1GB", threads=2))
    yield started.session
    started.stop()
    del os.environ["SPARK_SUBMIT_OPTS"]
