"""What every test shares: repeatable properties, and Spark only where there is a Java for it."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# `repeatable` draws the same examples on every machine; `soak` looks for new ones at length.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", deadline=None, max_examples=5_000,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Spark, with the reason, where it cannot run."""
    wanted = [item for item in items if item.get_closest_marker("spark")]
    reason = _spark_missing() if wanted else ""
    for item in wanted if reason else ():
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


def _spark_missing() -> str:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'truetally[spark]'"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(f"{home}/bin/java" if home else "java")
    if java is None:
        return "no Java runtime: apt-get install default-jre-headless"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    digits = said.partition('version "')[2].split(".")[0]
    if not digits.isdigit() or int(digits) < 17:
        return f"Spark 4 needs Java 17 or later; found {said.splitlines()[:1]}"
    return ""
